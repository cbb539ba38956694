import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { brand } from "../domain/brand.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import { GitError, gitLine, gitList, type Git, type Place } from "./git.ts";
import { dropIgnoredLinks } from "./ignored-links.ts";
import { unreadFolders } from "./look.ts";
import { isIndexOurs } from "./untouched.ts";
import { statOf } from "./stat-cache.ts";
import { placeOf, type Worktree } from "./worktree-folder.ts";

interface StageOptions {
  /** Files that cannot be read are left out. */
  readonly lenient: boolean;
  /** The index is as we left it, without flags and links of somebody else. */
  readonly isOurs: boolean;
  /** What is in it stays, though it might count as ignored. Default: HEAD. */
  readonly base?: string;
}

/**
 * Puts everything that lies in a worktree into its index, as the files are: also files an agent told git not to look at,
 * and the files of repositories that were made inside of it (git would record these as a link to a commit nobody has).
 * Ignored files, links that count as such and the repository's submodules stay as they are. Returns what git said about files that it could not read.
 */
export async function stageAll(git: Git, place: Place, options: StageOptions): Promise<string> {
  const { lenient, isOurs, base = "HEAD" } = options;
  const file = indexOf(place);
  // Without an index what is tracked and ignored would be missed.
  if (file !== null && !existsSync(file)) await readHead(git, place);
  if (!isOurs) await renewIndex(git, place);
  const add = ["add", "--all", "--sparse", ...(lenient ? ["--ignore-errors"] : [])];
  if (!(await holds(place, submoduleMode))) {
    const { code, stderr } = await git(place, add, { answers: [0, 1, 128] });
    // Else it came by repositories inside of the worktree.
    if (code === 0 && !(await holds(place, submoduleMode))) {
      if (await holds(place, symlinkMode)) await dropIgnoredSymlinks(git, place, base);
      return unreadFolders(stderr);
    }
  }
  await dropInnerLinks(git, place, await entriesOf(git, place));
  await openInnerRepositories(git, place);
  const links = (await entriesOf(git, place)).filter(({ mode }) => mode === "160000");
  // Adding asks each submodule for changes by a git that is started there, with whatever settings an agent gave it.
  const others = links.length === 0 ? [] : ["--", ":/", ...links.map(({ path }) => `:(exclude,top,literal)${path}`)];
  const args = [...add, ...others];
  const { code, stderr } = await git(place, args, { answers: lenient ? [0, 1] : [0] }).catch((error: unknown) => {
    throw error instanceof GitError ? notTaken(error, place) : error;
  });
  // This one only reads at which commit it stands.
  await updateIndex(git, place, ["--add", "--remove", "--replace"], links);
  await dropIgnoredSymlinks(git, place, base);
  return code === 0 ? unreadFolders(stderr) : stderr;
}

/** What a person has to know where git refuses the files as they are. */
function notTaken(error: GitError, { workTree, cwd }: Place): Error {
  const { stderr } = error;
  if (!error.ended) return error;
  const why = /^(?:fatal|error): (.*)$/m.exec(stderr)?.[1] ?? stderr.trim().split("\n").at(-1) ?? "it did not say why";
  const [, file] = /(?:failed to encode|BOM is (?:required|prohibited) in) '(.*?)'/.exec(stderr) ?? [];
  const hint =
    file === undefined
      ? "Put that right there, then retry"
      : `A line of .gitattributes with working-tree-encoding says that ${file} is written in another encoding than it is: change that line or the file there, then retry`;
  const text = `the files in ${workTree ?? cwd} cannot be committed, git refuses them: ${why}. ${hint}, or abort the task`;
  return new WorkspaceError("git", text, stderr);
}

async function readHead(git: Git, place: Place): Promise<void> {
  await git(place, ["read-tree", "HEAD"], { answers: [0, 128] });
  if (await isSparse(git, place)) await skipMissing(git, place, await entriesOf(git, place));
}

async function dropIgnoredSymlinks(git: Git, place: Place, base: string): Promise<void> {
  await dropIgnoredLinks(git, place, base, symlinksIn(await entriesOf(git, place)));
}

/** How git writes modes in all versions of its index: of a link to a commit of another repository, and of a link. */
const submoduleMode = Buffer.from([0, 0, 0xe0, 0]);
const symlinkMode = Buffer.from([0, 0, 0xa0, 0]);

const indexOf = ({ gitDir, indexFile }: Place): string | null =>
  indexFile ?? (gitDir === undefined ? null : join(gitDir, "index"));

/** Whether an index may have entries of a mode; false is certain. */
async function holds(place: Place, mode: Buffer): Promise<boolean> {
  const file = indexOf(place);
  const bytes = file === null ? null : await readFile(file).catch(() => null);
  return bytes?.includes(mode) !== false;
}

