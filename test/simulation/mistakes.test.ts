import { expect, test } from "vitest";

import { Chance } from "./chance.ts";
import { planted, type PlantedMistake } from "./mistakes.ts";
import { planOf } from "./plan.ts";
import { seedsOf } from "./seeds.ts";
import { simulate } from "./simulate.ts";

/** What the rules say of a mistake in the first of the usual seeds where they see it. */
async function firstSeen({ mistake, matters, likely, seen }: PlantedMistake): Promise<readonly string[]> {
  const usual = seedsOf(0, 1, {});
  for (const seed of [...usual.slice(likely - 1), ...usual.slice(0, likely - 1)]) {
    if (!matters(planOf(new Chance(seed).fork("plan")), seed)) continue;
    const { violations, host } = await simulate(seed, mistake);
    host.ledger.close();
    const found = violations.filter((text) => seen.test(text));
    if (found.length > 0) return found;
  }
  return [];
}

test.each(Object.entries(planted))("the rules see that %s", async (_what, mistake) => {
  expect(await firstSeen(mistake)).not.toEqual([]);
});
