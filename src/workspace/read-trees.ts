import type { ChangeEntry } from "../policy/gate-inputs.ts";
import type { Objects } from "./objects.ts";
import { readCommit } from "./read-history.ts";

export interface TreeEntry {
  readonly path: string;
  readonly mode: string;
  readonly id: string;
}

interface Named extends TreeEntry {
  /** Git's order of names as that of strings: a folder's ends in a slash. */
  readonly order: string;
}

const folderMode = "040000";
/** Of a larger tree the usual command is quicker. */
const mostFolders = 3_000;

/** What is read of trees for one question; rejects with NotTold where an object is not to be had. */
class Walk {
  readonly #objects: Objects;
  #left = mostFolders;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  async entries(tree: string | null, folder: string): Promise<readonly Named[]> {
    if (tree === null) return [];
    this.#left -= 1;
    const found = this.#left < 0 ? null : await this.#objects.read(tree);
    if (found?.type !== "tree") throw new NotTold();
    return parseTree(found.content, folder, tree.length / 2);
  }

  async root(treeish: string): Promise<string> {
    return (await readCommit(this.#objects, treeish))?.tree ?? treeish;
  }
}

class NotTold extends Error {}

/** All that lies in the tree of a commit or of a tree's own id, folders themselves not, in git's order. Null: git has to be asked. */
export function filesIn(objects: Objects | null, treeish: string): Promise<readonly TreeEntry[] | null> {
  return told(objects, async (walk) => {
    const found: TreeEntry[] = [];
    const list = async (tree: string, folder: string): Promise<void> => {
      for (const entry of await walk.entries(tree, folder))
        if (entry.mode === folderMode) await list(entry.id, `${entry.path}/`);
        else found.push(entry);
    };
    await list(await walk.root(treeish), "");
    return found;
  });
}

/** In what two trees differ, as `git diff-tree -r --no-renames` tells it. Null: git has to be asked. */
export function differences(objects: Objects | null, from: string, to: string): Promise<readonly ChangeEntry[] | null> {
  return told(objects, async (walk) => {
    const found: ChangeEntry[] = [];
    const compare = async (before: string | null, after: string | null, folder: string): Promise<void> => {
      if (before === after) return;
      const [old, now] = [await walk.entries(before, folder), await walk.entries(after, folder)];
      for (let a = 0, b = 0; a < old.length || b < now.length;) {
        const [left, right] = [old[a], now[b]];
        const isLeft = left !== undefined && (right === undefined || left.order <= right.order);
        const isRight = right !== undefined && (left === undefined || right.order <= left.order);
        if (isLeft) a += 1;
        if (isRight) b += 1;
        await add(isLeft ? left : null, isRight ? right : null);
      }
    };
    const add = async (before: Named | null, after: Named | null): Promise<void> => {
      const { path, mode } = before ?? after ?? { path: "", mode: "" };
      if (before?.id === after?.id && before?.mode === after?.mode) return;
      if (mode === folderMode) await compare(before?.id ?? null, after?.id ?? null, `${path}/`);
      else found.push({ path, before: sideOf(before), after: sideOf(after) });
    };
    await compare(await walk.root(from), await walk.root(to), "");
    return found;
  });
}

const sideOf = (entry: Named | null): ChangeEntry["before"] =>
  entry === null ? null : { mode: entry.mode, id: entry.id };

async function told<T>(objects: Objects | null, ask: (walk: Walk) => Promise<T>): Promise<T | null> {
  if (objects === null) return null;
  try {
    return await ask(new Walk(objects));
  } catch (error) {
    if (error instanceof NotTold) return null;
    throw error;
  }
}

function parseTree(content: Buffer, folder: string, idBytes: number): readonly Named[] {
  const found: Named[] = [];
  for (let at = 0; at < content.length;) {
    const gap = content.indexOf(" ", at);
    const end = content.indexOf(0, gap);
    const next = end + 1 + idBytes;
    if (gap < 0 || end < 0 || next > content.length) throw new NotTold();
    const mode = usualMode(Number.parseInt(content.toString("latin1", at, gap), 8));
    found.push({
      path: `${folder}${content.toString("utf8", gap + 1, end)}`,
      mode,
      id: content.toString("hex", end + 1, next),
      order: `${content.toString("latin1", gap + 1, end)}${mode === folderMode ? "/" : ""}`,
    });
    at = next;
  }
  return found;
}

/** As git takes what old versions of it and other programs have written. */
function usualMode(mode: number): string {
  const kind = mode & 0o170000;
  if (kind === 0o040000) return folderMode;
  if (kind === 0o120000) return "120000";
  if (kind !== 0o100000) return "160000";
  return (mode & 0o100) === 0 ? "100644" : "100755";
}
