import { expect, test } from "vitest";

import { because } from "../skipped.ts";
import { families, wallHere, type Wall } from "./families.ts";
import { surprises } from "./verdict.ts";

/**
 * A test for each way to play a family. Files of tests are one a family: they run side by side. A wall only takes away from what
 * agents can do, so that the longest families are played in it by `npm run cheats` alone.
 */
export async function playFamily(wanted: string, walls: readonly Wall[] = ["off", "require"]): Promise<void> {
  const family = families.find(({ name }) => name === wanted);
  if (family === undefined) throw new Error(`there is no family ${wanted}`);
  for (const wall of walls) {
    const why = await wallHere(wall);
    const where = wall === "off" ? "" : ", in the sandbox";
    test.skipIf(why !== null)(`${family.says}${where}${because(why)}`, async () => {
      const { rows, hollow } = await family.play(wall);
      expect([...hollow, ...surprises(family.name, rows, wall)]).toEqual([]);
    });
  }
}
