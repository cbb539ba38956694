import type { TaskId } from "../domain/ids.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import type { Committed, CommitMessage, Snapshot, Tree, Trees } from "../engine/workspace.ts";
import { changedFiles, changedPaths, totalsOf } from "./changed-files.ts";
import { commitText, commitWithKey, keyLogArgs, oneLine } from "./commit-message.ts";
import { commitOf, gitLine, isAncestor, treeOf } from "./git.ts";
import { bring, claimBranch, ensureWorktree } from "./make-worktree.ts";
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
  await checkBranch(site, branch);
  const at = await site.at();
  const commit = await commitOf(git, at.place, request.commit);
  if (commit === null)
    throw new WorkspaceError("git", `there is no commit ${request.commit} for ${task} to start from`);
  const { worktree, made } = await ensureWorktree(site, task, branch, commit);
  const tree = { task, path: worktree.path, branch };
  const place = placeOf(worktree);
  const stays = request.keep && !made && (await commitOf(git, place, "HEAD")) === commit;
  if (stays && (await isReady(site, worktree))) {
    await standOn(site, worktree, branch, commit);
    return { tree, snapshot: null };
  }
  const snapshot = await keepEverything(site, { worktree, made, task, branch, commit, reason });
  await bring(git, worktree, branch, commit);
  await prepare(site, worktree, { name: task, branch, commit });
  return { tree, snapshot };
}

/** Puts HEAD on the branch, and the branch on the commit HEAD is at, where an agent left it elsewhere. No file changes. */
async function standOn(site: Site, worktree: Worktree, branch: string, commit: string): Promise<void> {
  const place = placeOf(worktree);
  const ref = `refs/heads/${branch}`;
  if ((await commitOf(site.git, place, ref)) !== commit) await site.git(place, ["update-ref", ref, commit]);
  await site.git(place, ["symbolic-ref", "HEAD", ref]);
}

interface Leaving {
  readonly worktree: Worktree;
  readonly made: boolean;
  readonly task: TaskId;
  readonly branch: string;
  readonly commit: string;
  readonly reason: string;
}

/** Snapshots of all that would be out of reach once the worktree and its branch are at another commit. */
async function keepEverything(site: Site, leaving: Leaving): Promise<Snapshot | null> {
  const { worktree, task, branch, commit, reason } = leaving;
  const place = placeOf(worktree);
  const files = leaving.made ? null : await takeSnapshot(site.git, worktree, task, reason);
  if (files !== null && files.unread !== "") noteUnread(site, task, files.unread);
  let first = files?.snapshot ?? null;
  for (const name of ["HEAD", `refs/heads/${branch}`]) {
    const tip = await commitOf(site.git, place, name);
    if (tip === null || (await isAncestor(site.git, place, tip, commit))) continue;
    if (await isKept(site.git, place, task, branch, tip)) continue;
    const kept = await keep(site.git, place, task, tip, reason);
    first ??= kept;
  }
  return first;
}

function noteUnread(site: Site, task: TaskId, unread: string): void {
  site.note("warn", `a snapshot of ${task} is without what git could not read: ${unread.slice(0, 1_000)}`, task);
}

async function commitAll(site: Site, tree: Tree, base: string, message: CommitMessage): Promise<Committed | null> {
  const { git } = site;
  const worktree = await openTask(site, tree.task);
  const place = placeOf(worktree);
  const head = await commitOf(git, place, "HEAD");
  const merged = await mergedBy(git, worktree, head);
  const keptHead = await keepOwnCommits(site, worktree, tree, base);
  const ref = `refs/heads/${tree.branch}`;
  await claimBranch(git, await site.at(), tree.branch, base, worktree.path);
  const stood = await gitLine(git, place, ["symbolic-ref", "--quiet", "HEAD"], { answers: [0, 1] });
  if (stood !== ref) {
    site.note(
      "warn",
      `${tree.task} was left on ${stood === "" ? "no branch" : stood}; it is back on ${tree.branch}`,
      tree.task,
    );
    await git(place, ["symbolic-ref", "HEAD", ref]);
  }
  await stageAll(git, place, false);
  const files = await gitLine(git, place, ["write-tree"]);
  const before = await treeOf(git, place, base);
  if (files === before && merged === null) {
    await git(place, ["update-ref", "-m", "no change", ref, base]);
    await forgetUnfinished(worktree);
    return null;
  }
  const parents = [base, ...(merged === null ? [] : [merged])].flatMap((parent) => ["-p", parent]);
  const commit = await gitLine(git, place, ["commit-tree", files, ...parents, "-F", "-"], {
    input: commitText(message),
  });
  await git(place, ["update-ref", "-m", `commit: ${oneLine(message.subject)}`, ref, commit]);
  await forgetUnfinished(worktree);
  return { ...(await describe(site, base, commit)), keptHead };
}

/** Keeps the commits an agent made itself: on HEAD, wherever that is now, and on its branch if it left that. */
async function keepOwnCommits(site: Site, worktree: Worktree, tree: Tree, base: string): Promise<Snapshot | null> {
  const place = placeOf(worktree);
  const seen = new Set<string>();
  let first: Snapshot | null = null;
  for (const name of ["HEAD", `refs/heads/${tree.branch}`]) {
    const tip = await commitOf(site.git, place, name);
    if (tip === null || seen.has(tip) || (await isAncestor(site.git, place, tip, base))) continue;
    seen.add(tip);
    const kept = await keep(site.git, place, tree.task, tip, "commits the agent made itself");
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
    await claimBranch(site.git, await site.at(), tree.branch, commit, worktree.path);
    await bring(site.git, worktree, tree.branch, commit);
  }
  return paths;
}
