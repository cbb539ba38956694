import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";

import type { RunId, TaskId } from "../../domain/ids.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { Settings } from "../../domain/settings.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { commandWorkspace } from "../wiring/engine-parts.ts";

/** A worktree that is there. */
export interface TaskTree {
  readonly task: TaskId;
  readonly path: string;
  readonly endedAt: number;
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
  rows.flatMap(({ id, worktree, endedAt }) =>
    worktree !== null && existsSync(worktree) ? [{ task: id, path: worktree, endedAt: endedAt ?? 0 }] : [],
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
): Promise<readonly RunId[]> {
  const runs = ledger.cleanRuns({ repository: repository.id, keep });
  for (const run of runs) await rm(paths.run(run), { recursive: true, force: true });
  return runs;
}

/** What the settings let go by itself when a run is over. */
export async function applyRetention(context: RepositoryContext, settings: Settings): Promise<void> {
  const { ledger, repository, program } = context;
  const before = program.clock.now() - settings.retention.worktreesMs;
  const old = finishedTrees(await ledger.tasks.list(repository.id)).filter(({ endedAt }) => endedAt < before);
  await removeTrees(context, settings, old);
  await dropOldRuns(context, settings.retention.runs);
}
