import { child, type Located, type LocatedEntry, type LocatedMap, stringOf } from "./located.ts";

/**
 * Settings of one file over those of another: maps merge, everything else is replaced. A model whose adapter changes is
 * replaced whole, for what it had belonged to the other adapter. What is said of an account below stays: it is the user's, and no
 * repository takes more of it than they give.
 */
export function mergeSettings(below: LocatedMap, above: LocatedMap): LocatedMap {
  return mergeMaps(below, above, []);
}

function mergeMaps(below: LocatedMap, above: LocatedMap, path: readonly string[]): LocatedMap {
  const entries = new Map(below.entries);
  for (const [key, entry] of above.entries) {
    const lower = entries.get(key);
    entries.set(key, lower === undefined ? entry : mergeEntries(lower, entry, [...path, key]));
  }
  return { kind: "map", at: above.at, entries };
}

function mergeEntries(below: LocatedEntry, above: LocatedEntry, path: readonly string[]): LocatedEntry {
  if (below.node.kind !== "map" || above.node.kind !== "map") return above;
  if (path.length === 1 && path[0] === "accounts")
    return { keyAt: above.keyAt, node: mergeMaps(above.node, below.node, path) };
  const isModel = path.length === 2 && path[0] === "models";
  if (isModel && changesAdapter(below.node, above.node)) return above;
  return { keyAt: above.keyAt, node: mergeMaps(below.node, above.node, path) };
}

function changesAdapter(below: Located, above: Located): boolean {
  const adapter = stringOf(child(above, "adapter"));
  return adapter !== null && adapter !== stringOf(child(below, "adapter"));
}
