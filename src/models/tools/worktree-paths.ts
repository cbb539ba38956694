import type { Stats } from "node:fs";
import { lstat, realpath } from "node:fs/promises";
import { join, relative, sep } from "node:path";

import { ToolRefusal } from "./worktree-tool.ts";

/** Control characters, ends of lines, and marks that turn the order of letters round: no person sees them in a name. */
const unseen = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
const longestPath = 1_000;

/**
 * A path as a model wrote it, made plain: relative to the top of the worktree, with slashes, "" for the top. Refuses what
 * leads out of it by its text alone, and what git keeps for itself.
 */
export function plainPath(given: string): string {
  const path = given.trim();
  const refuse = (why: string): never => {
    throw new ToolRefusal(`${shown(path)} ${why}`);
  };
  if (path.length > longestPath) return refuse("is too long for a path");
  if (!path.isWellFormed() || unseen.test(path)) return refuse("holds characters that cannot be seen");
  if (path.includes("\\")) return refuse("holds a backslash; write paths with /");
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path) || /^~(?:\/|$)/.test(path))
    return refuse("is not relative; write paths from the top of the worktree, as src/main.ts");
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) return refuse("holds ..; write paths from the top of the worktree");
  if (parts.some(isGits)) return refuse("belongs to git and is not to be read or changed");
  return parts.join("/");
}

/** Whether a file system may take a name for .git: without case, marks that some drop, ends that some cut off. */
function isGits(name: string): boolean {
  const bare = name.replace(/\p{Cf}/gu, "").toLowerCase();
  return /^(?:\.git|git~\d+)(?:[. ]*|:.*)$/.test(bare);
}

/** A path as it stands in a message, on one line. */
export const shown = (path: string): string =>
  /^[\w./@+-]+$/.test(path) && path.length <= 200 ? path : JSON.stringify(path.slice(0, 200));

/** The real path of a worktree. */
export async function realRoot(workdir: string): Promise<string> {
  const root = await look(() => realpath(workdir));
  if (root === null) throw new ToolRefusal("the worktree is gone; stop and say so");
  return root;
}

/** The real path of what is there, inside; null: nothing is. Refuses what links lead out of the worktree, or into git's own. */
export async function realInside(root: string, path: string): Promise<string | null> {
  const real = await look(() => realpath(join(root, path)));
  if (real !== null) checkInside(root, real, path);
  return real;
}

/** Where a file may be written. */
export interface WritePlace {
  /** Real path of the last folder on the way that is there. */
  readonly folder: string;
  /** Folders below it that are to be made. */
  readonly missing: readonly string[];
  readonly name: string;
  /** The file that is there; null: none. */
  readonly old: Stats | null;
}

/**
 * Finds where a file is to be written, or what is to be deleted, with all links on the way followed. A link in the file's
 * own place is followed by nobody: see `old`.
 */
export async function writePlace(root: string, path: string): Promise<WritePlace> {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  if (name === "") throw new ToolRefusal("the path names no file");
  let folder = root;
  for (const [index, part] of parts.entries()) {
    const way = parts.slice(0, index + 1).join("/");
    const kind = await look(() => lstat(join(folder, part)));
    if (kind === null) return { folder, missing: parts.slice(index), name, old: null };
    const real = await look(() => realpath(join(folder, part)));
    if (real === null) throw new ToolRefusal(`${shown(path)}: ${shown(way)} is a link that leads to nothing`);
    checkInside(root, real, path);
    if (!(await lstat(real)).isDirectory())
      throw new ToolRefusal(`${shown(path)}: ${shown(way)} is a file, not a folder`);
    if ((await look(() => lstat(join(real, ".git")))) !== null)
      throw new ToolRefusal(
        `${shown(path)}: ${shown(way)} is a repository of its own; its files are not part of the work`,
      );
    folder = real;
  }
  return { folder, missing: [], name, old: await look(() => lstat(join(folder, name))) };
}

/** The path of a place as git has it: with the links on the way followed. */
export const placePath = (root: string, { folder, missing, name }: WritePlace): string =>
  relative(root, join(folder, ...missing, name)).replaceAll(sep, "/");

/** Refuses where a folder is no longer what it was when it was looked at. */
export async function checkStill(folder: string): Promise<void> {
  if ((await look(() => realpath(folder))) !== folder)
    throw new ToolRefusal("the folder was changed meanwhile; list it and try again");
}

function checkInside(root: string, real: string, path: string): void {
  if (real !== root && !real.startsWith(root + sep))
    throw new ToolRefusal(
      `${shown(path)} leads out of the worktree by a link; nothing outside is to be read or changed`,
    );
  if (relative(root, real).split(sep).some(isGits))
    throw new ToolRefusal(`${shown(path)} belongs to git and is not to be read or changed`);
}

/** Null where nothing is at a path. */
async function look<T>(at: () => Promise<T>): Promise<T | null> {
  try {
    return await at();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "ELOOP") return null;
    throw error;
  }
}
