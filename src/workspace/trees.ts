import type { TaskId } from "../domain/ids.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import type { Committed, CommitMessage, Snapshot, Tree, Trees } from "../engine/ports/workspace.ts";
import { changedFiles, changedPaths, totalsOf } from "./changed-files.ts";
import { commitText, commitWithKey, keyLogArgs, oneLine } from "./commit-message.ts";
import { commitOf, gitLine, isAncestor, treeOf } from "./git.ts";
import { bring, claimBranch, ensureWorktree, fill, standOn } from "./make-worktree.ts";
import { isReady, prepare } from "./setup.ts";
import { checkBranch, openTask, type Site } from "./site.ts";
import { isKept, keep, takeSnapshot } from "./snapshots.ts";
import { stageAll, treeOfFiles } from "./staging.ts";
import { forgetUnfinished, mergedBy } from "./unfinished.ts";
import { checkTask, placeOf, type Worktree } from "./worktree-folder.ts";

export function createTrees(site: Site): Trees {
  return {
    enter: (request) => enter(site, request),
    commit: (tree, base, message) => commitAll(site, tree, base, message),
    probe: (branch, base, key) => probe(site, branch, base, key),
    discard: (tree, commit) => discard(site, tree, commit),
  };
}

type EnterRequest = Parameters<Trees["enter"]>[0];

async function enter(site: Site, request: EnterRequest): Promise<{ tree: Tree; snapshot: Snapshot | null }> {
  const { task, branch, reason } = request;
  const { git } = site;
  checkTask(task);
  checkBranch(branch);
  const at = await site.at();
  const commit = await commitOf(git, at.place, request.commit);
  if (commit === null) {
    throw new WorkspaceError("git", `there is no commit ${request.commit} for ${task} to start from`);
  }
  const { worktree, made, tip } = await ensureWorktree(site, task, branch, commit);
  const tree = { task, path: worktree.path, branch };
  const to = { name: task, branch, commit };
  const head = made ? null : await commitOf(git, placeOf(worktree), "HEAD");
  if (request.keep && head === commit && (await isReady(site, worktree))) {
    await keepTips(site, worktree, to, [tip], reason);
    await standOn(git, worktree, branch, commit);
    if (tip !== commit) await git(placeOf(worktree), ["update-ref", `refs/heads/${branch}`, commit]);
    return { tree, snapshot: null };
  }
  const files = made ? null : await takeSnapshot(git, worktree, task, reason);
  if (files !== null && files.unread !== "") noteUnread(site, task, files.unread);
  const kept = await keepTips(site, worktree, to, [head, tip], reason);
  if (made && tip === null) await fill(git, worktree, commit);
  else await bring(git, worktree, branch, commit);
  await prepare(site, worktree, to);
  return { tree, snapshot: files?.snapshot ?? kept };
}

/** Snapshots of the tips that would be out of reach once the worktree and its branch are at another commit. */
async function keepTips(
  site: Site,
  worktree: Worktree,
  to: { readonly name: TaskId; readonly branch: string; readonly commit: string },
  tips: readonly (string | null)[],
  reason: string,
): Promise<Snapshot | null> {
  const place = placeOf(worktree);
  let first: Snapshot | null = null;
  for (const tip of new Set(tips)) {
    if (tip === null || (await isAncestor(site.git, place, tip, to.commit))) continue;
    if (await isKept(site.git, place, to.name, to.branch, tip)) continue;
    const kept = await keep(site.git, place, to.name, tip, reason);
    first ??= kept;
  }
  return first;
}

function noteUnread(site: Site, task: TaskId, unread: string): void {
  site.note("warn", `a snapshot of ${task} is without what git could not read: ${unread.slice(0, 1_000)}`, task);
}

