import { WorkspaceError } from "../domain/workspace-error.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { gitEnvironment, gitOptions, missingIdentity } from "../processes/git-settings.ts";

import { runCommandAside } from "../processes/spawn-helper.ts";
import type { CommandResult } from "../processes/watch-command.ts";
import { letRead } from "./objects.ts";
import { createSerial } from "./serial.ts";
import type { MoveLog } from "./watch/move-log.ts";

/** A git command failed. `message` has all of it in one line; `stderr` is git's own words. */
export class GitError extends WorkspaceError {
  override readonly name = "GitError";
  readonly command: string;
  readonly cwd: string;
  readonly stderr: string;
  /** It came to an end of its own: what it says it did not do, it did not do. */
  readonly ended: boolean;
  constructor(args: readonly string[], cwd: string, why: string, stderr: string, ended = true) {
    const command = `git ${args.join(" ")}`.slice(0, 400);
    super("git", `${command} failed in ${cwd}: ${why}`, stderr);
    this.command = command;
    this.cwd = cwd;
    this.stderr = stderr;
    this.ended = ended;
  }
}

/**
 * Where a command runs. With `gitDir` git looks for no repository itself: what lies in the folder, or above it, cannot
 * lead it elsewhere.
 */
export interface Place {
  readonly cwd: string;
  readonly gitDir?: string;
  readonly workTree?: string;
  readonly indexFile?: string;
}

export interface GitOptions {
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that are answers. Default: 0. */
  readonly answers?: readonly number[];
  /** More output than this is cut; without it, output over 1 GiB is an error. */
  readonly cutAtBytes?: number;
}

export interface GitAnswer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly truncated: boolean;
}

/** The only way to git. Rejects with GitError for every exit code that is not an answer. */
export type Git = (place: Place, args: readonly string[], options?: GitOptions) => Promise<GitAnswer>;

/** The shared ref that a command moves; null: none. `to` null: it will be gone. */
export type MoveReader = (
  place: Place,
  args: readonly string[],
) => Promise<{ readonly ref: string; readonly to: string | null } | null>;

export interface GitDeps {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly note: (text: string) => void;
  /** Where each move of a ref is written down before it is made. Absent: no ref is moved by this one. */
  readonly moves?: { readonly log: MoveLog; readonly of: MoveReader };
  /** Settings over those that were changed behind our back. */
  readonly pins?: () => Promise<readonly (readonly [string, string])[]>;
}

/** Commands that write to the folder all worktrees share. */
const sharing: ReadonlySet<string> = new Set(["worktree", "update-ref", "branch", "config", "pack-refs"]);
/** Commands that write nobody's name. */
const nameless: ReadonlySet<string> = new Set(
  "add cat-file check-ref-format clean config diff diff-tree for-each-ref hash-object log ls-files ls-tree merge-base merge-tree pack-refs read-tree rev-list rev-parse status update-index version write-tree".split(
    " ",
  ),
);
const readerArgs: readonly string[] = ["git", ...gitOptions, "cat-file", "--batch-command"];
const timeoutMs = 15 * 60_000;
const longestLockWaitMs = 5_000;
const largestOutput = 1024 ** 3;

/**
 * Makes the one function through which git is run for one repository. Commands of the shared folder run one at a time
 * in the order they came; all others side by side. A lock held by another git is waited for up to 5 s.
 */
