import { existsSync } from "node:fs";
import { copyFile, mkdtemp, readFile, rm, stat, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { brand } from "../domain/brand.ts";
import { WorkspaceError } from "../domain/workspace-error.ts";
import { GitError, gitLine, gitList, type Git, type Place } from "./git.ts";
import { dropIgnoredLinks, linksAmong } from "./ignored-links.ts";
import { isIndexOurs } from "./untouched.ts";
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
  const { lenient, isOurs } = options;
  const file = indexOf(place);
  // Without an index what is tracked and ignored would be missed.
  if (file !== null && !existsSync(file)) await git(place, ["read-tree", "HEAD"], { answers: [0, 128] });
  const entries = isOurs ? [] : await forgetFlags(git, place);
  await dropInnerLinks(git, place, entries);
  const untracked = await openInnerRepositories(git, place);
  const links = await linksIn(git, place);
  // Adding asks each submodule for changes by a git that is started there, with whatever settings an agent gave it.
  const others = links.length === 0 ? [] : ["--", ":/", ...links.map(({ path }) => `:(exclude,top,literal)${path}`)];
  const args = ["add", "--all", "--sparse", ...(lenient ? ["--ignore-errors"] : []), ...others];
  const { code, stderr } = await git(place, args, { answers: lenient ? [0, 1] : [0] }).catch((error: unknown) => {
    throw error instanceof GitError ? notTaken(error, place) : error;
  });
  // This one only reads at which commit it stands.
  await updateIndex(git, place, ["--add", "--remove", "--replace"], links);
  const symlinks = [...(await linksAmong(place.workTree ?? place.cwd, untracked)), ...symlinksIn(entries)];
  await dropIgnoredLinks(git, place, options.base ?? "HEAD", symlinks);
  return code === 0 ? "" : stderr;
}

const brokenIndex = /index file|bad signature|bad index/;

/** What a person has to know where git refuses the files as they are. Who finds the index broken makes it anew. */
function notTaken(error: GitError, { workTree, cwd }: Place): Error {
  const { stderr } = error;
  if (!error.ended || brokenIndex.test(stderr)) return error;
  const why = /^(?:fatal|error): (.*)$/m.exec(stderr)?.[1] ?? stderr.trim().split("\n").at(-1) ?? "it did not say why";
  const [, file] = /(?:failed to encode|BOM is (?:required|prohibited) in) '(.*?)'/.exec(stderr) ?? [];
  const hint =
    file === undefined
      ? "Put that right there, then retry"
      : `A line of .gitattributes with working-tree-encoding says that ${file} is written in another encoding than it is: change that line or the file there, then retry`;
  const text = `the files in ${workTree ?? cwd} cannot be committed, git refuses them: ${why}. ${hint}, or abort the task`;
  return new WorkspaceError("git", text, stderr);
}

/** How git writes the mode of a link to a commit of another repository, in all versions of its index. */
const linkMode = Buffer.from([0, 0, 0xe0, 0]);

const indexOf = ({ gitDir, indexFile }: Place): string | null =>
  indexFile ?? (gitDir === undefined ? null : join(gitDir, "index"));

async function linksIn(git: Git, place: Place): Promise<readonly Entry[]> {
  const file = indexOf(place);
  const bytes = file === null ? null : await readFile(file).catch(() => null);
  if (bytes?.includes(linkMode) === false) return [];
  return (await entriesOf(git, place)).filter(({ mode }) => mode === "160000");
}

/** The tree that stageAll would make of a worktree. Its index stays as it is. `exact`: what is proven goes by it, so that nothing remembered counts. */
export async function treeOfFiles(
  git: Git,
  worktree: Worktree,
  options: { readonly exact?: boolean } = {},
): Promise<{ readonly tree: string; readonly unread: string }> {
  const folder = await mkdtemp(join(tmpdir(), `${brand.bin}-index-`));
  try {
    const indexFile = join(folder, "index");
    const place = { ...placeOf(worktree), indexFile };
    const isOurs = options.exact !== true && (await isIndexOurs(git, worktree));
    const copied = await copyIndex(join(worktree.gitDir, "index"), indexFile);
    if (!copied) await git(place, ["read-tree", "HEAD"], { answers: [0, 128] });
    const unread = await stageOrStartOver(git, place, copied && isOurs);
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

/** An index that git cannot read (an agent broke it) tells nothing: then all files are read. */
async function stageOrStartOver(
  git: Git,
  place: Place & { readonly indexFile: string },
  isOurs: boolean,
): Promise<string> {
  try {
    return await stageAll(git, place, { lenient: true, isOurs });
  } catch (error) {
    if (!(error instanceof GitError) || !brokenIndex.test(error.stderr)) throw error;
    await rm(place.indexFile, { force: true });
    await git(place, ["read-tree", "HEAD"], { answers: [0, 128] });
    return stageAll(git, place, { lenient: true, isOurs: false });
  }
}

interface Entry {
  readonly flag: string;
  readonly mode: string;
  readonly path: string;
}

async function entriesOf(git: Git, place: Place): Promise<Entry[]> {
  const items = await gitList(git, place, ["ls-files", "--stage", "-v", "-z"]);
  return items.flatMap((item) => {
    const parts = /^(.) (\d{6}) [0-9a-f]+ \d\t(.*)$/s.exec(item);
    const [, flag, mode, path] = parts ?? [];
    return flag === undefined || mode === undefined || path === undefined ? [] : [{ flag, mode, path }];
  });
}

export const symlinksIn = (entries: readonly Entry[]): readonly string[] =>
  entries.filter(({ mode }) => mode === "120000").map(({ path }) => path);

/** A file may be marked as unchanged or not to be looked at: its changes would not be seen, nor put back. */
export async function forgetFlags(git: Git, place: Place): Promise<readonly Entry[]> {
  const entries = await entriesOf(git, place);
  const unchanged = entries.filter(({ flag }) => flag !== flag.toUpperCase());
  await updateIndex(git, place, ["--no-assume-unchanged"], unchanged);
  const skipped = entries.filter(({ flag }) => flag.toUpperCase() === "S");
  if (skipped.length > 0 && !(await isSparse(git, place))) {
    await updateIndex(git, place, ["--no-skip-worktree"], skipped);
  }
  return entries;
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
 * names a file that is not there, so that adding everything takes it out again. Returns the files that are not tracked.
 */
async function openInnerRepositories(git: Git, place: Place): Promise<readonly string[]> {
  for (let depth = 0; ; depth += 1) {
    const others = await gitList(git, place, ["ls-files", "--others", "--exclude-standard", "-z"]);
    const inner = others.filter((path) => path.endsWith("/"));
    if (inner.length === 0 || depth === deepest) return others;
    const empty = await gitLine(git, place, ["hash-object", "-w", "--stdin"], { input: "" });
    const input = inner.map((path) => `100644 ${empty}\t${path}.${brand.bin}-seed\0`).join("");
    await git(place, ["update-index", "-z", "--add", "--index-info"], { input });
  }
}
