import { lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import type { RepositoryPlace } from "./checkouts.ts";
import { isId, type Git } from "./git.ts";

/** So often a name of git's for a worktree may be taken. */
const mostNames = 100;
/** With one of them git copies settings, or keeps a HEAD elsewhere than in its file. */
const special = ["config.worktree", "info/sparse-checkout", "reftable"];

/**
 * Makes a worktree without files at a path where nothing is, on a branch that is there; `branch` null: detached at the commit. Its
 * few files are written here: git starts two or three processes for them, one worktree after the other, and reads all others before.
 */
export async function addWorktree(
  git: Git,
  at: RepositoryPlace,
  path: string,
  branch: string | null,
  commit: string,
): Promise<void> {
  const head = branch === null ? commit : `ref: refs/heads/${branch}`;
  const isPlain = (await Promise.all(special.map((name) => isMissing(join(at.commonDir, name))))).every(Boolean);
  if (isPlain && (branch !== null || isId(commit)) && (await writeWorktree(at, path, head))) return;
  // Forced: who else has the branch was looked at, better than git does.
  const what = branch === null ? ["--detach", path, commit] : [path, branch];
  await git(at.place, ["worktree", "add", "--quiet", "--force", "--no-checkout", ...what]);
}

/** False: it could not be made, and nothing is left of it; git says better why. */
async function writeWorktree({ commonDir }: RepositoryPlace, path: string, head: string): Promise<boolean> {
  const gitDir = await newGitDir(join(commonDir, "worktrees"), basename(path).replace(/^\./, "-"));
  if (gitDir === null) return false;
  let isPathOurs = false;
  try {
    // In git's order: as long as it is locked so, whoever comes after us makes it anew.
    await writeFile(join(gitDir, "locked"), "initializing");
    await writeWhole(join(gitDir, "gitdir"), `${join(path, ".git")}\n`);
    await mkdir(path);
    isPathOurs = true;
    await writeFile(join(path, ".git"), `gitdir: ${gitDir}\n`, { flag: "wx" });
    await writeWhole(join(gitDir, "HEAD"), `${head}\n`);
    await writeWhole(join(gitDir, "commondir"), "../..\n");
    await rm(join(gitDir, "locked"));
    return true;
  } catch {
    if (isPathOurs) await rm(path, { recursive: true, force: true });
    await rm(gitDir, { recursive: true, force: true });
    return false;
  }
}

/** Never there in part: another git that lists worktrees just then gives up over a file with nothing in it. */
async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** A folder of nobody's, named as git would name it; null: there is none to be had. */
async function newGitDir(shared: string, name: string): Promise<string | null> {
  await mkdir(shared, { recursive: true }).catch(() => undefined);
  for (let n = 0; n < mostNames; n += 1) {
    const gitDir = join(shared, n === 0 ? name : `${name}${n}`);
    const made = await mkdir(gitDir).then(
      () => true,
      () => false,
    );
    if (made) return gitDir;
  }
  return null;
}

const isMissing = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => false,
    () => true,
  );
