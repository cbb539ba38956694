import type { TaskId } from "../../domain/ids.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { isTerminal } from "../../domain/task.ts";
import { filesOfTasks } from "../../engine/run/backlog-sync.ts";
import { lastRun, type RepositoryContext } from "../wiring/command-context.ts";

type Facts = Pick<RepositoryContext, "ledger" | "repository">;

/** Open tasks that no backlog has ever named and that the next run takes up: those that it goes on with, and those that have not begun. */
export async function addedTasks(context: Facts): Promise<readonly TaskRow[]> {
  const { ledger, repository } = context;
  const rows = (await ledger.tasks.list(repository.id)).filter(({ state }) => !isTerminal(state));
  if (rows.length === 0) return [];
  const run = await unended(context);
  const files = await filesOfTasks(ledger.log, repository.id);
  return rows.filter((row) => !files.has(row.id) && (row.generation === 0 || row.run === run));
}

/** Of all tasks the open ones that the next run has beside these of its backlog: also what an unfinished run has of another file. */
export async function besideBacklog(
  context: Facts,
  all: readonly TaskRow[],
  known: ReadonlySet<TaskId>,
): Promise<readonly TaskRow[]> {
  const rows = all.filter(({ id, state }) => !isTerminal(state) && !known.has(id));
  if (rows.length === 0) return [];
  const run = await unended(context);
  const isLeft = (row: TaskRow): boolean => row.run === run;
  if (rows.every((row) => isLeft(row) || row.generation > 0)) return rows.filter(isLeft);
  const files = await filesOfTasks(context.ledger.log, context.repository.id);
  return rows.filter((row) => isLeft(row) || (row.generation === 0 && !files.has(row.id)));
}

/** The run that the next one goes on with; null: none. */
async function unended({ ledger, repository }: Facts): Promise<string | null> {
  const run = await lastRun(ledger, repository.id);
  return run === null || run.state === "ended" ? null : run.id;
}
