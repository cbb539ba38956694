import type { Objects } from "./objects.ts";

export interface Commit {
  readonly id: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** When it was committed, in seconds; null: it does not say. */
  readonly committedAtSeconds: number | null;
}

/** Null: it is no commit there, or one whose text git would translate. */
export async function readCommit(objects: Objects | null, id: string): Promise<Commit | null> {
  const found = (await objects?.read(id)) ?? null;
  if (found?.type !== "commit" || found.content.includes(0)) return null;
  const text = found.content.toString("utf8");
  const end = text.indexOf("\n\n");
  const [first = "", ...others] = (end < 0 ? text : text.slice(0, end)).split("\n");
  const tree = /^tree ([0-9a-f]+)$/.exec(first)?.[1];
  if (tree === undefined || others.some((line) => line.startsWith("encoding ") && !/ utf-?8$/i.test(line))) return null;
  const parents: string[] = [];
  for (const line of others) {
    const parent = /^parent ([0-9a-f]+)$/.exec(line)?.[1];
    if (parent === undefined) break;
    parents.push(parent);
  }
  const [, seconds] = /^committer .*> (\d+) [+-]\d+$/m.exec(others.join("\n")) ?? [];
  const committedAtSeconds = seconds === undefined ? null : Number(seconds);
  return { id, tree, parents, message: end < 0 ? "" : text.slice(end + 2), committedAtSeconds };
}

/** A commit, its first parent, that one's first parent, and so on. The last is null where it does not tell further. */
export async function* firstParents(
  objects: Objects | null,
  tip: string,
  most: number,
): AsyncGenerator<Commit | null, void> {
  let next: string | undefined = tip;
  for (let count = 0; next !== undefined; count += 1) {
    const commit: Commit | null = count === most ? null : await readCommit(objects, next);
    yield commit;
    next = commit?.parents[0];
  }
}