/** The tree that stageAll would make of a worktree. Its index stays as it is. */
export async function treeOfFiles(
  git: Git,
  worktree: Worktree,
): Promise<{ readonly tree: string; readonly unread: string }> {
  const folder = await mkdtemp(join(tmpdir(), `${brand.bin}-index-`));
  try {
    const indexFile = join(folder, "index");
    const place = { ...placeOf(worktree), indexFile };
    const isOurs = isIndexOurs(git, worktree);
    const copied = await copyIndex(join(worktree.gitDir, "index"), indexFile);
    const unread = await stageAll(git, place, { lenient: true, isOurs: copied && isOurs });
    return { tree: await gitLine(git, place, ["write-tree"]), unread };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The copy is as old as the original: git compares that with the times of files to know which of them may have changed
 * within the second in which the index was written, and looks into those.
 */
async function copyIndex(from: string, to: string): Promise<boolean> {
  try {
    const { mtimeMs } = await stat(from);
    await copyFile(from, to);
    const seconds = Math.floor(mtimeMs / 1_000);
    await utimes(to, seconds, seconds);
    return true;
  } catch {
    return false;
  }
}

interface Entry {
  readonly flag: string;
  readonly mode: string;
  readonly id: string;
  readonly path: string;
}

async function entriesOf(git: Git, place: Place): Promise<Entry[]> {
  const items = await gitList(git, place, ["ls-files", "--stage", "-v", "-z"]);
  return items.flatMap((item) => {
    const parts = /^(.) (\d{6}) ([0-9a-f]+) \d\t(.*)$/s.exec(item);
    const [, flag = "", mode = "", id = "", path = ""] = parts ?? [];
    return parts === null ? [] : [{ flag, mode, id, path }];
  });
}

export const symlinksIn = (entries: readonly Entry[]): readonly string[] =>
  entries.filter(({ mode }) => mode === "120000").map(({ path }) => path);

/**
 * Makes an index anew from the list of what is in it. Whoever may write to it can say there that a file is not to be looked at, or
 * that it was seen as it is now with the text that it had: changes would not be seen, nor put back. All files are read for the new
 * one. What git cannot read is made anew from HEAD. Returns what is in it.
 */
export async function renewIndex(git: Git, place: Place): Promise<readonly Entry[]> {
  const file = indexOf(place);
  if (file === null) return [];
  const fresh = { ...place, indexFile: `${file}.new` };
  await rm(fresh.indexFile, { recursive: true, force: true });
  try {
    const entries = await entriesOf(git, place);
    if (entries.length === 0) return [];
    const { args, input } = await listOf(git, place, entries);
    await git(fresh, ["update-index", ...args, "--index-info"], { input });
    const skipped = entries.filter(({ flag }) => flag.toUpperCase() === "S");
    if (skipped.length > 0 && (await isSparse(git, place))) await skipMissing(git, fresh, skipped);
    await rename(fresh.indexFile, file);
    return entries;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    await rm(file, { recursive: true, force: true });
    await readHead(git, place);
    return [];
  }
}

/** Entries as an index is made of them. A name that is no UTF-8 would become another: git quotes it, and takes it so. */
async function listOf(
  git: Git,
  place: Place,
  entries: readonly Entry[],
): Promise<{ readonly args: readonly string[]; readonly input: string }> {
  if (entries.every(({ path }) => !path.includes("\uFFFD"))) {
    const items = new Map(entries.map(({ mode, id, path }) => [path, `${mode} ${id} 0\t${path}\0`]));
    return { args: ["-z"], input: [...items.values()].join("") };
  }
  const list = await gitLine(git, place, ["-c", "core.quotePath=true", "ls-files", "--stage"]);
  return { args: [], input: list.replaceAll(/ \d\t/g, " 0\t") };
}

/** What a sparse checkout leaves out is no file that was deleted. One that is there all the same is looked at. */
async function skipMissing(git: Git, place: Place, entries: readonly Entry[]): Promise<void> {
  const top = place.workTree ?? place.cwd;
  const missing = entries.filter(({ path }) => statOf(join(top, path)) === null);
  await updateIndex(git, place, ["--skip-worktree"], missing);
}

async function isSparse(git: Git, place: Place): Promise<boolean> {
  const args = ["config", "--type=bool", "--get", "core.sparseCheckout"];
  return (await gitLine(git, place, args, { answers: [0, 1] })) === "true";
}

/** Links to repositories that are no submodules: neither in HEAD nor in .gitmodules. */
async function dropInnerLinks(git: Git, place: Place, entries: readonly Entry[]): Promise<void> {
  const links = entries.filter(({ mode }) => mode === "160000");
  if (links.length === 0) return;
  const committed = await gitList(git, place, ["ls-tree", "-r", "-z", "--full-tree", "HEAD"], { answers: [0, 128] });
  const known = new Set(committed.filter((line) => line.startsWith("160000 ")).map((line) => line.split("\t")[1]));
  const args = ["config", "--file", ".gitmodules", "--null", "--get-regexp", "^submodule\\..*\\.path$"];
  for (const item of await gitList(git, place, args, { answers: [0, 1] })) known.add(item.split("\n")[1]);
  await updateIndex(
    git,
    place,
    ["--force-remove"],
    links.filter(({ path }) => !known.has(path)),
  );
}

async function updateIndex(
  git: Git,
  place: Place,
  options: readonly string[],
  entries: readonly Entry[],
): Promise<void> {
  if (entries.length === 0) return;
  const input = entries.map(({ path }) => `${path}\0`).join("");
  await git(place, ["update-index", "-z", ...options, "--stdin"], { input });
}

/** How deep repositories may lie in one another. */
const deepest = 20;

/**
 * With one entry below it in the index, git takes a repository inside of the worktree for a plain folder. The entry
 * names a file that is not there, so that adding everything takes it out again.
 */
async function openInnerRepositories(git: Git, place: Place): Promise<void> {
  for (let depth = 0; depth < deepest; depth += 1) {
    const others = await gitList(git, place, ["ls-files", "--others", "--exclude-standard", "-z"]);
    const inner = others.filter((path) => path.endsWith("/"));
    if (inner.length === 0) return;
    const empty = await gitLine(git, place, ["hash-object", "-w", "--stdin"], { input: "" });
    const input = inner.map((path) => `100644 ${empty}\t${path}.${brand.bin}-seed\0`).join("");
    await git(place, ["update-index", "-z", "--add", "--index-info"], { input });
  }
}
