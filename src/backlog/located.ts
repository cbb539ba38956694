import { dirname } from "node:path";

import type { Problem } from "../domain/problem.ts";

/** A text with a name: how problems call it, and the absolute folder its relative paths start from. */
export interface Source {
  readonly file: string;
  readonly folder: string;
}

/** Lines and columns count from 1; columns in UTF-16 units, as editors do. */
export interface Place {
  readonly source: Source;
  readonly line: number;
  readonly column: number;
}

/** A YAML value that knows where it stands. */
export type Located = LocatedMap | LocatedList | LocatedScalar;

export interface LocatedMap {
  readonly kind: "map";
  readonly at: Place;
  readonly entries: ReadonlyMap<string, LocatedEntry>;
}

export interface LocatedEntry {
  readonly keyAt: Place;
  readonly node: Located;
}

export interface LocatedList {
  readonly kind: "list";
  readonly at: Place;
  readonly items: readonly Located[];
}

export interface LocatedScalar {
  readonly kind: "scalar";
  readonly at: Place;
  readonly value: string | number | boolean | null;
  /** As it is written in the file. */
  readonly written: string;
}

/** A problem before its place is written out as a file's name. */
export interface Found {
  readonly at: Place;
  readonly code: string;
  readonly message: string;
  readonly hint?: string | null;
}

export type Path = readonly PropertyKey[];

export const sourceOf = (file: string, folder: string = dirname(file)): Source => ({ file, folder });

export const startOf = (source: Source): Place => ({ source, line: 1, column: 1 });

/** The same data without places. Keys named __proto__ stay plain keys. */
export function plain(node: Located): unknown {
  if (node.kind === "scalar") return node.value;
  if (node.kind === "list") return node.items.map(plain);
  return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plain(entry.node)]));
}

/** What stands at a path; undefined where the path leaves the data. */
export function nodeAt(root: Located, path: Path): Located | undefined {
  let node: Located | undefined = root;
  for (const key of path) {
    if (node?.kind === "map") node = node.entries.get(String(key))?.node;
    else if (node?.kind === "list") node = node.items[Number(key)];
    else return undefined;
  }
  return node;
}

/** The key at a path's end; undefined where there is none, as in a list. */
export function keyPlace(root: Located, path: Path): Place | undefined {
  const parent = nodeAt(root, path.slice(0, -1));
  return parent?.kind === "map" ? parent.entries.get(String(path.at(-1)))?.keyAt : undefined;
}

export const child = (node: Located | undefined, key: string): Located | undefined =>
  node?.kind === "map" ? node.entries.get(key)?.node : undefined;

/** The items of a list; of anything else, none. */
export const listItems = (node: Located | undefined): readonly Located[] => (node?.kind === "list" ? node.items : []);

/** The items of a list, or the one value that stands in place of a list. */
export const itemsOf = (node: Located | undefined): readonly Located[] =>
  node === undefined ? [] : node.kind === "list" ? node.items : [node];

export const entriesOf = (node: Located | undefined): readonly (readonly [string, LocatedEntry])[] =>
  node?.kind === "map" ? [...node.entries] : [];

export const stringOf = (node: Located | undefined): string | null =>
  node?.kind === "scalar" && typeof node.value === "string" ? node.value : null;

/** In the order of the sources, then by line and column; what is said twice of one place is said once. */
export function toProblems(found: readonly Found[], sources: readonly Source[]): Problem[] {
  const order = new Map(sources.map((source, index) => [source, index]));
  const rank = ({ source }: Place): number => order.get(source) ?? sources.length;
  const problems = found
    .toSorted((a, b) => rank(a.at) - rank(b.at) || a.at.line - b.at.line || a.at.column - b.at.column)
    .map(({ at: { source, line, column }, code, message, hint = null }) => ({
      file: source.file,
      line,
      column,
      code,
      message,
      hint,
    }));
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
