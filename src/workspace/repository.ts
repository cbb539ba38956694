import { realpath, stat, statfs } from "node:fs/promises";
import { release } from "node:os";
import { dirname, join } from "node:path";

import { assert } from "../domain/assert.ts";
import { brand } from "../domain/brand.ts";
import type { RepositoryId } from "../domain/ids.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { placeNotice } from "../policy/file-systems.ts";
import { systemClock } from "../processes/clock.ts";
import { commitOf } from "./commits.ts";
import { branchInFiles } from "./ref-files.ts";
import { createGit, GitError, gitLine, type Git, type Place } from "./git.ts";
import { readText } from "./worktree-folder.ts";

/** A repository that can be worked in, seen from one checkout of it. Paths are real paths. */
export interface Repository {
  /** Kept in the local git configuration; all checkouts of one repository share it. */
  readonly id: RepositoryId;
  /** Top of the checkout: the folder the user works in. */
  readonly top: string;
  /** The folder that all worktrees share, .git of the main checkout. */
  readonly commonDir: string;
  /** The branch that is checked out; null: a detached HEAD. */
  readonly branch: string | null;
  readonly head: string;
  /** What a person should know: it was moved or copied, it has submodules. */
  readonly notices: readonly string[];
}

export type RepositoryProblem = {
  readonly code: "no_git" | "old_git" | "not_a_repository" | "bare" | "no_commits" | "unusable";
  /** What is wrong and, where a command puts it right, the command. */
  readonly message: string;
};

export type FoundRepository =
  | { readonly ok: true; readonly repository: Repository }
  | { readonly ok: false; readonly problem: RepositoryProblem };

export interface FindDeps {
  readonly newId: () => string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** The number by which Linux knows the file system of a folder; null: not known here. */
  readonly fileSystemType?: (folder: string) => Promise<number | null>;
}

/** merge-tree --write-tree came with it. */
const oldestGit = { major: 2, minor: 38 };

/**
 * Finds the repository around a folder and sees whether it can be worked in. Writes the repository's id, and where it
 * lies, into its local configuration if they are not there or no longer true.
 */
export async function findRepository(cwd: string, deps: FindDeps): Promise<FoundRepository> {
  const environment = deps.environment ?? process.env;
  const git = createGit({
    environment,
    clock: deps.clock ?? systemClock,
    note: () => undefined,
  });
  try {
    return await lookAt(git, cwd, deps, environment);
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return problem("unusable", error.message);
  }
}

const problem = (code: RepositoryProblem["code"], message: string): FoundRepository => ({
  ok: false,
  problem: { code, message },
});

async function lookAt(
  git: Git,
  cwd: string,
  deps: FindDeps,
  environment: NonNullable<FindDeps["environment"]>,
): Promise<FoundRepository> {
  const place: Place = { cwd };
  const version = await gitVersion(git, place, environment["PATH"] ?? "");
  if (version === null) return problem("no_git", "git was not found; install git 2.38 or newer");
  if (isOld(version)) {
    const wanted = `${oldestGit.major}.${oldestGit.minor}`;
    return problem("old_git", `git ${wanted} or newer is needed; this is ${version}`);
  }
  const inside = await git(place, ["rev-parse", "--is-inside-work-tree", "--path-format=absolute", ...folders], {
    answers: [0, 128],
  });
  const isBare = inside.stdout.startsWith("false");
  if (inside.code !== 0 && !isBare) {
    if (!/not a git repository/i.test(inside.stderr)) return problem("unusable", inside.stderr.trim());
    return problem(
      "not_a_repository",
      `${cwd} is not in a git repository; make one with "git init" and "git add -A && git commit -m start"`,
    );
  }
  if (isBare) {
    return problem("bare", `${cwd} has no checked out files; go to a checkout, or make one with "git worktree add"`);
  }
  const [, toplevel = "", gitDir = "", shared = "", ...more] = inside.stdout.trimEnd().split(/\r?\n/);
  if (more.length > 0)
    return problem("unusable", `the path of ${JSON.stringify(cwd)} has a line end in it; move the repository`);
  const top = await realpath(toplevel);
  const at: Place = { cwd: top, gitDir, workTree: top };
  const head = await commitOf(git, at, "HEAD");
  if (head === null) {
    return problem("no_commits", `${top} has no commit yet; make one with "git add -A && git commit -m start"`);
  }
  const commonDir = await realpath(shared);
  const astray = await leadingAstray(git, at, commonDir);
  if (astray !== null) return problem("unusable", astray);
  const identified = await identify(git, at, commonDir, deps.newId);
  const branch = await branchOf(git, at, gitDir);
  const notices = [...identified.notices, ...(await oddities(top)), ...(await placeNotices(top, deps, environment))];
  const repository = { id: identified.id, top, commonDir, branch, head, notices };
  return { ok: true, repository };
}

/**
 * With extensions.worktreeConfig git obeys in every worktree what the shared configuration says of the one checkout, as it does of a
 * submodule's: whatever an agent did with git in its own would be done in the user's. Null: it says nothing of that kind.
 */
async function leadingAstray(git: Git, at: Place, commonDir: string): Promise<string | null> {
  const shared = join(commonDir, "config");
  // Hardly anybody has it, and what it is included from counts as well.
  if (!/worktreeconfig|include/i.test(readText(shared) ?? "")) return null;
  const read = async (type: string, key: string): Promise<string> =>
    gitLine(git, at, ["config", "--file", shared, "--includes", `--type=${type}`, "--get", key], { answers: [0, 1] });
  if ((await read("bool", "extensions.worktreeConfig")) !== "true") return null;
  const isBare = (await read("bool", "core.bare")) === "true";
  if (!isBare && (await read("path", "core.worktree")) === "") return null;
  const key = isBare ? "core.bare" : "core.worktree";
  const value = isBare ? "true" : "$(git config --file config core.worktree)";
  return (
    `agents would not work in their own worktrees: extensions.worktreeConfig is on and ${key} is set in ${shared}, which git then ` +
    `obeys in every worktree; move it to the main checkout's own file, then try again: ` +
    `(cd '${commonDir}' && git config --file config.worktree ${key} "${value}" && git config --file config --unset-all ${key})`
  );
}

