import { expect, test } from "vitest";

import { Chance } from "./chance.ts";
import { planted, type PlantedMistake } from "./mistakes.ts";
import { planOf } from "./plan.ts";
import { simulate } from "./simulate.ts";

/** As many as are played before a release. Some mistakes show in few. */
const seeds = Array.from({ length: 1_000 }, (_, n) => String(n + 1));

/** What the rules say of a mistake in the first seed where they see it. */
async function firstSeen({ mistake, matters, likely, seen }: PlantedMistake): Promise<readonly string[]> {
  for (const seed of [...seeds.slice(likely - 1), ...seeds.slice(0, likely - 1)]) {
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
