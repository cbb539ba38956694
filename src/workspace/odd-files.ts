import { readdir, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";

import type { TaskId } from "../domain/ids.ts";
import { newObjectsFolder } from "../processes/enclose.ts";
import { runCommand } from "../processes/run-command.ts";

import { walk } from "./walk.ts";
import { readText, type Worktree } from "./worktree-folder.ts";

const timeoutMs = 60_000;
/** Git reads no longer ones. */
const longestPointer = 1024 ** 2;

/** What it needs of a workspace. */
interface Site {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly note: (level: "warn", text: string, task: TaskId) => void;
}

/**
 * Takes away what an agent may have left for our own git to fall for, which runs outside of the wall. In the worktree's folder of
 * git there are only files and folders: by a link git would write wherever that leads. For a pipe where it looks for rules, or
 * in a repository inside of the worktree, git would wait for ever.
 */
export async function dropOddFiles(context: Site, worktree: Worktree, name: TaskId): Promise<void> {
  const { rules, repositories } = await lookInto(context, worktree);
  for (const path of [...(await dropLinks(worktree.gitDir)), ...(await dropped(rules))])
    context.note("warn", `removed ${path}, which was no plain file: git would use it`, name);
  for (const path of await dropped(await withPipes(context, repositories)))
    context.note("warn", `removed ${path}: it held what is no plain file, and git would wait for that`, name);
}

async function dropped(paths: readonly string[]): Promise<readonly string[]> {
  for (const path of paths) await rm(path, { recursive: true, force: true });
  return paths;
}

async function dropLinks(folder: string): Promise<readonly string[]> {
  const dropped: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      // What is in there is looked at one by one when it is taken over.
      if (entry.name !== newObjectsFolder) dropped.push(...(await dropLinks(path)));
    } else if (!entry.isFile()) {
      await rm(path, { force: true });
      dropped.push(path);
    }
  }
  return dropped;
}

const rules = [".gitignore", ".gitattributes", ".gitmodules"];
const odd: readonly string[] = ["!", "-type", "f", "!", "-type", "d", "!", "-type", "l"];

interface Found {
  /** Files of rules that are none. */
  readonly rules: readonly string[];
  /** What is called `.git`, the worktree's own not. */
  readonly repositories: readonly string[];
}

async function lookInto(context: Site, { path }: Worktree): Promise<Found> {
  const walked = await walk(path);
  if (walked !== null)
    return { rules: walked.odd.filter((one) => rules.includes(basename(one))), repositories: walked.repositories };
  const named = ["(", ...rules.flatMap((name, n) => (n === 0 ? ["-name", name] : ["-o", "-name", name])), ")"];
  const args = [".", "-name", ".git", "-print0", "-prune", "-o", ...named, ...odd, "-print0"];
  const { stdout } = await find(context, path, args);
  const paths = stdout.split("\0").flatMap((name) => (name === "" || name === "./.git" ? [] : [join(path, name)]));
  const isRepository = (one: string): boolean => basename(one) === ".git";
  return { rules: paths.filter((one) => !isRepository(one)), repositories: paths.filter(isRepository) };
}

/** Those repositories in which git would open what is no file, wherever their links lead. It does not look at their objects. */
async function withPipes(context: Site, repositories: readonly string[]): Promise<readonly string[]> {
  const held: string[] = [];
  for (const path of repositories) {
    const own = await leadsTo(path, /^gitdir: (.*?)\s*$/, dirname(path), path);
    const shared = await leadsTo(join(own, "commondir"), /^(.*?)\s*$/, own, own);
    if ((await hasPipe(context, own)) || (shared !== own && (await hasPipe(context, shared)))) held.push(path);
  }
  return held;
}

/** Where a file of git's says that a folder lies; `otherwise`: what is no such file. */
async function leadsTo(file: string, pattern: RegExp, from: string, otherwise: string): Promise<string> {
  const kind = await stat(file).catch(() => null);
  const text = kind?.isFile() === true && kind.size <= longestPointer ? readText(file) : null;
  const told = pattern.exec(text ?? "")?.[1];
  return told === undefined ? otherwise : resolve(from, told);
}

/** What takes too long to look through may have one. */
async function hasPipe(context: Site, folder: string): Promise<boolean> {
  // A socket, as of a git that watches for changes, lets nobody wait.
  const pipes = ["(", "-type", "p", "-o", "-type", "c", ")"];
  const args = ["-L", ".", "-name", "objects", "-prune", "-o", ...pipes, "-print0", "-quit"];
  const found = await find(context, folder, args);
  return found.stdout !== "" || found.timedOut;
}

const find = ({ environment }: Site, cwd: string, args: readonly string[]): ReturnType<typeof runCommand> =>
  runCommand({ argv: ["find", ...args], cwd, env: { PATH: environment["PATH"] ?? "" }, timeoutMs });
