import { brand } from "../domain/brand.ts";
import { fallbackIdentity } from "../processes/git-settings.ts";
import { oneLine } from "./commit-message.ts";
import { commitTree, isAncestor } from "./commits.ts";
import { GitError, gitLine, revision, type Git, type Place } from "./git.ts";
import { objectsAt } from "./objects.ts";
import { readCommit } from "./read-history.ts";

export type MergedTree = { readonly tree: string } | { readonly conflict: readonly string[] };

/** What merging two commits would give, made without a worktree. A conflict names the files. */
export async function mergeTrees(git: Git, place: Place, ours: string, theirs: string): Promise<MergedTree> {
  // Made on just that: nothing is to be merged.
  const made = await readCommit(await objectsAt(git, place), theirs);
  if (made?.parents.includes(ours) === true) return { tree: made.tree };
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", revision(ours), revision(theirs)];
  const { code, stdout, stderr } = await git(place, args, { answers: [0, 1] });
  const [tree = "", ...rest] = stdout.split("\0").filter((item) => item !== "");
  // Git says 1 for a conflict and for a commit that is not there.
  if (!/^[0-9a-f]{40,64}$/.test(tree)) throw new GitError(args, place.cwd, "no merge was made", stderr);
  return code === 0 ? { tree } : { conflict: [...new Set(rest)].toSorted() };
}

export type Combined = { readonly commit: string } | { readonly conflict: readonly string[]; readonly with: string };

/**
 * One commit that has `base` and all tips in it, merged in order. Author, dates and text follow from the input alone, so
 * equal input gives an equal commit. What has the others in it already is returned as it is.
 */
export async function combine(
  git: Git,
  place: Place,
  base: string,
  tips: readonly string[],
  label: string,
): Promise<Combined> {
  let current = base;
  for (const tip of tips) {
    if (await isAncestor(git, place, tip, current)) continue;
    if (await isAncestor(git, place, current, tip)) {
      current = tip;
      continue;
    }
    const merged = await mergeTrees(git, place, current, tip);
    if ("conflict" in merged) return { conflict: merged.conflict, with: tip };
    current = await commitOfMerge(git, place, merged.tree, [current, tip], `Combine ${oneLine(label)}`);
  }
  return { commit: current };
}

async function commitOfMerge(
  git: Git,
  place: Place,
  tree: string,
  parents: readonly string[],
  text: string,
): Promise<string> {
  const date = `@${Math.max(...(await datesOf(git, place, parents)))} +0000`;
  const { name, email } = fallbackIdentity;
  const env = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
    GIT_COMMITTER_DATE: date,
  };
  return commitTree(git, place, { tree, parents, text: `${text}\n` }, env);
}

async function datesOf(git: Git, place: Place, commits: readonly string[]): Promise<readonly number[]> {
  const objects = await objectsAt(git, place);
  const read = await Promise.all(commits.map((commit) => readCommit(objects, commit)));
  const dates = read.flatMap((commit) => (commit?.committedAtSeconds == null ? [] : [commit.committedAtSeconds]));
  if (dates.length === commits.length) return dates;
  return (await gitLine(git, place, ["log", "--no-walk", "--format=%ct", ...commits])).split("\n").map(Number);
}

/** The tree of `tip` without what `commit` changed against its first parent. */
export const revertTrees = (git: Git, place: Place, tip: string, commit: string): Promise<MergedTree> =>
  changeTrees(git, place, tip, { from: commit, to: `${commit}^1` });

/** The tree of `tip` with what `commit` changed against its first parent. */
export const pickTrees = (git: Git, place: Place, tip: string, commit: string): Promise<MergedTree> =>
  changeTrees(git, place, tip, { from: `${commit}^1`, to: commit });

/** Git finds the base of a merge in the history, so the three trees are given one in which `from` is that base. */
export async function changeTrees(
  git: Git,
  place: Place,
  tip: string,
  change: { readonly from: string; readonly to: string },
): Promise<MergedTree> {
  const plain = (tree: string, parent: string | null): Promise<string> =>
    commitTree(git, place, { tree, parents: parent === null ? [] : [parent], text: `${brand.bin}\n` });
  const base = await plain(`${change.from}^{tree}`, null);
  const ours = await plain(`${tip}^{tree}`, base);
  const theirs = await plain(`${change.to}^{tree}`, base);
  return mergeTrees(git, place, ours, theirs);
}