async function commitAll(site: Site, tree: Tree, base: string, message: CommitMessage): Promise<Committed | null> {
  const { git } = site;
  checkBranch(tree.branch);
  const worktree = await openTask(site, tree.task);
  const place = placeOf(worktree);
  const head = await commitOf(git, place, "HEAD");
  const merged = await mergedBy(git, worktree, head);
  const tip = await claimBranch(git, await site.at(), tree.branch, base);
  const keptHead = await keepOwnCommits(site, worktree, { task: tree.task, base, tips: [head, tip] });
  await comeBack(site, worktree, tree, base);
  await stageAll(git, place, false);
  const files = await gitLine(git, place, ["write-tree"]);
  const ref = `refs/heads/${tree.branch}`;
  if (files === (await treeOf(git, place, base)) && merged === null) {
    if (tip !== base) await git(place, ["update-ref", "-m", "no change", ref, base]);
    await forgetUnfinished(worktree);
    return null;
  }
  const parents = [base, ...(merged === null ? [] : [merged])].flatMap((parent) => ["-p", parent]);
  const args = ["commit-tree", files, ...parents, "-F", "-"];
  const commit = await gitLine(git, place, args, { input: commitText(message) });
  await git(place, ["update-ref", "-m", `commit: ${oneLine(message.subject)}`, ref, commit]);
  await forgetUnfinished(worktree);
  return { ...(await describe(site, base, commit)), keptHead };
}

/** Puts HEAD back on the task's branch where an agent left it elsewhere, and says so. */
async function comeBack(site: Site, worktree: Worktree, tree: Tree, base: string): Promise<void> {
  const args = ["symbolic-ref", "--quiet", "HEAD"];
  const stood = await gitLine(site.git, placeOf(worktree), args, { answers: [0, 1] });
  if (stood === `refs/heads/${tree.branch}`) return;
  const where = stood === "" ? "no branch" : stood;
  site.note("warn", `${tree.task} was left on ${where}; it is back on ${tree.branch}`, tree.task);
  await standOn(site.git, worktree, tree.branch, base);
}

/** Keeps the commits an agent made itself: on HEAD, wherever that is now, and on its branch if it left that. */
async function keepOwnCommits(
  site: Site,
  worktree: Worktree,
  own: { readonly task: TaskId; readonly base: string; readonly tips: readonly (string | null)[] },
): Promise<Snapshot | null> {
  const place = placeOf(worktree);
  let first: Snapshot | null = null;
  for (const tip of new Set(own.tips)) {
    if (tip === null || (await isAncestor(site.git, place, tip, own.base))) continue;
    const kept = await keep(site.git, place, own.task, tip, "commits the agent made itself");
    first ??= kept;
  }
  return first;
}

async function describe(site: Site, base: string, commit: string): Promise<Omit<Committed, "keptHead">> {
  const { place } = await site.at();
  const files = await changedFiles(site.git, place, base, commit);
  return { base, commit, files: files.map(({ path }) => path), ...totalsOf(files) };
}

async function probe(site: Site, branch: string, base: string, key: string): Promise<Committed | null> {
  const { place } = await site.at();
  const tip = await commitOf(site.git, place, `refs/heads/${branch}`);
  if (tip === null || (await commitOf(site.git, place, base)) === null) return null;
  const { stdout } = await site.git(place, [...keyLogArgs(key), "--first-parent", `${base}..${tip}`]);
  const commit = commitWithKey(stdout, key);
  if (commit === null) return null;
  const parent = await gitLine(site.git, place, ["rev-parse", `${commit}^1`]);
  return { ...(await describe(site, parent, commit)), keptHead: null };
}

async function discard(site: Site, tree: Tree, commit: string): Promise<readonly string[]> {
  const worktree = await openTask(site, tree.task);
  const place = placeOf(worktree);
  const files = await treeOfFiles(site.git, worktree);
  const paths = await changedPaths(site.git, place, commit, files.tree);
  const head = await commitOf(site.git, place, "HEAD");
  if (paths.length > 0 || head !== commit) {
    await claimBranch(site.git, await site.at(), tree.branch, commit);
    await bring(site.git, worktree, tree.branch, commit);
  }
  return paths;
}
