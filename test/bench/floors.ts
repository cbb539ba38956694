import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { z } from "zod";

import { root } from "../root.ts";
import { takeCounts, type Count } from "./counts.ts";
import type { Figure } from "./figures.ts";

/** The least that was reached of what is counted, by its name. */
export type Floors = Readonly<Record<string, number>>;

const floorsFile = join(root, "test", "bench", "floors.json");
const update = "UPDATE_FLOORS=1 npm run bench -- floors";

export const readFloors = (): Floors =>
  z.record(z.string(), z.number()).parse(JSON.parse(readFileSync(floorsFile, "utf8")));

/** What differs from the floors, a sentence each. A floor that is not kept up would let the count grow again unseen. */
export function offFloor(
  counts: readonly Pick<Count, "what" | "count" | "spread">[],
  floors: Floors,
): readonly string[] {
  const told = counts.flatMap(({ what, count, spread = 0 }) => {
    const floor = floors[what];
    if (floor === undefined) return [`${what}: ${count}, and there is no floor yet; write it: ${update}`];
    if (Math.abs(count - floor) <= spread) return [];
    if (count < floor) return [`${what}: ${count}, less than the floor of ${floor}; lower it: ${update}`];
    return [
      `${what}: ${count}, more than the floor of ${floor}. "npm run bench -- floors --parts", here and in the commit before, shows what grew; where that has to be: ${update}`,
    ];
  });
  const known = new Set(counts.map(({ what }) => what));
  const unknown = Object.keys(floors).filter((what) => !known.has(what));
  return [...told, ...unknown.map((what) => `${what}: has a floor and is counted no more; remove it: ${update}`)];
}

/** Takes the counts and prints them beside their floors; `UPDATE_FLOORS=1` writes the file. */
export async function floors(args: readonly string[]): Promise<readonly Figure[]> {
  const counts = await takeCounts();
  if (process.env["UPDATE_FLOORS"] === "1") {
    const written = Object.fromEntries(counts.map(({ what, count }) => [what, count]));
    writeFileSync(floorsFile, `${JSON.stringify(written, null, 2)}\n`);
  }
  const reached = readFloors();
  if (args.includes("--parts")) for (const { what, parts } of counts) console.log(`${what}\n${partsText(parts)}`);
  return counts.map(({ what, count, goal }) => ({
    what,
    figure: `${count} (floor ${reached[what] ?? "none"})`,
    goal: goal === null ? "" : `<= ${goal}`,
    met: goal === null ? null : count <= goal,
  }));
}

function partsText(parts: readonly string[]): string {
  const times = new Map<string, number>();
  for (const part of parts) times.set(part, (times.get(part) ?? 0) + 1);
  return [...times]
    .toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
    .map(([part, count]) => `${String(count).padStart(8)}  ${part.replaceAll(/\s+/g, " ").slice(0, 160)}`)
    .join("\n");
}
