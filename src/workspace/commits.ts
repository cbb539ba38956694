import { gitLine, isId, revision, type Git, type GitOptions, type Place } from "./git.ts";
import { knownBy } from "./known.ts";
import { objectsAt } from "./objects.ts";
import { firstParents, readCommit } from "./read-history.ts";
import { refInFiles } from "./ref-files.ts";

/** Commits that were there when they were asked for. What deletes one later is found out by whoever reads it. */
const commitsOf = knownBy<true>();

/** The commit a name stands for; null: there is none. */
export async function commitOf(git: Git, place: Place, name: string): Promise<string | null> {
  const told = isId(name) || place.gitDir === undefined ? name : refInFiles(place.gitDir, name);
  if (told === null) return null;
  const commits = commitsOf(git);
  if (told !== undefined && commits.get(told) === true) return told;
  if (told !== undefined && (await readCommit(await objectsAt(git, place), told)) !== null) {
    commits.set(told, true);
    return told;
  }
  const args = ["rev-parse", "--verify", "--quiet", `${revision(told ?? name)}^{commit}`];
  const { code, stdout } = await git(place, args, { answers: [0, 1, 128] });
  if (code !== 0) return null;
  const commit = stdout.trim();
  commits.set(commit, true);
  return commit;
}

/** Makes a commit of a tree; `env` may name its author, committer and date. Returns its id. */
export async function commitTree(
  git: Git,
  place: Place,
  commit: { readonly tree: string; readonly parents: readonly string[]; readonly text: string },
  env?: GitOptions["env"],
): Promise<string> {
  const { tree, parents, text } = commit;
  const args = ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"];
  const made = await gitLine(git, place, args, { input: text, ...(env === undefined ? {} : { env }) });
  commitsOf(git).set(made, true);
  if (isId(tree)) treesOf(git).set(made, Promise.resolve(tree));
  return made;
}

/** Whether `ancestor` is in the history of `commit`; a commit is its own ancestor. */
export async function isAncestor(git: Git, place: Place, ancestor: string, commit: string): Promise<boolean> {
  if (ancestor === commit) return true;
  const told = await isBehind(git, place, ancestor, commit);
  if (told !== null) return told;
  const args = ["merge-base", "--is-ancestor", revision(ancestor), revision(commit)];
  return (await git(place, args, { answers: [0, 1] })).code === 0;
}

const longestWalk = 100;

/** The same by first parents, as far as these tell; null: git has to be asked. */
async function isBehind(git: Git, place: Place, ancestor: string, commit: string): Promise<boolean | null> {
  const objects = isId(ancestor) && isId(commit) ? await objectsAt(git, place) : null;
  const before = new Set<string>();
  for await (const passed of firstParents(objects, ancestor, longestWalk)) {
    if (passed?.id === commit) return false;
    if (passed !== null) before.add(passed.id);
  }
  let isLine = true;
  for await (const passed of firstParents(objects, commit, longestWalk)) {
    if (passed === null) return null;
    if (passed.id === ancestor) return true;
    // What comes before the one cannot have it in its history, and nothing else leads there.
    if (isLine && before.has(passed.id)) return false;
    isLine &&= passed.parents.length < 2;
  }
  return isLine ? false : null;
}

const treesOf = knownBy<Promise<string>>();

/** The tree of a commit. Of a commit that is named in full it is asked for once: it never changes. */
export function treeOf(git: Git, place: Place, commit: string): Promise<string> {
  const ask = async (): Promise<string> => {
    const told = isId(commit) ? await readCommit(await objectsAt(git, place), commit) : null;
    return told?.tree ?? gitLine(git, place, ["rev-parse", "--verify", `${revision(commit)}^{tree}`]);
  };
  if (!isId(commit)) return ask();
  const known = treesOf(git);
  const tree = known.get(commit) ?? ask();
  known.set(commit, tree);
  tree.catch(() => known.delete(commit));
  return tree;
}
