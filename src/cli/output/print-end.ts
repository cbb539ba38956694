import type { RunId } from "../../domain/ids.ts";
import { landedOn, landingEvents } from "../../policy/landed.ts";
import { TaskEventReads } from "../../screen/task-event-facts.ts";
import { endLines } from "../../view/json/summary-lines.ts";
import { stuckTasks } from "../../view/tasks/stuck.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { printEndlessHolds } from "./endless-holds.ts";

/** What was done, how to see it and how to land it; `goesOn`: what goes on with the rest is said elsewhere. */
export async function printEnd(context: RepositoryContext, id: RunId, goesOn = false): Promise<void> {
  const { program, ledger, repository } = context;
  const run = await ledger.runs.run(id);
  if (run === null) return;
  const all = await ledger.tasks.list(repository.id);
  const rows = all.filter((row) => row.run === id);
  const open = (await ledger.account.questions(repository.id)).filter(
    ({ question, answer }) => question.run === id && answer === null,
  );
  program.out.line();
  for (const line of endLines({
    run,
    rows,
    reverted: (await new TaskEventReads(ledger.log, repository.id).read(rows)).reverted,
    unlanded: landedOn(await ledger.log.since(0, { repository: repository.id, types: landingEvents }), {
      into: run.base,
      integration: null,
    }).waiting,
    stuck: stuckTasks(all),
    totals: await ledger.runs.totals(id),
    now: program.clock.now(),
    questions: open.length,
    goesOn,
  }))
    program.out.line(line);
  await printEndlessHolds(context);
}
