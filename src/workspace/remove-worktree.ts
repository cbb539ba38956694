import { lstat, rm } from "node:fs/promises";

import type { TaskId } from "../domain/ids.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import { oneLine } from "./commit-message.ts";
import { commitOf } from "./commits.ts";
import { GitError } from "./git.ts";
import { removeAll } from "./remove-all.ts";
import { tearDown } from "./setup.ts";
import { isKept, keep, takeSnapshot } from "./snapshots.ts";
import { openWorktree, type WorkspaceContext } from "./workspace-context.ts";
import { folderOf, ownTrees, placeOf, registered, type Worktree } from "./worktree-folder.ts";

/**
 * Removes the worktree of a task, or one of our own (ownTrees). What a task's has that no branch has becomes a snapshot
 * first; without one nothing is removed. Not there: nothing to do.
 */
export async function removeWorktree(context: WorkspaceContext, task: TaskId): Promise<void> {
  const at = await context.at();
  const path = folderOf(at.root, task);
  const known = await registered(at.commonDir, path);
  const isThere = (await lstat(path).catch(() => null)) !== null;
  if (known === null && !isThere) return;
  if (known === null) {
    throw new WorkspaceError("guard", `${path} is not a worktree of this repository; nothing was removed`);
  }
  if (!isThere) {
    await rm(known.gitDir, { recursive: true, force: true });
    return;
  }
  const worktree = await openWorktree(context, task);
  if (!known.broken) {
    if (!ownTrees.includes(task)) await keepAll(context, worktree, task);
    await tearDown(context, worktree, task);
  }
  await takeAway(context, worktree, task);
}

async function keepAll(context: WorkspaceContext, worktree: Worktree, task: TaskId): Promise<void> {
  const reason = "before its worktree was removed";
  const taken = await takeSnapshot(context.git, worktree, task, reason);
  if (taken !== null && taken.unread !== "") {
    context.note(
      "warn",
      `a snapshot of ${task} is without what git could not read: ${taken.unread.slice(0, 1_000)}`,
      task,
    );
  }
  const place = placeOf(worktree);
  const head = await commitOf(context.git, place, "HEAD");
  const kept =
    taken?.snapshot ??
    (head === null || (await isKept(context.git, place, task, null, head))
      ? null
      : await keep(context.git, place, task, head, reason));
  if (kept !== null) context.note("info", `kept the uncommitted work of ${task} as ${kept.ref}`, task);
}

async function takeAway(context: WorkspaceContext, worktree: Worktree, task: TaskId): Promise<void> {
  const { place } = await context.at();
  try {
    await context.git(place, ["worktree", "remove", "--force", "--force", worktree.path]);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    context.note("info", `removing ${worktree.path} by hand: ${oneLine(error.stderr)}`, task);
    await removeAll(context, worktree.path);
    await rm(worktree.gitDir, { recursive: true, force: true });
  }
}
