import { expect, test } from "vitest";

import { because } from "../skipped.ts";
import { families, wallHere } from "./families.ts";
import { surprises } from "./verdict.ts";

/** A test for each way to play a family. Files of tests are one a family: they run side by side. */
export async function playFamily(wanted: string): Promise<void> {
  const family = families.find(({ name }) => name === wanted);
  if (family === undefined) throw new Error(`there is no family ${wanted}`);
  for (const wall of ["off", "require"] as const) {
    const why = await wallHere(wall);
    const where = wall === "off" ? "" : ", in the sandbox";
    test.skipIf(why !== null)(`${family.says}${where}${because(why)}`, async () => {
      const { rows, hollow } = await family.play(wall);
      expect([...hollow, ...surprises(family.name, rows, wall)]).toEqual([]);
    });
  }
}
