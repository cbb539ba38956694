import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import { gitList, type Git, type Place } from "./git.ts";
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

/** Where a branch is checked out, our own worktrees included. */
export async function checkoutsOf(git: Git, at: RepositoryPlace, branch: string): Promise<Checkout[]> {
  const ref = `refs/heads/${branch}`;
  const found: Checkout[] = [];
  let path = "";
  for (const line of await gitList(git, at.place, ["worktree", "list", "--porcelain", "-z"])) {
    if (line.startsWith("worktree ")) path = await pathOf(at, line.slice("worktree ".length));
    if (line === `branch ${ref}`) found.push({ path, state: "on_branch" });
    if (line === "detached" && (await isRebasing(at, path, ref))) found.push({ path, state: "rebasing" });
  }
  return found;
}

/** Where the user has a branch checked out. */
export async function userCheckoutsOf(git: Git, at: RepositoryPlace, branch: string): Promise<Checkout[]> {
  const found = await checkoutsOf(git, at, branch);
  return found.filter(({ path }) => !isInside(at.root, path));
}

/** Git tells the shared folder instead of the files where those lie elsewhere (a submodule's own repository). */
async function pathOf(at: RepositoryPlace, told: string): Promise<string> {
  const isMain = told === at.commonDir || join(told, ".git") === at.commonDir;
  if (!isMain || basename(at.commonDir) === ".git") return told;
  return (await gitDirOf(at.top)) === at.commonDir ? at.top : told;
}

async function isRebasing(at: RepositoryPlace, path: string, ref: string): Promise<boolean> {
  const gitDir = path === dirname(at.commonDir) ? at.commonDir : await gitDirOf(path);
  for (const kind of ["rebase-merge", "rebase-apply"]) {
    if ((await readText(join(gitDir, kind, "head-name")))?.trim() === ref) return true;
  }
  return false;
}

async function gitDirOf(path: string): Promise<string> {
  const file = join(path, ".git");
  const kind = await stat(file).catch(() => null);
  if (kind?.isFile() !== true) return file;
  const target = /^gitdir: (.*?)\s*$/.exec((await readText(file)) ?? "")?.[1];
  return target === undefined ? file : resolve(path, target);
}
