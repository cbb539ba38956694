import { mkdir, realpath, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve, sep } from "node:path";

import type { TaskId } from "../domain/ids.ts";
import { WorkspaceError, WorktreeGone } from "../domain/workspace-error.ts";
import type { Place } from "./git.ts";
import { wholeText } from "./plain-text.ts";
import { namesIn, statOf } from "./stat-cache.ts";

/** A worktree of ours as git knows it. `gitDir` is its own folder below the shared one. */
export interface Worktree {
  readonly path: string;
  readonly gitDir: string;
}

/** Where git runs in a worktree. With both given, a changed or missing .git file in it leads nowhere else. */
export const placeOf = (worktree: Worktree): Place => ({
  cwd: worktree.path,
  gitDir: worktree.gitDir,
  workTree: worktree.path,
});

const taskId = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** Names of worktrees that belong to no task: a task's id cannot begin with a dot. */
export interface OwnTrees {
  /** Of bases that are measured. */
  readonly base: string;
  /** Of what is merged. */
  readonly merge: string;
  /** Of what runs for checks of several trees. */
  readonly services: string;
}

export const engineTrees: OwnTrees = { base: ".base", merge: ".merge", services: ".services" };
/** Of a command, which may check what it lands while an engine works. */
export const commandTrees: OwnTrees = { base: ".land-base", merge: ".land", services: ".land-services" };
export const ownTrees: readonly string[] = [engineTrees, commandTrees].flatMap(({ base, merge, services }) => [
  base,
  merge,
  services,
]);

/** Refuses what could lead out of the folder of worktrees, or to one that is no task's. */
export function checkTask(task: TaskId): void {
  if (taskId.test(task) && !task.includes("..") && !/\.(?:lock)?$/.test(task)) return;
  throw new WorkspaceError("guard", `not a task's id: ${JSON.stringify(task)}; no worktree was touched`);
}

/** The folder of a worktree, a task's or one of our own. */
export function folderOf(root: string, name: TaskId): string {
  if (!ownTrees.includes(name)) checkTask(name);
  return join(root, name);
}

/** The real path of the folder of worktrees, made if it is not there. */
export async function openRoot(root: string): Promise<string> {
  await mkdir(root, { recursive: true, mode: 0o700 });
  return realpath(root);
}

/** The worktree git has registered at a path; null: none. `broken`: git died while it made it. */
export async function registered(
  commonDir: string,
  path: string,
): Promise<(Worktree & { readonly broken: boolean }) | null> {
  const shared = join(commonDir, "worktrees");
  const at = (name: string): (Worktree & { readonly broken: boolean }) | null => {
    const gitDir = join(shared, name);
    const pointer = readText(join(gitDir, "gitdir"));
    if (pointer === null || resolve(gitDir, pointer.trim()) !== join(path, ".git")) return null;
    const locked = readText(join(gitDir, "locked"));
    return { path, gitDir, broken: locked?.startsWith("initializing") === true };
  };
  const likely = basename(path).replace(/^\./, "-");
  const usual = at(likely);
  if (usual !== null) return usual;
  const names = namesIn(shared);
  // Git names it as its folder is called, with a number behind where there was one, and other signs where a ref may not have them.
  const isLikely = (name: string): boolean => name.startsWith(likely) && /^\d*$/.test(name.slice(likely.length));
  const isThere = names.some((name) => !isLikely(name)) && statOf(path) !== null;
  const others = isThere ? names.filter((name) => !isLikely(name)) : [];
  for (const name of [...names.filter(isLikely).toSorted(byLength), ...others]) {
    const found = at(name);
    if (found !== null) return found;
  }
  return null;
}

const byLength = (one: string, other: string): number => one.length - other.length;

/**
 * The worktree of a name, safe to write to: a folder of its own (no link) directly below the root, registered with this
 * repository. Everything that resets, cleans or commits goes through here, so that it never happens in the user's
 * checkout. A .git in it that does not point back at us is replaced.
 */
export async function guarded(commonDir: string, root: string, name: TaskId): Promise<Worktree> {
  const path = folderOf(root, name);
  const refuse = (why: string): never => {
    throw new WorktreeGone("guard", `${path} ${why}; nothing was written there`);
  };
  const real = await realpath(path).catch(() => null);
  if (real === null) {
    const lost = "something removed it, and what was not committed in it is lost";
    throw new WorktreeGone("guard", `the worktree ${path} is gone: ${lost}`);
  }
  if (real !== path || dirname(real) !== root) return refuse(`leads to ${real}`);
  const worktree = await registered(commonDir, path);
  if (worktree === null) return refuse("is not a worktree of this repository");
  await pointBack(worktree, commonDir);
  return worktree;
}

/** Agents delete .git, turn it into a repository of its own, or point it elsewhere; or what says there which repository's it is. */
async function pointBack({ path, gitDir }: Worktree, commonDir: string): Promise<void> {
  const toOwn = (text: string): boolean => {
    const target = /^gitdir: (.*?)\s*$/.exec(text)?.[1];
    return target !== undefined && resolve(path, target) === gitDir;
  };
  await holdTo(join(path, ".git"), toOwn, `gitdir: ${gitDir}\n`);
  const toShared = (text: string): boolean => resolve(gitDir, text.trimEnd()) === commonDir;
  await holdTo(join(gitDir, "commondir"), toShared, `${commonDir}\n`);
}

async function holdTo(file: string, isRight: (text: string) => boolean, wanted: string): Promise<void> {
  const text = wholeText(file);
  if (typeof text === "string" && isRight(text)) return;
  if (text !== null) await rm(file, { recursive: true, force: true });
  await writeFile(file, wanted, { flag: "wx" });
}

/** Whether a path is `folder` or lies in it; both are real paths. */
export const isInside = (folder: string, path: string): boolean => path === folder || path.startsWith(folder + sep);

export const readText = (path: string): string | null => wholeText(path, { follow: true }) ?? null;
