import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readlink, realpath, symlink } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";

import { gitList, type Git, type Place } from "./git.ts";
import { isInside, readText } from "./worktree-folder.ts";

const listFile = ".worktreeinclude";

export interface Included {
  readonly copied: number;
  /** Paths that were left out, with the reason. */
  readonly skipped: readonly string[];
}

/**
 * Copies into a new worktree the ignored files of the user's checkout that the patterns of .worktreeinclude name (syntax
 * of .gitignore). Nothing is overwritten, nothing outside of the checkout is read, nothing outside of the worktree is
 * written: neither by a link of the user's nor by one that a commit has put into the worktree.
 */
export async function includeIgnored(git: Git, top: string, tree: string): Promise<Included> {
  const place: Place = { cwd: top };
  const candidates = (await includeList(git, top)) ?? [];
  if (candidates.length === 0) return { copied: 0, skipped: [] };
  const input = candidates.map((path) => `${path}\0`).join("");
  const paths = await gitList(git, place, ["check-ignore", "-z", "--stdin"], { input, answers: [0, 1] });
  const skipped: string[] = [];
  let copied = 0;
  for (const path of paths) {
    const why = await copyOne(top, tree, path);
    if (why === null) copied += 1;
    else skipped.push(`${path}: ${why}`);
  }
  return { copied, skipped };
}

/** Files that the patterns of the list name, if git does not track them; null: there is no list. */
export async function includeList(git: Git, top: string): Promise<readonly string[] | null> {
  if (readText(join(top, listFile)) === null) return null;
  const named = ["ls-files", "--others", "--ignored", `--exclude-from=${listFile}`, "-z"];
  return (await gitList(git, { cwd: top }, named)).filter((path) => !path.endsWith("/"));
}

/** Null: copied. Else why not. */
async function copyOne(top: string, tree: string, path: string): Promise<string | null> {
  const from = join(top, path);
  const to = join(tree, path);
  const kind = await lstat(from).catch(() => null);
  if (kind === null) return "it cannot be read";
  const source = await realpath(from).catch(() => null);
  if (source === null || !isInside(top, source)) return "it leads out of the repository";
  const parent = await makeFolder(tree, dirname(to));
  if (parent === null) return "its folder leads out of the worktree";
  if ((await lstat(to).catch(() => null)) !== null) return "the worktree has it already";
  if (kind.isSymbolicLink()) {
    const target = await readlink(from);
    if (isAbsolute(target)) return "it is an absolute link";
    await symlink(target, to);
    return null;
  }
  if (!kind.isFile()) return "it is no file";
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
  return null;
}

/** Makes a folder below `tree` step by step; null where a link on the way leads out of it. */
export async function makeFolder(tree: string, folder: string): Promise<string | null> {
  if (folder === tree) return tree;
  const parent = await makeFolder(tree, dirname(folder));
  if (parent === null) return null;
  await mkdir(folder).catch(() => null);
  const real = await realpath(folder).catch(() => null);
  return real !== null && isInside(tree, real) ? real : null;
}
