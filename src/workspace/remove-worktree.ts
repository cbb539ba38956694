import { lstat, rm } from "node:fs/promises";

import type { TaskId } from "../domain/ids.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import { runCommand } from "../processes/run-command.ts";
import { oneLine } from "./commit-message.ts";
import { commitOf, GitError } from "./git.ts";
import { tearDown } from "./setup.ts";
import { openWorktree, type Site } from "./site.ts";
import { isKept, keep, takeSnapshot } from "./snapshots.ts";
import { folderOf, ownTrees, placeOf, registered, type Worktree } from "./worktree-folder.ts";

/**
 * Removes the worktree of a task, or one of our own (ownTrees). What a task's has that no branch has becomes a snapshot
 * first; without one nothing is removed. Not there: nothing to do.
 */
export async function removeWorktree(site: Site, task: TaskId): Promise<void> {
  const at = await site.at();
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
  const worktree = await openWorktree(site, task);
  if (!known.broken) {
    if (!ownTrees.includes(task)) await keepAll(site, worktree, task);
    await tearDown(site, worktree, task);
  }
  await takeAway(site, worktree, task);
}

async function keepAll(site: Site, worktree: Worktree, task: TaskId): Promise<void> {
  const reason = "before its worktree was removed";
  const taken = await takeSnapshot(site.git, worktree, task, reason);
  if (taken !== null && taken.unread !== "") {
    site.note(
      "warn",
      `a snapshot of ${task} is without what git could not read: ${taken.unread.slice(0, 1_000)}`,
      task,
    );
  }
  const place = placeOf(worktree);
  const head = await commitOf(site.git, place, "HEAD");
  const kept =
    taken?.snapshot ??
    (head === null || (await isKept(site.git, place, task, null, head))
      ? null
      : await keep(site.git, place, task, head, reason));
  if (kept !== null) site.note("info", `kept the uncommitted work of ${task} as ${kept.ref}`, task);
}

async function takeAway(site: Site, worktree: Worktree, task: TaskId): Promise<void> {
  const { place } = await site.at();
  try {
    await site.git(place, ["worktree", "remove", "--force", "--force", worktree.path]);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    site.note("info", `removing ${worktree.path} by hand: ${oneLine(error.stderr)}`, task);
    // Package managers make folders nobody may write to.
    await runCommand({
      argv: ["chmod", "-R", "u+rwX", "--", worktree.path],
      cwd: place.cwd,
      env: { PATH: site.environment["PATH"] ?? "/usr/bin:/bin" },
      timeoutMs: 60_000,
    });
    await rm(worktree.path, { recursive: true, force: true });
    await rm(worktree.gitDir, { recursive: true, force: true });
  }
}
