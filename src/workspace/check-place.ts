import type { TaskId } from "../domain/ids.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import { changedPaths } from "./changed-files.ts";
import { oneLine } from "./commit-message.ts";
import { commitOf } from "./commits.ts";
import { GitError } from "./git.ts";
import { hasHiddenInputs, sweepIgnored } from "./hidden-inputs.ts";
import { ignoredIn, lookAt } from "./look.ts";
import { branchOf, bring, cleanOut, ensureWorktree, fill, putFiles } from "./make-worktree.ts";
import { isTainted } from "./ready-marks.ts";
import { removeAll } from "./remove-all.ts";
import { forgetSetup, prepare } from "./setup.ts";
import { treeOfFiles } from "./staging.ts";
import { openTask, type WorkspaceContext } from "./workspace-context.ts";
import { isUntouched, lookIfUntouched } from "./untouched.ts";
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
    const look = await lookIfUntouched(context.git, worktree, commit);
    if (look === null) {
      const files = await treeOfFiles(context.git, worktree);
      if (files.tree !== tree || files.unread !== "") return null;
    }
    const seen = look ?? (await lookAt(context.git, worktree));
    if (
      seen.unread !== "" ||
      (await isTainted(context, worktree)) ||
      (await hasHiddenInputs(context, worktree, ignoredIn(seen)))
    )
      return null;
    await cleanOut(context.git, worktree, seen);
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
  const stands = await branchOf(context.git, worktree);
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
  const { git } = context;
  let entered = await ensureWorktree(context, name, null, commit);
  const resists = entered.made ? "" : await bringClean(context, entered.worktree, commit).catch(whyNot);
  if (resists !== "") {
    context.note("warn", `${entered.worktree.path} is made anew: ${oneLine(resists).slice(0, 300)}`, name);
    // What is not ours to remove stays.
    await removeAll(context, entered.worktree.path).catch(() => undefined);
    entered = await ensureWorktree(context, name, null, commit);
    if (!entered.made) await bringClean(context, entered.worktree, commit);
  }
  const { worktree, made } = entered;
  if (made) await fill(git, worktree, null, commit);
  if (options.setupAgain) await forgetSetup(context, worktree);
  await prepare(context, worktree, { name, branch: null, commit, isNew: made });
  return worktree;
}

function whyNot(error: unknown): string {
  if (error instanceof GitError) return error.stderr || error.message;
  throw error;
}

/** Brings a worktree of ours to a commit, with nothing else in it but what set-up made. Returns what git says of folders that it could not look into. */
async function bringClean(context: WorkspaceContext, worktree: Worktree, commit: string): Promise<string> {
  const { git } = context;
  await putFiles(git, worktree, null, commit);
  const look = await lookAt(git, worktree);
  // By all that a check has written, so that what it ignored is not left when its list goes.
  await sweepIgnored(context, worktree, ignoredIn(look));
  await cleanOut(git, worktree, look);
  return look.unread;
}
