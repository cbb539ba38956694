import type { TaskId } from "../../domain/ids.ts";
import type { RunRow, TaskRow } from "../../domain/rows.ts";
import { isTerminal } from "../../domain/task.ts";
import { filesOfTasks } from "../../engine/run/backlog-sync.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";

type Facts = Pick<RepositoryContext, "ledger" | "repository">;

/** Open tasks that no backlog has ever named and that the next run takes up: those that it goes on with, and those that have not begun. */
export async function addedTasks(context: Facts): Promise<readonly TaskRow[]> {
  const rows = await openRows(context);
  if (rows.length === 0) return [];
  const files = await filesOfTasks(context.ledger.log, context.repository.id);
  const run = await unended(context);
  return rows.filter((row) => !files.has(row.id) && (row.generation === 0 || row.run === run?.id));
}

/** Open tasks that the next run has beside these of its backlog: also what an unfinished run has of another file. */
export async function besideBacklog(context: Facts, known: ReadonlySet<TaskId>): Promise<readonly TaskRow[]> {
  const rows = (await openRows(context)).filter(({ id }) => !known.has(id));
  if (rows.length === 0) return [];
  const run = await unended(context);
  const added = new Set((await addedTasks(context)).map(({ id }) => id));
  return rows.filter((row) => added.has(row.id) || row.run === run?.id);
}

const openRows = async ({ ledger, repository }: Facts): Promise<readonly TaskRow[]> =>
  (await ledger.tasks.list(repository.id)).filter(({ state }) => !isTerminal(state));

async function unended({ ledger, repository }: Facts): Promise<RunRow | null> {
  const run = await lastRun(ledger, repository.id);
  return run === null || run.state === "ended" ? null : run;
}
