import { realpath, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

import { gitList, type Git, type Place } from "./git.ts";
import { knownBy } from "./known.ts";
import { branchInFiles, plainText } from "./ref-files.ts";
import { isSettled, markOf, namesIn, StatCache, statOf } from "./stat-cache.ts";
import { isInside, readText } from "./worktree-folder.ts";

/** A checkout of the repository that is not ours: the user's own, or one the user added. */
export interface Checkout {
  readonly path: string;
  /** rebasing: HEAD is elsewhere, but git will move the branch when the rebase ends. */
  readonly state: "on_branch" | "rebasing";
}

/** What all git commands about the repository as a whole run in: its shared folder, no files, no HEAD of a checkout. */
export interface RepositoryPlace {
  readonly top: string;
  readonly commonDir: string;
  /** Real path of the folder of our worktrees. */
  readonly root: string;
  readonly place: Place;
}

/**
 * Where the user has a branch checked out. Our own worktrees do not count: an agent may have switched one to any branch,
 * and its next commit brings it back. Nor do folders that are gone or belong to another repository: a copied repository
 * still lists the worktrees of the one it was copied from. `again`: also those that were moved are looked for.
 */
export async function userCheckoutsOf(
  git: Git,
  at: RepositoryPlace,
  branch: string,
  { again = false }: { readonly again?: boolean } = {},
): Promise<Checkout[]> {
  const ref = `refs/heads/${branch}`;
  if (!(await mayBeCheckedOut(git, at, ref, again))) return [];
  const found: Checkout[] = [];
  let path = "";
  for (const line of await gitList(git, at.place, ["worktree", "list", "--porcelain", "-z"])) {
    if (line.startsWith("worktree ")) path = await pathOf(at, line.slice("worktree ".length));
    if (line !== `branch ${ref}` && line !== "detached") continue;
    const gitDir = isInside(at.root, path) ? null : await ownGitDir(at, path);
    if (gitDir === null) continue;
    if (line !== "detached") found.push({ path, state: "on_branch" });
    else if (isRebasing(gitDir, ref)) found.push({ path, state: "rebasing" });
  }
  return found;
}

/** Whether a worktree of somebody else's says in its files that it stands on the branch or rebases it. Git knows which do. */
async function mayBeCheckedOut(git: Git, at: RepositoryPlace, ref: string, again: boolean): Promise<boolean> {
  const known = others(git).get(at.commonDir) ?? newOthers();
  others(git).set(at.commonDir, known);
  for (const gitDir of [at.commonDir, ...(await othersOf(known, at, again))])
    if (await mayStandOn(known, at.commonDir, gitDir, ref)) return true;
  return false;
}

interface Others {
  readonly pointers: StatCache<string>;
  /** The branch of a worktree that is not ours and rebases nothing, and what told so. */
  readonly standing: Map<string, { readonly branch: string | null; readonly marks: string }>;
  mark: string | null;
  dirs: readonly string[];
}

const others = knownBy<Others>();

const newOthers = (): Others => ({
  pointers: new StatCache((path) => Promise.resolve(plainText(path) ?? null)),
  standing: new Map(),
  mark: null,
  dirs: [],
});

/**
 * Its files are read again when its folder, its HEAD or its branch is not what it was: git makes a new file of HEAD, and a folder for
 * a rebase; whoever writes into the files that are there changes their times.
 */
async function mayStandOn(known: Others, commonDir: string, gitDir: string, ref: string): Promise<boolean> {
  const before = known.standing.get(gitDir);
  if (before !== undefined && before.marks === marksOf(commonDir, gitDir, before.branch))
    return `refs/heads/${before.branch}` === ref;
  known.standing.delete(gitDir);
  const from = Date.now();
  const branch = branchInFiles(gitDir);
  const marks = branch === undefined ? null : marksOf(commonDir, gitDir, branch, from);
  const rebases = rebaseFolders.some((name) => statOf(join(gitDir, name)) !== null);
  if (branch !== undefined && marks !== null && !rebases) known.standing.set(gitDir, { branch, marks });
  return branch === undefined || `refs/heads/${branch}` === ref || (rebases && isRebasing(gitDir, ref));
}

/** Null: one of them may have changed since, and be told by the same mark. */
function marksOf(commonDir: string, gitDir: string, branch: string | null, since = Date.now()): string | null {
  const files = [gitDir, join(gitDir, "HEAD"), ...(branch === null ? [] : [join(commonDir, "refs/heads", branch)])];
  const kinds = files.map(statOf);
  if (!kinds.every((kind) => kind === null || isSettled(kind, since))) return null;
  return kinds.map((kind) => (kind === null ? "" : markOf(kind))).join(" ");
}

/** Git's folders of worktrees that are not ours. Which there are is known until one comes or goes, or it is asked again. */
async function othersOf(
  known: Others,
  { commonDir, root }: RepositoryPlace,
  again: boolean,
): Promise<readonly string[]> {
  const shared = join(commonDir, "worktrees");
  const kind = statOf(shared);
  if (kind === null) return [];
  const mark = `${root} ${markOf(kind)}`;
  if (known.mark === mark && !again) return known.dirs;
  const found: string[] = [];
  for (const name of namesIn(shared)) {
    const gitDir = join(shared, name);
    // One that was not ours and has become so is looked at like the others, which is right as well.
    const pointer = known.standing.has(gitDir) ? null : await known.pointers.get(join(gitDir, "gitdir"));
    if (pointer === null || !isInside(root, resolve(gitDir, pointer.trim()))) found.push(gitDir);
  }
  known.dirs = found;
  known.mark = isSettled(kind) ? mark : null;
  return found;
}

/** Git's folder of a checkout, if it is one of this repository's; else null. */
async function ownGitDir(at: RepositoryPlace, path: string): Promise<string | null> {
  const gitDir = await realpath(await gitDirOf(path)).catch(() => null);
  return gitDir !== null && isInside(at.commonDir, gitDir) ? gitDir : null;
}

/** Git tells the shared folder instead of the files where those lie elsewhere (a submodule's own repository). */
async function pathOf(at: RepositoryPlace, told: string): Promise<string> {
  const isMain = told === at.commonDir || join(told, ".git") === at.commonDir;
  if (!isMain || basename(at.commonDir) === ".git") return told;
  return (await gitDirOf(at.top)) === at.commonDir ? at.top : told;
}

const rebaseFolders = ["rebase-merge", "rebase-apply"];

const isRebasing = (gitDir: string, ref: string): boolean =>
  rebaseFolders.some((kind) => readText(join(gitDir, kind, "head-name"))?.trim() === ref);

async function gitDirOf(path: string): Promise<string> {
  const file = join(path, ".git");
  const kind = await stat(file).catch(() => null);
  if (kind?.isFile() !== true) return file;
  const target = /^gitdir: (.*?)\s*$/.exec(readText(file) ?? "")?.[1];
  return target === undefined ? file : resolve(path, target);
}
