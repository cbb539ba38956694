import { commitOf, createGit, GitError, gitLine, gitList, type Git } from "../../workspace/git.ts";
import type { Program } from "../program/program.ts";
import type { RepositoryGround } from "../wiring/ground.ts";

const gitOf = ({ program }: Pick<RepositoryGround, "program">): Git =>
  createGit({ environment: program.env, clock: program.clock, note: () => undefined });

/** The commit of a local branch; null: there is none. */
export const branchTip = (ground: RepositoryGround, branch: string): Promise<string | null> =>
  commitOf(gitOf(ground), { cwd: ground.repository.top }, `refs/heads/${branch}`);

/** How many files of the checkout differ from its commit. */
export async function countUncommitted(ground: RepositoryGround): Promise<number> {
  const found = await gitList(gitOf(ground), { cwd: ground.repository.top }, [
    "status",
    "--porcelain",
    "--no-renames",
    "-z",
  ]);
  return found.length;
}

export const branchNames = (ground: RepositoryGround): Promise<readonly string[]> =>
  gitList(gitOf(ground), { cwd: ground.repository.top }, [
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
