import type { TaskId } from "../domain/ids.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import type { Committed, CommitMessage, Snapshot, Tree, Trees } from "../engine/ports/workspace.ts";
import { changedPaths, compare, totalsOf } from "./changed-files.ts";
import { commitText, oneLine } from "./commit-message.ts";
import { commitOf, commitTree, isAncestor, treeOf } from "./commits.ts";
import { commitByKey } from "./find-merges.ts";
import { gitLine } from "./git.ts";
import { branchOf, bring, claimBranch, ensureWorktree, fill, standOn } from "./make-worktree.ts";
import { isReady, prepare } from "./setup.ts";
import { isKept, keep, takeSnapshot } from "./snapshots.ts";
import { stageAll, treeOfFiles } from "./staging.ts";
import { isIndexOurs, isUntouched, noteIndex } from "./untouched.ts";
import { forgetUnfinished, mergedBy } from "./unfinished.ts";
import { checkBranch, openTask, type WorkspaceContext } from "./workspace-context.ts";
import { checkTask, placeOf, type Worktree } from "./worktree-folder.ts";

export function createTrees(context: WorkspaceContext): Trees {
  return {
    enter: (request) => enter(context, request),
    commit: (tree, base, message) => commitAll(context, tree, base, message),
    probe: (branch, base, key) => probe(context, branch, base, key),
    discard: (tree, commit) => discard(context, tree, commit),
  };
}

type EnterRequest = Parameters<Trees["enter"]>[0];

async function enter(
  context: WorkspaceContext,
  request: EnterRequest,
): Promise<{ tree: Tree; snapshot: Snapshot | null }> {
  const { task, branch, reason } = request;
  const { git } = context;
  checkTask(task);
  checkBranch(branch);
  const at = await context.at();
  const commit = await commitOf(git, at.place, request.commit);
  if (commit === null) {
    throw new WorkspaceError("git", `there is no commit ${request.commit} for ${task} to start from`);
  }
  const { worktree, made, tip } = await ensureWorktree(context, task, branch, commit);
  const tree = { task, path: worktree.path, branch };
  const to = { name: task, branch, commit };
  const head = made ? null : await commitOf(git, placeOf(worktree), "HEAD");
  const isReadyAsItIs = request.keep
    ? head === commit && (await isReady(context, worktree))
    : !made && (await isUntouched(git, worktree, commit));
  if (isReadyAsItIs) {
    const kept = await keepTips(context, worktree, to, [tip], reason);
    await standOn(git, worktree, branch, commit);
    if (tip !== commit) await git(placeOf(worktree), ["update-ref", `refs/heads/${branch}`, commit]);
    if (request.keep) return { tree, snapshot: null };
    await forgetUnfinished(worktree);
    await prepare(context, worktree, to);
    return { tree, snapshot: kept };
  }
  const files = made ? null : await takeSnapshot(git, worktree, task, reason);
  if (files !== null && files.unread !== "") noteUnread(context, task, "a snapshot", files.unread);
  const kept = await keepTips(context, worktree, to, [head, tip], reason);
  if (made) await fill(git, worktree, branch, commit);
  else await bring(git, worktree, branch, commit);
  await prepare(context, worktree, { ...to, isNew: made });
  return { tree, snapshot: files?.snapshot ?? kept };
}

/** Snapshots of the tips that would be out of reach once the worktree and its branch are at another commit. */
async function keepTips(
  context: WorkspaceContext,
  worktree: Worktree,
  to: { readonly name: TaskId; readonly branch: string; readonly commit: string },
  tips: readonly (string | null)[],
  reason: string,
): Promise<Snapshot | null> {
  const place = placeOf(worktree);
  let first: Snapshot | null = null;
  for (const tip of new Set(tips)) {
    if (tip === null || (await isAncestor(context.git, place, tip, to.commit))) continue;
    if (await isKept(context.git, place, to.name, to.branch, tip)) continue;
    const kept = await keep(context.git, place, to.name, tip, reason);
    first ??= kept;
  }
  return first;
}

function noteUnread(context: WorkspaceContext, task: TaskId, what: string, unread: string): void {
  context.note("warn", `${what} of ${task} is without what git could not read: ${unread.slice(0, 1_000)}`, task);
}

