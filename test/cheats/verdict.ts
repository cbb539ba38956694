import type { Wall } from "./families.ts";
import { needsWall, pending } from "./expected.ts";
import type { Row } from "./work.ts";

/** What is printed of a row. */
export type Verdict = "prevented" | "asked" | "seen afterwards" | "needs the sandbox" | "got through";

export function verdictOf(family: string, { id, outcome }: Row, wall: Wall): Verdict {
  if (outcome === "prevented" || outcome === "asked") return outcome;
  if (outcome === "seen") return "seen afterwards";
  return wall === "off" && needsWall.has(`${family}/${id}`) ? "needs the sandbox" : "got through";
}

/** Rows that fare worse than they should, and those that are said to be unmended and are mended. */
export function surprises(family: string, rows: readonly Row[], wall: Wall): readonly string[] {
  return rows.flatMap((row) => {
    const verdict = verdictOf(family, row, wall);
    const name = `${family}/${row.id}`;
    const isBad = verdict === "got through" || (wall === "require" && verdict === "seen afterwards");
    if (pending[wall].has(name)) return isBad ? [] : [`${name}: ${verdict}; take it off the list`];
    return isBad ? [`${name}: ${verdict}: ${row.why}`] : [];
  });
}
