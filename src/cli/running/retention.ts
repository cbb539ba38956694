import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";

import type { RecordedEvent } from "../../domain/events.ts";
import type { RunId, TaskId } from "../../domain/ids.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { windowLengths } from "../../policy/account-windows.ts";
import type { Settings } from "../../domain/settings.ts";
import type { Workspace } from "../../engine/ports/workspace.ts";
import { isWorkedIn } from "../../processes/process-view.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { commandWorkspace } from "../wiring/engine-parts.ts";

/** A worktree that is there. */
export interface TaskTree {
  readonly task: TaskId;
  readonly path: string;
  readonly endedAt: number;
  readonly isMerged: boolean;
}

/** Its work is elsewhere too, or there was none to do. */
const isElsewhere = ({ state, mergeCommit, commit }: TaskRow): boolean =>
  state === "DONE" && (mergeCommit !== null || commit === null);

/** Worktrees that hold nothing that is not elsewhere. */
export const finishedTrees = (rows: readonly TaskRow[]): readonly TaskTree[] => treesOf(rows.filter(isElsewhere));

/** Worktrees of tasks that are over without having been merged. */
export const unmergedTrees = (rows: readonly TaskRow[]): readonly TaskTree[] =>
  treesOf(rows.filter((row) => row.state === "FAILED" || (row.state === "DONE" && !isElsewhere(row))));

const treesOf = (rows: readonly TaskRow[]): readonly TaskTree[] =>
  rows.flatMap(({ id, worktree, endedAt, mergeCommit }) =>
    worktree !== null && existsSync(worktree)
      ? [{ task: id, path: worktree, endedAt: endedAt ?? 0, isMerged: mergeCommit !== null }]
      : [],
  );

/** Removes worktrees, each after a snapshot of what no branch has. Returns those that are gone. */
export async function removeTrees(
  context: RepositoryContext,
  settings: Settings,
  trees: readonly TaskTree[],
): Promise<readonly TaskTree[]> {
  if (trees.length === 0) return [];
  const workspace = await commandWorkspace(context, settings);
  for (const { task } of trees) await workspace.snapshots.remove(task);
  return trees.filter(({ path }) => !existsSync(path));
}

/** Drops the streams and folders of all but the newest runs. Runs with unfinished tasks stay. */
export async function dropOldRuns(
  { ledger, repository, paths }: RepositoryContext,
  keep: number,
  counted: { readonly countedSinceMs?: number } = {},
): Promise<readonly RunId[]> {
  const runs = ledger.cleanRuns({ repository: repository.id, keep, ...counted });
  for (const run of runs) await rm(paths.run(run), { recursive: true, force: true });
  return runs;
}

/** What the settings let go by itself when a run is over. In which somebody works stays, for the end of a later one. */
export async function applyRetention(context: RepositoryContext, settings: Settings): Promise<void> {
  const { ledger, repository, program } = context;
  const { worktreesMs, mergedWorktreesMs = worktreesMs, runs } = settings.retention;
  const now = program.clock.now();
  const old = finishedTrees(await ledger.tasks.list(repository.id)).filter(
    ({ endedAt, isMerged }) => now - endedAt >= (isMerged ? mergedWorktreesMs : worktreesMs),
  );
  await removeTrees(context, settings, old.filter(isFree));
  const lengths = windowLengths(settings);
  await dropOldRuns(context, runs, lengths.length === 0 ? {} : { countedSinceMs: now - Math.max(...lengths) });
}

const isFree = ({ path }: TaskTree): boolean => !isWorkedIn(path);

/** Removes the worktree of a task that was just merged, where the settings say so and nobody works in it. */
export async function dropMerged(
  { ledger, repository }: RepositoryContext,
  settings: Settings,
  snapshots: Pick<Workspace["snapshots"], "remove">,
  events: readonly RecordedEvent[],
): Promise<void> {
  if (settings.retention.mergedWorktreesMs !== 0) return;
  for (const { type, task } of events) {
    const row = type === "merge.done" && task !== undefined ? await ledger.tasks.get(repository.id, task) : null;
    const trees = row === null ? [] : finishedTrees([row]).filter(isFree);
    for (const tree of trees) await snapshots.remove(tree.task);
  }
}
