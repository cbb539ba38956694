import { assert } from "../../src/domain/assert.ts";

export type Files = ReadonlyMap<string, string>;

export interface Commit {
  readonly id: string;
  /** Grows with every commit: children have more than their parents. */
  readonly n: number;
  readonly files: Files;
  readonly parents: readonly string[];
  /** Its trailers; "" where it has none. */
  readonly key: string;
  readonly task: string;
}

export type Merged = { readonly files: Files } | { readonly conflict: readonly string[] };

/** A graph of commits as git has it: nothing in it ever changes. */
export class Commits {
  readonly #prefix: string;
  readonly #byId = new Map<string, Commit>();
  readonly #before = new Map<string, ReadonlySet<string>>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  add(files: Files, parents: readonly string[], key = "", task = ""): Commit {
    const n = this.#byId.size + 1;
    const id = `${this.#prefix}${n}`;
    const commit: Commit = { id, n, files: new Map(files), parents, key, task };
    const before = new Set([id]);
    for (const parent of parents) for (const ancestor of this.ancestors(parent)) before.add(ancestor);
    this.#byId.set(id, commit);
    this.#before.set(id, before);
    return commit;
  }

  get(id: string): Commit {
    const commit = this.#byId.get(id);
    assert(commit !== undefined, `there is no commit ${id}`);
    return commit;
  }

  /** The commit itself and all it comes from. */
  ancestors(id: string): ReadonlySet<string> {
    const before = this.#before.get(id);
    assert(before !== undefined, `there is no commit ${id}`);
    return before;
  }

  isAncestor(id: string, of: string): boolean {
    return this.ancestors(of).has(id);
  }

  /** The commit with a key among those that one commit has beyond another. */
  withKey(key: string, since: string | null, tip: string): Commit | null {
    const known = since === null ? new Set<string>() : this.ancestors(since);
    for (const id of this.ancestors(tip)) {
      const commit = this.get(id);
      if (!known.has(id) && commit.key === key) return commit;
    }
    return null;
  }

  /** Whether a file was ever committed as it is, reachable or not. */
  has(path: string, text: string): boolean {
    return [...this.#byId.values()].some(({ files }) => files.get(path) === text);
  }

  /** The keys of all commits that have one, unreachable ones included. */
  keys(): readonly string[] {
    return [...this.#byId.values()].map(({ key }) => key).filter((key) => key !== "");
  }

  /** From a tip back along first parents. */
  line(tip: string): readonly Commit[] {
    const line: Commit[] = [];
    for (let id: string | undefined = tip; id !== undefined;) {
      const commit: Commit = this.get(id);
      line.push(commit);
      [id] = commit.parents;
    }
    return line;
  }

  /** What merging two commits gives, file by file against the newest commit they both have. */
  merge(ours: string, theirs: string): Merged {
    const base = this.#base(ours, theirs);
    const [a, b] = [this.get(ours).files, this.get(theirs).files];
    const files = new Map<string, string>();
    const conflict: string[] = [];
    for (const path of new Set([...a.keys(), ...b.keys()])) {
      const [was, left, right] = [base.get(path), a.get(path), b.get(path)];
      const text = left === right || right === was ? left : left === was ? right : null;
      if (text === null) conflict.push(path);
      else if (text !== undefined) files.set(path, text);
    }
    return conflict.length > 0 ? { conflict: conflict.toSorted() } : { files };
  }

  #base(ours: string, theirs: string): Files {
    const before = this.ancestors(theirs);
    let newest: Commit | null = null;
    for (const id of this.ancestors(ours)) {
      const commit = this.get(id);
      if (before.has(id) && (newest === null || commit.n > newest.n)) newest = commit;
    }
    return newest === null ? new Map() : newest.files;
  }
}

export function changedPaths(from: Files, to: Files): string[] {
  return [...new Set([...from.keys(), ...to.keys()])].filter((path) => from.get(path) !== to.get(path)).toSorted();
}

/** Names a tree by its content. */
export const treeId = (files: Files): string => JSON.stringify([...files].toSorted(([a], [b]) => (a < b ? -1 : 1)));
