import { dirname } from "node:path";

import { gitEnvironment, gitOptions } from "../../processes/git-settings.ts";
import { runCommand } from "../../processes/run-command.ts";
import { ToolRefusal } from "./worktree-tool.ts";

export interface GitSaid {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** There was more output than is kept, or than time was for. */
  readonly isCut: boolean;
}

export interface WorktreeGit {
  /** Asks git about a worktree, whose real path is `root`. Changes nothing. Refuses where git cannot run. */
  (root: string, args: readonly string[], signal: AbortSignal, limits?: Partial<GitLimits>): Promise<GitSaid>;
}

interface GitLimits {
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

const usual: GitLimits = { maxBytes: 16 * 1024 * 1024, timeoutMs: 30_000 };

export const createWorktreeGit =
  (environment: Readonly<Record<string, string | undefined>>): WorktreeGit =>
  async (root, args, signal, limits = {}) => {
    const result = await runCommand({
      argv: ["git", ...gitOptions, ...args],
      cwd: root,
      // Where the worktree's own .git is gone, no repository further up is taken for it.
      env: { ...gitEnvironment(environment), GIT_CEILING_DIRECTORIES: dirname(root) },
      ...usual,
      ...limits,
      signal,
    });
    if (result.failure !== null) throw new ToolRefusal(`git cannot be run here: ${result.failure.kind}`);
    if (result.aborted) throw new ToolRefusal("the work was stopped");
    const { stdout, stderr, truncated, timedOut } = result;
    if (result.code === null && !timedOut) throw new ToolRefusal(`git was ended by ${result.signal ?? "a signal"}`);
    return { code: result.code ?? 0, stdout, stderr, isCut: truncated || timedOut };
  };

/** Git's own words about what it could not do, in one line. */
export const gitsWords = ({ stderr, code }: GitSaid): string =>
  stderr
    .split("\n")
    .find((line) => line.trim() !== "")
    ?.replace(/^fatal: /, "")
    .slice(0, 300) ?? `exit code ${code}`;

/** The files of a worktree that git does not ignore, also new ones, in order; `specs` as git has them. */
export async function filesOf(
  git: WorktreeGit,
  root: string,
  specs: readonly string[],
  signal: AbortSignal,
): Promise<{ readonly paths: readonly string[]; readonly isCut: boolean }> {
  const ask = async (...which: string[]): Promise<GitSaid> => {
    const said = await git(root, ["ls-files", "-z", ...which, "--", ...specs], signal);
    if (said.code !== 0) throw new ToolRefusal(`git could not list the files: ${gitsWords(said)}`);
    return said;
  };
  const all = await ask("--cached", "--others", "--exclude-standard");
  const gone = new Set((await ask("--deleted")).stdout.split("\0"));
  // What stands behind the last NUL is "", or a path that was cut.
  const paths = new Set(all.stdout.split("\0").slice(0, -1));
  return { paths: [...paths].filter((path) => !gone.has(path)).sort(), isCut: all.isCut };
}

/** The pathspec of a glob, or of a file or folder with all in it. A glob without a slash fits names anywhere. */
export function specOf(path: string, kind: "glob" | "literal"): string {
  if (kind === "literal") return `:(literal)${path === "" ? "." : path}`;
  return `:(glob)${path.includes("/") ? path : `**/${path}`}`;
}

export async function isIgnored(git: WorktreeGit, root: string, path: string, signal: AbortSignal): Promise<boolean> {
  const said = await git(root, ["check-ignore", "--quiet", "--", path], signal);
  if (said.code > 1) throw new ToolRefusal(`${path} cannot be changed: ${gitsWords(said)}`);
  return said.code === 0;
}