async function commitAll(
  context: WorkspaceContext,
  tree: Tree,
  base: string,
  message: CommitMessage,
): Promise<Committed | null> {
  const { git } = context;
  checkBranch(tree.branch);
  const worktree = await openTask(context, tree.task);
  const place = placeOf(worktree);
  const head = await commitOf(git, place, "HEAD");
  const merged = await mergedBy(git, worktree, head);
  const tip = await claimBranch(git, await context.at(), tree.branch, base);
  const keptHead = await keepOwnCommits(context, worktree, { task: tree.task, base, tips: [head, tip] });
  await comeBack(context, worktree, tree, base);
  const unread = await stageAll(git, place, { lenient: false, isOurs: isIndexOurs(git, worktree), base });
  if (unread !== "") noteUnread(context, tree.task, "the commit", unread);
  const files = await gitLine(git, place, ["write-tree"]);
  const ref = `refs/heads/${tree.branch}`;
  if (files === (await treeOf(git, place, base)) && merged === null) {
    if (tip !== base) await git(place, ["update-ref", "-m", "no change", ref, base]);
    await forgetUnfinished(worktree);
    noteIndex(git, worktree);
    return null;
  }
  const parents = [base, ...(merged === null ? [] : [merged])];
  const commit = await commitTree(git, place, { tree: files, parents, text: commitText(message) });
  await git(place, ["update-ref", "-m", `commit: ${oneLine(message.subject)}`, ref, commit]);
  await forgetUnfinished(worktree);
  noteIndex(git, worktree);
  return { ...(await describe(context, base, commit)), keptHead };
}

/** Puts HEAD back on the task's branch where an agent left it elsewhere, and says so. */
async function comeBack(context: WorkspaceContext, worktree: Worktree, tree: Tree, base: string): Promise<void> {
  const stood = await branchOf(context.git, worktree);
  if (stood === tree.branch) return;
  const where = stood === null ? "no branch" : `refs/heads/${stood}`;
  context.note("warn", `${tree.task} was left on ${where}; it is back on ${tree.branch}`, tree.task);
  await standOn(context.git, worktree, tree.branch, base);
}

/** Keeps the commits an agent made itself: on HEAD, wherever that is now, and on its branch if it left that. */
async function keepOwnCommits(
  context: WorkspaceContext,
  worktree: Worktree,
  own: { readonly task: TaskId; readonly base: string; readonly tips: readonly (string | null)[] },
): Promise<Snapshot | null> {
  const place = placeOf(worktree);
  let first: Snapshot | null = null;
  for (const tip of new Set(own.tips)) {
    if (tip === null || (await isAncestor(context.git, place, tip, own.base))) continue;
    const kept = await keep(context.git, place, own.task, tip, "commits the agent made itself");
    first ??= kept;
  }
  return first;
}

async function describe(context: WorkspaceContext, base: string, commit: string): Promise<Omit<Committed, "keptHead">> {
  const { place } = await context.at();
  const { files } = await compare(context.git, place, base, commit);
  return { base, commit, files: files.map(({ path }) => path), ...totalsOf(files) };
}

async function probe(context: WorkspaceContext, branch: string, base: string, key: string): Promise<Committed | null> {
  const { place } = await context.at();
  const tip = await commitOf(context.git, place, `refs/heads/${branch}`);
  if (tip === null || (await commitOf(context.git, place, base)) === null) return null;
  const commit = await commitByKey(context.git, place, { since: base, tip, firstParent: true }, key);
  if (commit === null) return null;
  const parent = await gitLine(context.git, place, ["rev-parse", `${commit}^1`]);
  return { ...(await describe(context, parent, commit)), keptHead: null };
}

async function discard(context: WorkspaceContext, tree: Tree, commit: string): Promise<readonly string[]> {
  const worktree = await openTask(context, tree.task);
  const place = placeOf(worktree);
  if (await isUntouched(context.git, worktree, commit)) return [];
  const files = await treeOfFiles(context.git, worktree);
  const paths = await changedPaths(context.git, place, commit, files.tree);
  const head = await commitOf(context.git, place, "HEAD");
  if (paths.length > 0 || head !== commit) {
    await claimBranch(context.git, await context.at(), tree.branch, commit);
    await bring(context.git, worktree, tree.branch, commit);
  }
  return paths;
}
