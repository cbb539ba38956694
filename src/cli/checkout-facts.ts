import { commitOf, createGit, gitList, type Git } from "../workspace/git.ts";
import type { RepositoryGround } from "./ground.ts";

const gitOf = ({ program }: RepositoryGround): Git => createGit({ environment: program.env, clock: program.clock, note: () => undefined });

/** The commit of a local branch; null: there is none. */
export const branchTip = (ground: RepositoryGround, branch: string): Promise<string | null> =>
  commitOf(gitOf(ground), { cwd: ground.repository.top }, `refs/heads/${branch}`);

/** How many files of the checkout differ from its commit. */
export async function countUncommitted(ground: RepositoryGround): Promise<number> {
  const found = await gitList(gitOf(ground), { cwd: ground.repository.top }, ["status", "--porcelain", "--no-renames", "-z"]);
  return found.length;
}

export const branchNames = (ground: RepositoryGround): Promise<readonly string[]> =>
  gitList(gitOf(ground), { cwd: ground.repository.top }, ["for-each-ref", "--format=%(refname:short)%00", "refs/heads"]).then((names) => names.map((name) => name.trim()).filter((name) => name !== ""));
