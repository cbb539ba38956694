import type { SummaryResult } from "../../actions/results/run.ts";
import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import { doneIn } from "../../domain/duration.ts";
import { jsonVersion, summaryJson, type SummaryFacts } from "../../view/json/json.ts";
import { spendEvents, summarizeSpend, spendLines } from "../../view/json/spend-summary.ts";
import { entryOf } from "../../view/tasks/task-entry.ts";
import { countTasks } from "../../view/tasks/task-list.ts";
import { counted, money } from "../../view/text/amounts.ts";
import { runStyle } from "../../view/text/state-styles.ts";
import { printDeadEngine } from "../output/print-dead-engine.ts";
import { printDoubts } from "../output/print-doubts.ts";
import { printEnd } from "../output/print-end.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { withRepository, type RepositoryContext } from "../wiring/command-context.ts";
import { forecastNow, readFacts } from "../wiring/repository-facts.ts";

/** Totals of the current or last run. */
export const command = (program: Program, _input: InputOf<"summary">, displays: Displays): Promise<number> =>
  withRepository(program, (context) => summarise(context, displays.json));

export async function summarise(context: RepositoryContext, json: boolean): Promise<number> {
  const { program } = context;
  const facts = await summaryFacts(context);
  if (facts === null) {
    const nothing: SummaryResult = { v: jsonVersion, run: null };
    if (json) program.out.json(nothing);
    else program.out.line(`nothing ran here yet; ${brand.bin} run starts it`);
    return 0;
  }
  if (json) {
    program.out.json(summaryJson(facts));
    return 0;
  }
  const { run, rows, world, totals } = facts;
  const counts = countTasks(rows.map((row) => entryOf(row, world)));
  program.out.line(`run ${run.id}: ${runStyle[run.state].word}`);
  program.out.line(
    `${counted(counts.total, "task")}: ${counts.done} done, ${counts.failed} failed, ${counts.waiting} waiting, ${counts.running} running, ${counts.queued} queued, ${counts.blocked} blocked${counts.reverted === undefined ? "" : `, ${counts.reverted} reverted`}`,
  );
  if (facts.forecast !== null) program.out.line(doneIn(facts.forecast));
  for (const total of totals)
    program.out.line(
      `  ${total.model}: ${counted(total.calls, "call")}, ${counted(total.failures, "failure")}, ${money(total.cost)}`,
    );
  for (const line of spendLines(facts.spent)) program.out.line(line);
  await printDeadEngine(context, run);
  await printDoubts(context);
  await printEnd(context, run.id);
  return 0;
}

/** Null: nothing ran here yet. */
async function summaryFacts(context: RepositoryContext): Promise<SummaryFacts | null> {
  const { program, ledger, repository } = context;
  const { run, rows, world } = await readFacts(ledger, repository.id, program.clock.now());
  if (run === null) return null;
  const totals = await ledger.runs.totals(run.id);
  const told = await ledger.log.since(0, { run: run.id, types: ["call.started", "call.retried"] });
  const calls = told.filter(({ type }) => type === "call.started").length;
  const spent = summarizeSpend(await ledger.log.since(0, { run: run.id, types: spendEvents }));
  const own = rows.filter((row) => row.run === run.id);
  const forecast = await forecastNow(context, run);
  return { run, rows: own, world, totals, calls, retries: told.length - calls, spent, forecast };
}
