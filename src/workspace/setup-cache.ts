import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { cp, lstat, mkdir, readdir, readFile, readlink, rename, stat, utimes, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, resolve } from "node:path";
import { z } from "zod";

import { canonicalJson } from "../domain/json.ts";
import { matchesAny } from "../policy/glob.ts";
import { integrationNames } from "../policy/integration-branch.ts";
import { stableEnvironment } from "../processes/user-command.ts";
import { commitOf, isAncestor } from "./commits.ts";
import { gitList } from "./git.ts";
import { ignoredPaths } from "./look.ts";
import { removeAll } from "./remove-all.ts";
import type { WorkspaceContext } from "./workspace-context.ts";
import { isInside, placeOf, type Worktree } from "./worktree-folder.ts";
import { makeFolder } from "./worktree-include.ts";

/** So many copies are kept of one repository, the newest. */
const mostKept = 3;

const listSchema = z.object({ paths: z.array(z.string()), bytes: z.number() });
type KeptList = z.infer<typeof listSchema>;

const folderOf = ({ options }: WorkspaceContext): string => join(options.watchFolder, "setup");
const listFile = "list.json";

/** What a kept copy depends on: the command with its environment, the kind of machine, and the files it goes by, as they are in the worktree's index. */
export async function cacheKeyOf(
  context: WorkspaceContext,
  worktree: Worktree,
  command: string,
  manifests: readonly string[],
): Promise<string | null> {
  const { setupCache, env } = context.options.settings;
  if (setupCache === undefined || setupCache.paths.length === 0) return null;
  const { paths, key } = setupCache;
  const files = key.length === 0 ? manifests.map((name) => `**/${name}`) : key;
  const patterns = files.map((glob) => `:(glob)${glob}`);
  const found = await gitList(context.git, placeOf(worktree), ["ls-files", "--stage", "-z", "--", ...patterns]);
  const environment = stableEnvironment({ env, parent: context.environment });
  const { platform, arch } = process;
  const text = canonicalJson({ command, paths: [...paths], found: [...found], environment, platform, arch });
  return createHash("sha256").update(text).digest("hex").slice(0, 40);
}

/** Puts a kept copy into a worktree in which nothing but its commit is. Null: there is none, or it could not be copied whole. */
export async function beginWithKept(
  context: WorkspaceContext,
  worktree: Worktree,
  key: string,
): Promise<number | null> {
  const kept = join(folderOf(context), key);
  const list = await readList(kept);
  if (list === null) return null;
  const copied: string[] = [];
  try {
    for (const path of list.paths) {
      const to = join(worktree.path, path);
      if ((await lstat(to).catch(() => null)) !== null) continue;
      if ((await makeFolder(worktree.path, dirname(to))) === null) continue;
      copied.push(to);
      await copyAll(join(kept, "files", path), to);
    }
    const now = new Date(context.clock.now());
    await utimes(kept, now, now);
    return list.bytes;
  } catch (error) {
    for (const path of copied) await removeAll(context, path);
    context.note("warn", `set-up begins without its kept copy: ${error instanceof Error ? error.message : ""}`, null);
    return null;
  }
}

/** Null: there is none, or it cannot be read. */
async function readList(kept: string): Promise<KeptList | null> {
  try {
    return listSchema.parse(JSON.parse(await readFile(join(kept, listFile), "utf8")));
  } catch {
    return null;
  }
}

/**
 * Keeps what set-up has made, for the next worktrees; its size, or null where there is nothing to keep. Only of a tree in which no
 * agent has ever worked, at a commit of the base or of the integration branch.
 */
export async function keepMade(
  context: WorkspaceContext,
  worktree: Worktree,
  commit: string,
  key: string,
): Promise<number | null> {
  const { setupCache } = context.options.settings;
  if (setupCache === undefined || !(await isOfOurs(context, commit))) return null;
  const globs = setupCache.paths.flatMap((glob) => (glob.includes("/") ? [glob] : [`**/${glob}`]));
  // What lies in an ignored folder is ignored with it.
  const named = (await ignoredPaths(context.git, worktree)).filter((path) => matchesAny(path, globs));
  if (named.length === 0) return null;
  const folder = folderOf(context);
  const making = join(folder, `.new-${process.pid}-${basename(worktree.gitDir)}`);
  try {
    await removeAll(context, making);
    let bytes = 0;
    const paths: string[] = [];
    for (const path of named) {
      const to = join(making, "files", path);
      await mkdir(dirname(to), { recursive: true, mode: 0o700 });
      bytes += await copyWithout(join(worktree.path, path), to, worktree.path);
      // A link that leads out is left out as a whole.
      if ((await lstat(to).catch(() => null)) !== null) paths.push(path);
    }
    if (paths.length === 0) return null;
    await writeFile(join(making, listFile), JSON.stringify({ paths, bytes } satisfies KeptList));
    if ((await readList(join(folder, key))) === null) {
      await removeAll(context, join(folder, key));
      await rename(making, join(folder, key));
    }
    return bytes;
  } catch (error) {
    context.note("warn", `what set-up made is not kept: ${error instanceof Error ? error.message : ""}`, null);
    return null;
  } finally {
    await removeAll(context, making);
    await dropOld(context, folder);
  }
}

async function isOfOurs({ git, at, options }: WorkspaceContext, commit: string): Promise<boolean> {
  const { place } = await at();
  const { git: branches } = options.settings;
  const { base } = branches;
  const ours = integrationNames(branches, base).map((name) => `refs/heads/${name}`);
  for (const ref of [...ours, base === null ? "HEAD" : `refs/heads/${base}`]) {
    const tip = await commitOf(git, place, ref);
    if (tip !== null && (await isAncestor(git, place, commit, tip))) return true;
  }
  return false;
}

/** Copied on write where the disk can; never by a second name of the same file, which a write through one would change for all. */
const copying = {
  recursive: true,
  mode: constants.COPYFILE_FICLONE,
  preserveTimestamps: true,
  verbatimSymlinks: true,
} as const;

const copyAll = (from: string, to: string): Promise<void> => cp(from, to, copying);

/** Leaves out links that lead out of the worktree, which set-up makes again, and what is neither file, folder nor link. */
async function copyWithout(from: string, to: string, top: string): Promise<number> {
  let bytes = 0;
  const filter = async (path: string): Promise<boolean> => {
    const kind = await lstat(path);
    if (kind.isSymbolicLink()) {
      const target = await readlink(path);
      return !isAbsolute(target) && isInside(top, resolve(dirname(path), target));
    }
    if (kind.isFile()) bytes += kind.size;
    return kind.isFile() || kind.isDirectory();
  };
  await cp(from, to, { ...copying, filter });
  return bytes;
}

async function dropOld(context: WorkspaceContext, folder: string): Promise<void> {
  const all = await readdir(folder).catch(() => []);
  const names = all.filter((name) => !name.startsWith("."));
  // Of engines that were killed.
  for (const name of all)
    if (name.startsWith(".new-") && !name.startsWith(`.new-${process.pid}-`))
      await removeAll(context, join(folder, name));
  const used = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(folder, name)).catch(() => null))?.mtimeMs ?? 0 })),
  );
  for (const { name } of used.toSorted((a, b) => b.at - a.at).slice(mostKept))
    await removeAll(context, join(folder, name));
}
