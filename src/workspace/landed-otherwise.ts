import { commitTree } from "./commits.ts";
import { gitList, type Git, type Place } from "./git.ts";
import { changeTrees, mergeTrees, type MergedTree } from "./merge-trees.ts";

/** So many commits of either side are looked at. */
const mostCommits = 50;
/** So many merges are tried to tell that a commit did what some of the other side do. */
const mostTries = 100;

interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly parent: string;
}

/**
 * The merge of two commits, also where one side has some of the other's work by commits of its own, as a forge makes them that
 * squashes or rebases what it merges. Git takes that for another change of the same lines.
 */
export async function mergeKnowing(git: Git, place: Place, ours: string, theirs: string): Promise<MergedTree> {
  const plain = await mergeTrees(git, place, ours, theirs);
  if (!("conflict" in plain)) return plain;
  const sides = [await since(git, place, ours, theirs), await since(git, place, theirs, ours)] as const;
  const found =
    (await mergeWith(git, place, { tip: ours, of: sides[1] }, { tip: theirs, of: sides[0] })) ??
    (await mergeWith(git, place, { tip: theirs, of: sides[0] }, { tip: ours, of: sides[1] }));
  return found ?? plain;
}

interface Side {
  readonly tip: string;
  /** What the other does not have, newest first. */
  readonly of: readonly Commit[];
}

/** Where `other` has done anew what this side did: this side with what the other did besides. Null: it has not, or they conflict all the same. */
async function mergeWith(git: Git, place: Place, side: Side, other: Side): Promise<MergedTree | null> {
  const anew = await doneAnew(git, place, other.of, side.of);
  if (anew === null) return null;
  let tip = side.tip;
  if (!anew.isWhole) {
    const before = await mergeTrees(git, place, tip, anew.by.parent);
    if ("conflict" in before) return null;
    tip = await commitTree(git, place, { tree: before.tree, parents: [tip], text: "before\n" });
  }
  const merged = await changeTrees(git, place, tip, { from: anew.by.id, to: other.tip });
  return "conflict" in merged ? null : merged;
}

/** The newest commit that has the work of the other side up to one of its commits. `isWhole`: and nothing that this side has not. */
async function doneAnew(
  git: Git,
  place: Place,
  commits: readonly Commit[],
  work: readonly Commit[],
): Promise<{ readonly by: Commit; readonly isWhole: boolean } | null> {
  const trees = new Set(work.map(({ tree }) => tree));
  const same = commits.find(({ tree }) => trees.has(tree));
  if (same !== undefined) return { by: same, isWhole: true };
  let tries = 0;
  for (const by of commits)
    for (const { id } of work) {
      if ((tries += 1) > mostTries) return null;
      const merged = await mergeTrees(git, place, by.parent, id);
      if ("tree" in merged && merged.tree === by.tree) return { by, isWhole: false };
    }
  return null;
}

/** Commits of `tip` that the other does not have. */
async function since(git: Git, place: Place, other: string, tip: string): Promise<readonly Commit[]> {
  const args = ["log", "--first-parent", `--max-count=${mostCommits}`, "--format=%H %T %P%x00", tip, `^${other}`, "--"];
  const lines = await gitList(git, place, args);
  return lines.flatMap((line) => {
    const [id = "", tree = "", parent = ""] = line.trim().split(" ");
    return parent === "" ? [] : [{ id, tree, parent }];
  });
}
