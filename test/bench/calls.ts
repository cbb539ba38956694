import { join } from "node:path";

import { fsyncMs, inFolder, mean, median, ms, spread, type Figure } from "./figures.ts";
import { ownCalls } from "./own-calls.ts";
import { rawSteps, type Calls } from "./raw-steps.ts";

const lengths = [
  { calls: 20, rounds: 7 },
  { calls: 200, rounds: 3 },
  { calls: 1_000, rounds: 1 },
] as const;

/**
 * What a durable call costs when its model answers at once: the whole engine with one slot and a ledger in a file, each
 * bookkeeping key included, against raw SQLite that writes an intent and a result. The two take turns.
 */
export async function calls(): Promise<readonly Figure[]> {
  return await inFolder(async (folder) => {
    const sync = fsyncMs(folder);
    await ownCalls(join(folder, "warm-ours.db"), 100);
    rawSteps(join(folder, "warm-raw.db"), 100);
    const ratios: number[] = [];
    const figures: Figure[] = [];
    let longest: Calls | null = null;
    for (const { calls, rounds } of lengths) {
      const our: Calls[] = [];
      const least: Calls[] = [];
      for (let round = 0; round < rounds; round += 1) {
        our.push(await ownCalls(join(folder, `ours-${calls}-${round}.db`), calls));
        least.push(rawSteps(join(folder, `raw-${calls}-${round}.db`), calls));
      }
      const wall = (all: readonly Calls[]): number => median(all.map(({ wallMs }) => mean(wallMs)));
      const cpu = (all: readonly Calls[]): string => ms(median(all.map(({ cpuMs }) => cpuMs)));
      const ratio = wall(least) / wall(our);
      ratios.push(ratio);
      longest = { wallMs: our.flatMap(({ wallMs }) => wallMs), cpuMs: median(our.map(({ cpuMs }) => cpuMs)) };
      figures.push({
        what: `durable calls, FULL, ${calls} in a run: wall of raw SQLite against ours`,
        figure: `${ratio.toFixed(2)} (${ms(wall(least))} / ${ms(wall(our))}; CPU ${cpu(least)} / ${cpu(our)}), n ${rounds}`,
        goal: ">= 0.35",
        met: ratio >= 0.35,
      });
    }
    const apart = Math.max(...ratios) / Math.min(...ratios) - 1;
    const own = longest?.wallMs ?? [];
    return [
      { what: "fsync of 4 KB on this machine", figure: ms(sync), goal: "", met: null },
      ...figures,
      {
        what: "  spread of the ratio from 20 to 1,000 calls",
        figure: `${(100 * apart).toFixed(0)} %`,
        goal: "<= 15 %",
        met: apart <= 0.15,
      },
      {
        what: "engine's own time per call, one call's start to the next",
        figure: `${spread(own)} (CPU ${ms(longest?.cpuMs ?? Number.NaN)})`,
        goal: "p50 < 5 ms",
        met: median(own) < 5,
      },
    ];
  });
}
