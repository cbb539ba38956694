import type { RunId, TaskId } from "../../domain/ids.ts";
import type { TaskIndex } from "./task-index.ts";

/** What says which tasks are a run's. */
export interface Scope {
  readonly run: RunId;
  readonly index: Pick<TaskIndex, "get">;
  /** The tasks that are named; null: all. */
  readonly only: readonly TaskId[] | null;
  readonly inBacklog: ReadonlySet<TaskId>;
  /** The file that named each task last; null: not read yet. */
  readonly fileOf: ReadonlyMap<TaskId, string> | null;
}

/** Whether a run works on a task. A part goes where its parent goes, and may be named by itself. */
export function isInScope(task: TaskId, scope: Scope): boolean {
  const { only, index, run, inBacklog, fileOf } = scope;
  const known = index.get(task);
  if (only?.includes(task) === true) return true;
  if (known?.spec.parent !== undefined) return isInScope(known.spec.parent, scope);
  if (only !== null) return false;
  // What was added on the command line, after the last run or before the first, is anybody's.
  const isAdded = known?.begun === false && fileOf?.has(task) === false;
  return known?.run === run || inBacklog.has(task) || isAdded;
}
