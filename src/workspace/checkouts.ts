import { readdir, realpath, stat } from "node:fs/promises";
import { basename, join, resolve } from "node:path";

import { gitList, type Git, type Place } from "./git.ts";
import { branchInFiles } from "./ref-files.ts";
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
 * still lists the worktrees of the one it was copied from.
 */
export async function userCheckoutsOf(git: Git, at: RepositoryPlace, branch: string): Promise<Checkout[]> {
  const ref = `refs/heads/${branch}`;
  if (!(await mayBeCheckedOut(at, ref))) return [];
  const found: Checkout[] = [];
  let path = "";
  for (const line of await gitList(git, at.place, ["worktree", "list", "--porcelain", "-z"])) {
    if (line.startsWith("worktree ")) path = await pathOf(at, line.slice("worktree ".length));
    if (line !== `branch ${ref}` && line !== "detached") continue;
    const gitDir = isInside(at.root, path) ? null : await ownGitDir(at, path);
    if (gitDir === null) continue;
    if (line !== "detached") found.push({ path, state: "on_branch" });
    else if (await isRebasing(gitDir, ref)) found.push({ path, state: "rebasing" });
  }
  return found;
}

/** Whether a worktree of somebody else's says in its files that it stands on the branch or rebases it. Git knows which do. */
async function mayBeCheckedOut({ commonDir, root }: RepositoryPlace, ref: string): Promise<boolean> {
  const shared = join(commonDir, "worktrees");
  const added = (await readdir(shared).catch(() => [])).map((name) => join(shared, name));
  for (const gitDir of [commonDir, ...added]) {
    const branch = await branchInFiles(gitDir);
    const isNamed = branch === undefined || `refs/heads/${branch}` === ref;
    if (!isNamed && !(await isRebasing(gitDir, ref))) continue;
    const pointer = gitDir === commonDir ? null : await readText(join(gitDir, "gitdir"));
    if (pointer === null || !isInside(root, resolve(gitDir, pointer.trim()))) return true;
  }
  return false;
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

const isRebasing = async (gitDir: string, ref: string): Promise<boolean> =>
  (await rebasedIn(gitDir)).some((text) => text?.trim() === ref);

const rebasedIn = (gitDir: string): Promise<(string | null)[]> =>
  Promise.all(["rebase-merge", "rebase-apply"].map((kind) => readText(join(gitDir, kind, "head-name"))));

async function gitDirOf(path: string): Promise<string> {
  const file = join(path, ".git");
  const kind = await stat(file).catch(() => null);
  if (kind?.isFile() !== true) return file;
  const target = /^gitdir: (.*?)\s*$/.exec((await readText(file)) ?? "")?.[1];
  return target === undefined ? file : resolve(path, target);
}
