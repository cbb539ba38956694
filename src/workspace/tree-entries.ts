import { gitLine, gitList, revision, type Git, type Place } from "./git.ts";
import { objectsAt } from "./objects.ts";
import { filesIn, type TreeEntry } from "./read-trees.ts";

/** All files, links and commits of other repositories that a commit or tree has. */
export async function entriesOf(git: Git, place: Place, treeish: string): Promise<readonly TreeEntry[]> {
  const told = await filesIn(await objectsAt(git, place), treeish);
  if (told !== null) return told;
  const items = await gitList(git, place, ["ls-tree", "-r", "-z", "--full-tree", revision(treeish)]);
  return items.flatMap((item) => {
    const [, mode, id, path] = /^(\d+) \w+ ([0-9a-f]+)\t(.*)$/s.exec(item) ?? [];
    return mode === undefined || id === undefined || path === undefined ? [] : [{ path, mode, id }];
  });
}

/** The content of a file; null: it is larger than `mostBytes`. */
export async function textOf(git: Git, place: Place, id: string, mostBytes?: number): Promise<string | null> {
  const told = await (await objectsAt(git, place))?.read(id, mostBytes);
  if (told?.type === "blob") return told.content.toString("utf8");
  const isLarge = mostBytes !== undefined && Number(await gitLine(git, place, ["cat-file", "-s", id])) > mostBytes;
  return isLarge ? null : (await git(place, ["cat-file", "blob", id])).stdout;
}
