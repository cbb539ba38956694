import { readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { assert } from "../domain/assert.ts";
import type { TaskId } from "../domain/ids.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import { addWorktree } from "./add-worktree.ts";
import { userCheckoutsOf, type RepositoryPlace } from "./checkouts.ts";
import { commitOf } from "./commits.ts";
import { GitError, gitLine, type Git } from "./git.ts";
import { dropIgnoredLinks } from "./ignored-links.ts";
import { lookAt, type Look } from "./look.ts";
import { branchInFiles } from "./ref-files.ts";
import { renewIndex, symlinksIn } from "./staging.ts";
import { walk } from "./walk.ts";
import { isIndexOurs, noteIndex } from "./untouched.ts";
import { forgetUnfinished } from "./unfinished.ts";
import { statOf } from "./stat-cache.ts";
import { openWorktree, type WorkspaceContext } from "./workspace-context.ts";
import { folderOf, placeOf, readText, registered, type Worktree } from "./worktree-folder.ts";

export interface Entered {
  readonly worktree: Worktree;
  /** It has no files yet. */
  readonly made: boolean;
  /** Where its branch was; null: it has none, or the branch is new. */
  readonly tip: string | null;
}

/** The worktree of a name, made without files where there is none. `branch` null: detached at the commit. */
export async function ensureWorktree(
  context: WorkspaceContext,
  name: TaskId,
  branch: string | null,
  commit: string,
): Promise<Entered> {
  const at = await context.at();
  const path = folderOf(at.root, name);
  const kind = statOf(path);
  const known = await registered(at.commonDir, path);
  if (known !== null && !known.broken && kind?.isDirectory() === true) {
    const tip = branch === null ? null : await claimBranch(context.git, at, branch, commit);
    const worktree = await openWorktree(context, name);
    return { worktree, made: await isHollow(worktree), tip };
  }
  if (known !== null) {
    assert(dirname(known.gitDir) === join(at.commonDir, "worktrees"), `${known.gitDir} is no worktree's own folder`);
    await rm(known.gitDir, { recursive: true, force: true });
    // Nobody has worked in what git had not finished making.
    if (known.broken) await rm(path, { recursive: true, force: true });
  }
  if (kind !== null && known?.broken !== true) await setAside(context, at, path, name);
  const tip = branch === null ? null : await claimBranch(context.git, at, branch, commit, true);
  await addWorktree(context.git, at, path, branch, commit);
  return { worktree: await openWorktree(context, name), made: true, tip };
}

/** We died between making a worktree and filling it. */
async function isHollow(worktree: Worktree): Promise<boolean> {
  const hasIndex = statOf(join(worktree.gitDir, "index")) !== null;
  return !hasIndex && (await readdir(worktree.path)).every((name) => name === ".git");
}

/** A folder git knows nothing of stands where a worktree is to be. Whatever is in it is kept. */
async function setAside(context: WorkspaceContext, at: RepositoryPlace, path: string, name: TaskId): Promise<void> {
  const prefix = `.aside-${basename(path)}-`;
  const taken = (await readdir(at.root)).filter((other) => other.startsWith(prefix));
  const numbers = taken.map((other) => Number(other.slice(prefix.length)) || 0);
  const aside = join(at.root, `${prefix}${Math.max(0, ...numbers) + 1}`);
  await rename(path, aside);
  context.note("warn", `${path} was no worktree of this repository; what was there is now in ${aside}`, name);
}

/**
 * Makes the branch where it is missing; refuses one that the user has checked out. Returns where it was; null: it is new. `again`:
 * also worktrees that were moved are looked for.
 */
export async function claimBranch(
  git: Git,
  at: RepositoryPlace,
  branch: string,
  commit: string,
  again = false,
): Promise<string | null> {
  const tip = await freeBranch(git, at, branch, again);
  if (tip !== null) return tip;
  await git(at.place, ["update-ref", `refs/heads/${branch}`, commit, ""]).catch((error: unknown) =>
    refuseBranch(error, branch),
  );
  return null;
}

/** Where a branch is that the user has not checked out; null: there is none. */
async function freeBranch(git: Git, at: RepositoryPlace, branch: string, again: boolean): Promise<string | null> {
  const [other] = await userCheckoutsOf(git, at, branch, { again });
  if (other !== undefined) {
    const why = `branch ${branch} is checked out in ${other.path}`;
    throw new WorkspaceError("guard", `${why}; check out another branch there, then try again`);
  }
  return commitOf(git, at.place, `refs/heads/${branch}`);
}

function refuseBranch(error: unknown, branch: string): never {
  if (!(error instanceof GitError) || !error.stderr.includes("exists; cannot create")) throw error;
  throw new WorkspaceError("guard", `branch ${branch} cannot be made beside the branches there are`, error.stderr);
}

/**
 * Brings a worktree to a commit, on its branch, with nothing else in it but ignored files. What was there is lost: take
 * a snapshot first. The branch moves with it.
 */
export async function bring(git: Git, worktree: Worktree, branch: string | null, commit: string): Promise<void> {
  await putFiles(git, worktree, branch, commit);
  await cleanOut(git, worktree, await lookAt(git, worktree));
  noteIndex(git, worktree);
}

/** Puts a commit's files into a worktree. What is neither tracked nor in their way stays. */
export async function putFiles(git: Git, worktree: Worktree, branch: string | null, commit: string): Promise<void> {
  const place = placeOf(worktree);
  await forgetUnfinished(worktree);
  if (!isIndexOurs(git, worktree)) {
    const entries = await renewIndex(git, place);
    // What is as it was is not written again: tools go by the times of files.
    await git(place, ["update-index", "-q", "--refresh"], { answers: [0, 1] });
    await dropIgnoredLinks(git, place, commit, symlinksIn(entries));
  }
  await fill(git, worktree, branch, commit);
}

/** Fills a worktree that has no files yet. */
export async function fill(git: Git, worktree: Worktree, branch: string | null, commit: string): Promise<void> {
  // Without a branch the reset moves HEAD itself.
  const isDetached = branch === null && (await branchOf(git, worktree)) === null;
  if (!isDetached) await standOn(git, worktree, branch, commit);
  await git(placeOf(worktree), ["reset", "--quiet", "--hard", commit]);
  noteIndex(git, worktree);
}

/** Takes away what is neither tracked nor ignored, with empty folders: make takes one for a target that is made. */
export async function cleanOut(git: Git, worktree: Worktree, { untracked, links }: Look): Promise<void> {
  if (untracked.length === 0 && (await walk(worktree.path))?.empty.length === 0) return;
  const kept = links.flatMap((path) => ["-e", `/${path.replace(/[\\*?[\] ]/g, "\\$&")}`]);
  await git(placeOf(worktree), ["clean", "--quiet", "-ffd", ...kept]);
}

/** The branch that a worktree stands on; null: none. */
export async function branchOf(git: Git, worktree: Worktree): Promise<string | null> {
  const told = branchInFiles(worktree.gitDir);
  if (told !== undefined) return told;
  const args = ["symbolic-ref", "--quiet", "HEAD"];
  const ref = await gitLine(git, placeOf(worktree), args, { answers: [0, 1] });
  return /^refs\/heads\/(.+)$/.exec(ref)?.[1] ?? (ref === "" ? null : ref);
}

/** Puts HEAD on a branch, or on a commit, without touching a file. */
export async function standOn(git: Git, worktree: Worktree, branch: string | null, commit: string): Promise<void> {
  const place = placeOf(worktree);
  const head = readText(join(worktree.gitDir, "HEAD"))?.trim();
  if (branch === null) {
    if (head !== commit) await git(place, ["update-ref", "--no-deref", "HEAD", commit]);
  } else if (head !== `ref: refs/heads/${branch}`) await git(place, ["symbolic-ref", "HEAD", `refs/heads/${branch}`]);
}
