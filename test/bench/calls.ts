import { join } from "node:path";

import Database from "better-sqlite3";

import { systemClock } from "../../src/processes/clock.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { taskSpec } from "../simulation/backlogs.ts";
import { attemptStarted, callStarted } from "../state/sample.ts";
import { fsyncMs, inFolder, mean, median, ms, ownCpuMs, spread, type Figure } from "./figures.ts";
import { namedTasks } from "./scripted-project.ts";
import { memoryRepository, startBench } from "./workbench.ts";

const lengths = [
  { calls: 20, rounds: 11 },
  { calls: 200, rounds: 5 },
  { calls: 1_000, rounds: 3 },
] as const;

/** As long as the results of real steps are. */
const result = { summary: "x".repeat(300) };

/** Of each call: from the start of one to the start of the next. */
interface Calls {
  readonly wallMs: readonly number[];
  readonly cpuMs: number;
}

/**
 * What a durable call costs when its model answers at once: the whole engine with one slot and a ledger in a file, each
 * bookkeeping key included, against raw SQLite that writes an intent and a result. The two take turns.
 */
export async function calls(): Promise<readonly Figure[]> {
  return await inFolder(async (folder) => {
    const sync = fsyncMs(folder);
    await ours(join(folder, "warm-ours.db"), 100);
    raw(join(folder, "warm-raw.db"), 100);
    const ratios: number[] = [];
    const figures: Figure[] = [];
    let longest: Calls | null = null;
    for (const { calls, rounds } of lengths) {
      const our: Calls[] = [];
      const least: Calls[] = [];
      for (let round = 0; round < rounds; round += 1) {
        our.push(await ours(join(folder, `ours-${calls}-${round}.db`), calls));
        least.push(raw(join(folder, `raw-${calls}-${round}.db`), calls));
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

/** Two-loop tasks, each of two calls, by the real scheduler; in memory is only the repository. */
async function ours(path: string, calls: number): Promise<Calls> {
  const ledger = openLedger({ path, mode: "engine", clock: systemClock, random: Math.random });
  const { workspace, baseCommit, write } = memoryRepository();
  const starts: number[] = [];
  let [firstCpuMs, lastCpuMs] = [0, 0];
  const onStart = (): void => {
    lastCpuMs = ownCpuMs();
    if (starts.length === 0) firstCpuMs = lastCpuMs;
    starts.push(performance.now());
  };
  const engine = startBench({
    clock: systemClock,
    ledger,
    workspace,
    baseCommit,
    limits: { parallel: 1 },
    specs: namedTasks(calls / 2, "two-loop").map(({ id }) => taskSpec(id)),
    models: { durationMs: () => 0, write, onStart },
  });
  const end = await engine.end;
  ledger.close();
  if (end.kind !== "ended" || end.exitCode !== 0) throw new Error(`the run ended with ${JSON.stringify(end)}`);
  return callsOf(starts, lastCpuMs - firstCpuMs);
}

const callsOf = (starts: readonly number[], cpuMs: number): Calls => ({
  wallMs: starts.slice(1).map((at, index) => at - (starts[index] ?? at)),
  cpuMs: cpuMs / (starts.length - 1),
});

/** The least that is as durable: two prepared transactions of two events each, no fold, no lease. */
function raw(path: string, calls: number): Calls {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("CREATE TABLE events (pos INTEGER PRIMARY KEY, task TEXT, type TEXT, at INTEGER, data TEXT) STRICT");
  const insert = db.prepare("INSERT INTO events (task, type, at, data) VALUES (?, ?, ?, ?)");
  const two = db.transaction((first: unknown, second: unknown) => {
    insert.run("A", "first", Date.now(), JSON.stringify(first));
    insert.run("A", "second", Date.now(), JSON.stringify(second));
  });
  const starts: number[] = [];
  const fromMs = ownCpuMs();
  for (let n = 0; n < calls; n += 1) {
    const key = `g1/main/S${n}/implement/1`;
    starts.push(performance.now());
    two.immediate(callStarted("A", `c${n}`, key), attemptStarted("A", `c${n}`));
    two.immediate({ commit: `S${n}`, base: "c0", key }, { key, inputs: "i", result });
  }
  db.close();
  return callsOf(starts, ownCpuMs() - fromMs);
}