export function createGit(deps: GitDeps): Git {
  const { clock, note } = deps;
  const environment = gitEnvironment(deps.environment);
  const oneAtATime = createSerial();
  let identity: Promise<Record<string, string>> | null = null;

  const ours = async () => ({ ...environment, ...settingsInEnvironment((await deps.pins?.()) ?? []) });
  const runOnce = async (place: Place, args: readonly string[], options: GitOptions, who: Record<string, string>) =>
    runCommandAside({
      argv: ["git", ...gitOptions, ...args],
      cwd: place.cwd,
      env: {
        ...(await ours()),
        ...who,
        ...(place.gitDir === undefined ? {} : { GIT_DIR: place.gitDir }),
        ...(place.workTree === undefined ? {} : { GIT_WORK_TREE: place.workTree }),
        ...(place.indexFile === undefined ? {} : { GIT_INDEX_FILE: place.indexFile }),
        ...options.env,
      },
      timeoutMs,
      maxBytes: options.cutAtBytes ?? largestOutput,
      ...(options.input === undefined ? {} : { input: options.input }),
    });

  const findIdentity = async (place: Place): Promise<Record<string, string>> => {
    const pattern = "^(user|author|committer)\\.(name|email)$";
    const { stdout } = await runOnce(place, ["config", "--get-regexp", pattern], {}, {});
    return missingIdentity(stdout);
  };

  const run = async (place: Place, args: readonly string[], options: GitOptions = {}): Promise<GitAnswer> => {
    const who = nameless.has(args[0] ?? "") ? {} : await (identity ??= findIdentity(place));
    for (let waitMs = 20, waitedMs = 0; ; waitMs = Math.min(waitMs * 2, 500)) {
      const result = await runOnce(place, args, options, who);
      if (result.code !== 0 && isLocked(result.stderr) && waitedMs < longestLockWaitMs) {
        if (waitedMs === 0) note(`another git holds a lock in ${place.cwd}; waiting`);
        await clock.wait(waitMs);
        waitedMs += waitMs;
        continue;
      }
      return answerOf(result, place, args, options);
    }
  };
  const { moves } = deps;
  const written = async (place: Place, args: readonly string[], options?: GitOptions): Promise<GitAnswer> => {
    const move = moves === undefined ? null : await moves.of(place, args);
    if (moves === undefined || move === null) return run(place, args, options);
    const to = move.to === null || isId(move.to) ? move.to : await idOf(run, place, move.to);
    const id = await moves.log.begin(move.ref, to);
    try {
      const answer = await run(place, args, options);
      moves.log.end(id, answer.code === 0);
      return answer;
    } catch (error) {
      // What was cut off may have been done.
      if (error instanceof GitError && error.ended) moves.log.end(id, false);
      throw error;
    }
  };
  const ask: Git = (place, given, options) => {
    const [command = "", ...rest] = given;
    // A ref that somebody has made to stand for another moves itself, not the other.
    const args = command === "update-ref" && !rest.includes("--no-deref") ? [command, "--no-deref", ...rest] : given;
    return sharing.has(command) ? oneAtATime(() => written(place, args, options)) : written(place, args, options);
  };
  letRead(ask, async (commonDir) => ({ argv: readerArgs, env: { ...(await ours()), GIT_DIR: commonDir } }));
  return ask;
}

/** Not as options: a key may have a `=` in it. */
function settingsInEnvironment(pins: readonly (readonly [string, string])[]): Record<string, string> {
  if (pins.length === 0) return {};
  const found: Record<string, string> = { GIT_CONFIG_COUNT: String(pins.length) };
  for (const [n, [key, value]] of pins.entries())
    Object.assign(found, { [`GIT_CONFIG_KEY_${n}`]: key, [`GIT_CONFIG_VALUE_${n}`]: value });
  return found;
}

/** Whether a name is an id in full, which always means the same. */
export const isId = (name: string): boolean => /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(name);

async function idOf(run: Git, place: Place, name: string): Promise<string> {
  const { stdout } = await run(place, ["rev-parse", "--verify", `${revision(name)}^{commit}`]);
  return stdout.trim();
}

/** Not: a ref that is not what we thought it was ("is at … but expected …"). */
const isLocked = (stderr: string): boolean =>
  /\.lock': File exists|could not lock config file .*: File exists|Another git process seems to be running/.test(
    stderr,
  );

function answerOf(result: CommandResult, place: Place, args: readonly string[], options: GitOptions): GitAnswer {
  const { code, stdout, stderr, truncated } = result;
  const fail = (why: string): never => {
    throw new GitError(args, place.cwd, why, stderr, code !== null && !result.timedOut);
  };
  if (result.failure !== null) return fail(result.failure.message);
  if (result.timedOut) return fail(`it took longer than ${timeoutMs / 60_000} minutes`);
  if (code === null) return fail(`it was ended by ${result.signal ?? "a signal"}`);
  if (!(options.answers ?? [0]).includes(code)) return fail(firstLines(stderr) || `exit code ${code}`);
  if (truncated && options.cutAtBytes === undefined) return fail("it wrote more than can be held");
  return { code, stdout, stderr, truncated };
}

const firstLines = (text: string): string =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .slice(0, 4)
    .join("; ")
    .slice(0, 1_000);

/** The output without its last line end. */
export async function gitLine(git: Git, place: Place, args: readonly string[], options?: GitOptions): Promise<string> {
  return (await git(place, args, options)).stdout.replace(/\r?\n$/, "");
}

/** The items of an output that is parted by NULs. */
export async function gitList(
  git: Git,
  place: Place,
  args: readonly string[],
  options?: GitOptions,
): Promise<string[]> {
  return (await git(place, args, options)).stdout.split("\0").filter((item) => item !== "");
}

/** A name for a revision that git cannot take for an option. */
export function revision(name: string): string {
  if (name === "" || name.startsWith("-") || /[\0-\x20\x7f]/.test(name)) {
    throw new WorkspaceError("guard", `not the name of a commit: ${JSON.stringify(name)}`);
  }
  return name;
}
