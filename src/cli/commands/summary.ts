import type { SummaryResult } from "../../actions/results/run.ts";
import type { InputOf } from "../../actions/table.ts";
import { brand } from "../../domain/brand.ts";
import type { RepositoryId } from "../../domain/ids.ts";
import { doneIn } from "../../domain/duration.ts";
import { jsonVersion, summaryJson, type SummaryFacts } from "../../view/json/json.ts";
import { spendEvents, summarizeSpend, spendLines } from "../../view/json/spend-summary.ts";
import { entryOf } from "../../view/tasks/task-entry.ts";
import { countTasks } from "../../view/tasks/task-list.ts";
import { counted, money } from "../../view/text/amounts.ts";
import { runStyle } from "../../view/text/state-styles.ts";
import { conditionResults } from "../output/print-conditions.ts";
import { printDeadEngine } from "../output/print-dead-engine.ts";
import { printDoubts } from "../output/print-doubts.ts";
import { printEnd } from "../output/print-end.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { hereOrEverywhere } from "../running/everywhere.ts";
import type { CommandContext, RepositoryContext } from "../wiring/command-context.ts";
import { haveLooked } from "../wiring/looked.ts";
import { forecastNow, readFacts } from "../wiring/repository-facts.ts";

/** Totals of the current or last run; outside of a repository those of each. */
export const command = (program: Program, _input: InputOf<"summary">, displays: Displays): Promise<number> =>
  hereOrEverywhere(
    program,
    (context) => summarise(context, displays.json),
    (context, repositories) => summariseAll(context, repositories, displays.json),
  );

async function summariseAll(context: CommandContext, ids: readonly RepositoryId[], json: boolean): Promise<number> {
  const { program, ledger } = context;
  const head = await ledger.log.head();
  const all: SummaryFacts[] = [];
  for (const id of ids) {
    const facts = await summaryFacts(context, id);
    if (facts !== null) all.push(facts);
  }
  if (json) {
    const repositories = all.map((facts) => ({ repository: facts.run.repositoryPath, ...summaryJson(facts) }));
    program.out.json({ v: jsonVersion, run: null, repositories });
    return 0;
  }
  for (const facts of all) {
    program.out.line(facts.run.repositoryPath);
    for (const line of totalLines(facts)) program.out.line(line);
    program.out.line();
  }
  await haveLooked(context, ids, head);
  return 0;
}

export async function summarise(context: RepositoryContext, json: boolean): Promise<number> {
  const { program, ledger, repository } = context;
  const head = await ledger.log.head();
  const facts = await summaryFacts(context, repository.id);
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
  for (const line of totalLines(facts)) program.out.line(line);
  await printDeadEngine(context, facts.run);
  await printDoubts(context);
  await printEnd(context, facts.run.id);
  await haveLooked(context, [repository.id], head);
  return 0;
}

function totalLines({ run, rows, world, totals, forecast, spent, conditions = [] }: SummaryFacts): readonly string[] {
  const counts = countTasks(rows.map((row) => entryOf(row, world)));
  const reverted = counts.reverted === undefined ? "" : `, ${counts.reverted} reverted`;
  return [
    `run ${run.id}: ${runStyle[run.state].word}`,
    `${counted(counts.total, "task")}: ${counts.done} done, ${counts.failed} failed, ${counts.waiting} waiting, ${counts.running} running, ${counts.queued} queued, ${counts.blocked} blocked${reverted}`,
    ...(forecast === null ? [] : [doneIn(forecast)]),
    ...conditions.filter(({ kind }) => kind !== "no_run" && kind !== "ended").map(({ text }) => `in the way: ${text}`),
    ...totals.map(
      (total) =>
        `  ${total.model}: ${counted(total.calls, "call")}, ${counted(total.failures, "failure")}, ${money(total.cost)}`,
    ),
    ...spendLines(spent),
  ];
}

/** Null: nothing ran there yet. */
async function summaryFacts(context: CommandContext, id: RepositoryId): Promise<SummaryFacts | null> {
  const { program, ledger } = context;
  const facts = await readFacts(ledger, id, program.clock.now());
  const { run, rows, world } = facts;
  if (run === null) return null;
  const totals = await ledger.runs.totals(run.id);
  const told = await ledger.log.since(0, { run: run.id, types: ["call.started", "call.retried"] });
  const calls = told.filter(({ type }) => type === "call.started").length;
  const spent = summarizeSpend(await ledger.log.since(0, { run: run.id, types: spendEvents }));
  const own = rows.filter((row) => row.run === run.id);
  const forecast = await forecastNow(context, id, run);
  const conditions = conditionResults(program, facts);
  return { run, rows: own, world, totals, calls, retries: told.length - calls, spent, forecast, conditions };
}
