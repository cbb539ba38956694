import { ignoredLinks } from "./ignored-links.ts";
import { gitList, type Git } from "./git.ts";
import { placeOf, type Worktree } from "./worktree-folder.ts";

/** What git ignores in a worktree: files, folders as a whole where all in them is ignored, and links that count as such; from its top, without a slash at the end. */
export async function ignoredPaths(git: Git, worktree: Worktree): Promise<readonly string[]> {
  const args = ["ls-files", "--others", "--ignored", "--exclude-standard", "--directory", "-z"];
  const ignored = (await gitList(git, placeOf(worktree), args)).map((path) => path.replace(/\/$/, ""));
  return [...ignored, ...(await ignoredLinks(git, worktree))];
}
