import { isAbsolute, relative } from "node:path";

import { commitOf } from "../../workspace/commits.ts";
import { createGit, GitError, gitLine, gitList, type Git } from "../../workspace/git.ts";
import { lackingFiles } from "../../workspace/lacking.ts";
import type { Repository } from "../../workspace/repository.ts";
import type { Program } from "../program/program.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";

/** Git for a command that is no engine. */
export const commandGit = ({ env, clock }: Program): Git =>
  createGit({ environment: env, clock, note: () => undefined });

const gitOf = ({ program }: Pick<RepositoryContext, "program">): Git => commandGit(program);

/** The commit of a local branch; null: there is none. */
export const branchTip = (
  program: Program,
  { top, commonDir }: Pick<Repository, "top" | "commonDir">,
  branch: string,
): Promise<string | null> => commitOf(commandGit(program), { cwd: top, gitDir: commonDir }, `refs/heads/${branch}`);

/** How many files of the checkout differ from its commit, without those that are read from the checkout itself. */
export async function countUncommitted(context: RepositoryContext, read: readonly string[]): Promise<number> {
  const { top } = context.repository;
  const inside = read.map((path) => relative(top, path)).filter((path) => !path.startsWith("..") && !isAbsolute(path));
  const found = await gitList(gitOf(context), { cwd: top }, [
    "status",
    "--porcelain",
    "--ignore-submodules=dirty",
    "--no-renames",
    "-z",
    "--",
    ...inside.map((path) => `:(top,exclude,literal)${path}`),
  ]);
  return found.length;
}

/** What people should know of ignored files that worktrees lack; null: nothing. */
export async function lackingWords(program: Program, top: string): Promise<string | null> {
  const files = await lackingFiles(commandGit(program), top);
  if (files.length === 0) return null;
  const more = files.length > shownFiles ? ` and ${files.length - shownFiles} more` : "";
  return `worktrees lack what git ignores here: ${files.slice(0, shownFiles).join(", ")}${more}. What checks or agents need of it, name in .worktreeinclude: it is copied to where they run`;
}

const shownFiles = 5;

export const branchNames = (context: RepositoryContext): Promise<readonly string[]> =>
  gitList(gitOf(context), { cwd: context.repository.top }, [
    "for-each-ref",
    "--format=%(refname:short)%00",
    "refs/heads",
  ]).then((names) => names.map((name) => name.trim()).filter((name) => name !== ""));

/** Null: there is no git, or it does not run. */
export async function gitVersion(program: Program): Promise<string | null> {
  try {
    return (await gitLine(gitOf({ program }), { cwd: program.cwd }, ["version"])).replace(/^git version /, "");
  } catch (error) {
    if (error instanceof GitError) return null;
    throw error;
  }
}
