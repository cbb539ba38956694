import { expect, test } from "vitest";

import { playSeeds, seedsOf } from "./seeds.ts";

test("whatever happens to engines, models and people, what was committed stays and every run comes to its end", async () => {
  const { failures, ...played } = await playSeeds(seedsOf(1, 2, process.env));
  console.log(`${played.seeds} seeds, ${played.commits} commits, ${played.crashes} crashes`);
  expect(failures.join("\n\n")).toBe("");
}, 3_600_000);
