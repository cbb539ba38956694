import type { TaskId } from "../domain/ids.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import { changedPaths } from "./changed-files.ts";
import { oneLine } from "./commit-message.ts";
import { commitOf } from "./commits.ts";
import { gitLine } from "./git.ts";
import { hasHiddenInputs, sweepIgnored } from "./hidden-inputs.ts";
import { cleanOut } from "./ignored-links.ts";
import { bring, ensureWorktree } from "./make-worktree.ts";
import { isTainted } from "./ready-marks.ts";
import { forgetSetup, prepare } from "./setup.ts";
import { treeOfFiles } from "./staging.ts";
import { openTask, type WorkspaceContext } from "./workspace-context.ts";
import { isUntouched } from "./untouched.ts";
import { placeOf, type Worktree } from "./worktree-folder.ts";

/**
 * The task's own worktree if its files are exactly those of the commit (as they lie there, whatever git was told about
 * them), with nothing ignored beside them that could sway a check; null: they are not.
 */
export async function ownWorktree(
  context: WorkspaceContext,
  task: TaskId,
  commit: string,
  tree: string,
): Promise<Worktree | null> {
  try {
    const worktree = await openTask(context, task);
    if ((await commitOf(context.git, placeOf(worktree), "HEAD")) !== commit) return null;
    const files = await treeOfFiles(context.git, worktree, { exact: true });
    if (files.tree !== tree || files.unread !== "") return null;
    if ((await isTainted(context, worktree)) || (await hasHiddenInputs(context, worktree))) return null;
    // Empty folders are in no tree: make takes one for a target that is made.
    await cleanOut(context.git, worktree);
    return worktree;
  } catch (error) {
    if (error instanceof WorkspaceError) return null;
    throw error;
  }
}

/** Works in the task's own worktree with setup done for it, and puts back what the work leaves behind. */
export async function inOwnWorktree<T>(
  context: WorkspaceContext,
  worktree: Worktree,
  task: TaskId,
  commit: string,
  work: (path: string) => Promise<T>,
): Promise<T> {
  const place = placeOf(worktree);
  const branch = await gitLine(context.git, place, ["symbolic-ref", "--quiet", "--short", "HEAD"], { answers: [0, 1] });
  const stands = branch === "" ? null : branch;
  await prepare(context, worktree, { name: task, branch: stands, commit });
  try {
    return await work(worktree.path);
  } finally {
    if (!(await isUntouched(context.git, worktree, commit)))
      await putBack(context, worktree, task, { branch: stands, commit });
  }
}

async function putBack(
  context: WorkspaceContext,
  worktree: Worktree,
  task: TaskId,
  to: { readonly branch: string | null; readonly commit: string },
): Promise<void> {
  const { tree } = await treeOfFiles(context.git, worktree);
  const left = await changedPaths(context.git, placeOf(worktree), to.commit, tree);
  if (left.length === 0) return;
  const some = left.slice(0, 5).map(oneLine).join(", ");
  context.note("info", `checks changed ${left.length} files that are not ignored; they were put back: ${some}`, task);
  await bring(context.git, worktree, to.branch, to.commit);
}

/** A detached worktree of ours at a commit, with setup done; kept for the next commit. One user at a time. */
export async function detachedWorktree(
  context: WorkspaceContext,
  name: string,
  commit: string,
  options: { readonly setupAgain: boolean },
): Promise<Worktree> {
  const { worktree } = await ensureWorktree(context, name, null, commit);
  await bring(context.git, worktree, null, commit);
  // By the commit's own list of what is ignored, not by one that a check has written.
  await sweepIgnored(context, worktree);
  if (options.setupAgain) await forgetSetup(context, worktree);
  await prepare(context, worktree, { name, branch: null, commit });
  return worktree;
}