/** The first of them fails where there are no files. */
const folders: readonly string[] = ["--show-toplevel", "--git-dir", "--git-common-dir"];

async function branchOf(git: Git, at: Place, gitDir: string): Promise<string | null> {
  const told = branchInFiles(gitDir);
  if (told !== undefined) return told;
  const branch = await gitLine(git, at, ["symbolic-ref", "--quiet", "--short", "HEAD"], { answers: [0, 1] });
  return branch === "" ? null : branch;
}

/** Found once: git is not made older under a program that runs. */
const versions = new Map<string, string>();

async function gitVersion(git: Git, place: Place, path: string): Promise<string | null> {
  const known = versions.get(path);
  if (known !== undefined) return known;
  try {
    const version = /git version (\S+)/.exec(await gitLine(git, place, ["version"]))?.[1] ?? null;
    if (version !== null && !isOld(version)) versions.set(path, version);
    return version;
  } catch (error) {
    if (error instanceof GitError && error.message.includes("no such program")) return null;
    throw error;
  }
}

function isOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major < oldestGit.major || (major === oldestGit.major && minor < oldestGit.minor);
}

/** The real path of the folder that all worktrees of a repository share. */
export async function commonDirOf(git: Git, place: Place): Promise<string> {
  return realpath(await gitLine(git, place, ["rev-parse", "--path-format=absolute", "--git-common-dir"]));
}

const idKey = brand.gitConfigKey;
const pathKey = `${brand.gitConfigKey}Path`;

async function identify(
  git: Git,
  place: Place,
  commonDir: string,
  newId: () => string,
): Promise<{ id: string; notices: string[] }> {
  const { id: known, path: knownPath } = await readLocal(git, place);
  if (known !== null && knownPath === commonDir) return { id: known, notices: [] };
  const isCopy = known !== null && knownPath !== null && (await hasId(git, knownPath, known));
  if (known === null) await writeLocal(git, place, ["--add", idKey, newId()]);
  if (isCopy) await writeLocal(git, place, ["--replace-all", idKey, newId()]);
  // Two that come to a new repository at once both add an id: the first one counts, for both.
  const { id } = await readLocal(git, place);
  assert(id !== null, "an id that was written is there");
  await writeLocal(git, place, ["--replace-all", pathKey, commonDir]);
  if (known === null || knownPath === null) return { id, notices: [] };
  const what = isCopy
    ? `is a copy of ${knownPath}: it starts with a history of its own`
    : `was moved here from ${knownPath}: its history came with it`;
  return { id, notices: [`this repository ${what}`] };
}

/** The first value of each. Null for what is not set, or is no plain text of ours. */
async function readLocal(
  git: Git,
  place: Place,
): Promise<{ readonly id: string | null; readonly path: string | null }> {
  const pattern = `^${idKey.replace(".", "\\.")}(path)?$`;
  const args = ["config", "--local", "--null", "--get-regexp", pattern.toLowerCase()];
  const items = (await git(place, args, { answers: [0, 1] })).stdout.split("\0");
  const first = (key: string): string | null => {
    const prefix = `${key.toLowerCase()}\n`;
    const value = items.find((item) => item.startsWith(prefix))?.slice(prefix.length) ?? "";
    return value === "" || /[\0-\x1f]/.test(value) ? null : value;
  };
  return { id: first(idKey), path: first(pathKey) };
}

/** How often a configuration that another program is writing is tried again. */
const mostTries = 20;

async function writeLocal(git: Git, place: Place, args: readonly string[]): Promise<void> {
  for (let tries = 1; tries < mostTries; tries += 1) {
    const { code, stderr } = await git(place, ["config", "--local", ...args], { answers: [0, 4, 255] });
    if (code === 0) return;
    if (!/could not lock/.test(stderr)) break;
  }
  await git(place, ["config", "--local", ...args]);
}

async function hasId(git: Git, commonDir: string, id: string): Promise<boolean> {
  if (!(await exists(commonDir))) return false;
  const place: Place = { cwd: dirname(commonDir), gitDir: commonDir };
  const args = ["config", "--file", join(commonDir, "config"), "--get", idKey];
  const { stdout } = await git(place, args, { answers: [0, 1, 3, 128] });
  return stdout.trim() === id;
}

async function oddities(top: string): Promise<string[]> {
  if (!(await exists(join(top, ".gitmodules")))) return [];
  return [
    "this repository has submodules; they are empty in worktrees unless setup fills them " +
      `(setup: "git submodule update --init"), and changes inside of them are not committed`,
  ];
}

/** Where a repository lies that makes git slow and its locks doubtful. */
async function placeNotices(
  top: string,
  { fileSystemType = linuxFileSystemType }: FindDeps,
  environment: NonNullable<FindDeps["environment"]>,
): Promise<string[]> {
  const wsl = environment["WSL_DISTRO_NAME"] !== undefined || /microsoft/i.test(release());
  const notice = placeNotice(top, { type: await fileSystemType(top), wsl });
  return notice === null ? [] : [notice];
}

const linuxFileSystemType = async (folder: string): Promise<number | null> =>
  process.platform !== "linux"
    ? null
    : await statfs(folder).then(
        ({ type }) => type >>> 0,
        () => null,
      );

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
