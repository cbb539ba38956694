import { join } from "node:path";

import Database from "better-sqlite3";

import type { NewEvent } from "../../src/domain/events.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { attemptStarted, callStarted, claimed, committed, event, repository, run, started } from "../state/sample.ts";
import { fsyncMs, inFolder, median, ms, type Figure } from "./figures.ts";

const lengths = [
  { steps: 20, rounds: 41 },
  { steps: 200, rounds: 11 },
  { steps: 1_000, rounds: 7 },
] as const;

/** Steps on each new connection before the time is taken: its statements are prepared by then. */
const before = 5;

/** As long as the results of real steps are. */
const result = { summary: "x".repeat(300) };

/** Durable steps against the same file system's raw SQLite: of each length several, the two taking turns. */
export async function durableSteps(): Promise<readonly Figure[]> {
  return await inFolder(async (folder) => {
    const sync = fsyncMs(folder);
    await oursMs(join(folder, "warm-ours.db"), 500);
    rawMs(join(folder, "warm-raw.db"), 500);
    const ratios: number[] = [];
    const figures: Figure[] = [];
    for (const { steps, rounds } of lengths) {
      const ours: number[] = [];
      const raw: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        ours.push(await oursMs(join(folder, `ours-${steps}-${round}.db`), steps));
        raw.push(rawMs(join(folder, `raw-${steps}-${round}.db`), steps));
      }
      const ratio = median(ours.map((value, round) => (raw[round] ?? 0) / value));
      ratios.push(ratio);
      const perSecond = (values: readonly number[]): string => ((1_000 * steps) / median(values)).toFixed(0);
      figures.push({
        what: `durable steps/s, FULL, ${steps} steps, against raw SQLite`,
        figure: `${ratio.toFixed(2)} (${perSecond(ours)} / ${perSecond(raw)})`,
        goal: ">= 0.35",
        met: ratio >= 0.35,
      });
    }
    const spread = Math.max(...ratios) / Math.min(...ratios) - 1;
    return [
      { what: "fsync of 4 KB on this machine", figure: ms(sync), goal: "", met: null },
      ...figures,
      {
        what: "durable steps/s: spread of the ratio from 20 to 1,000 steps",
        figure: `${(100 * spread).toFixed(0)} %`,
        goal: "<= 15 %",
        met: spread <= 0.15,
      },
    ];
  });
}

/** One `once` with intent: the intent is begun, the result is committed, each under the task's lease. */
async function oursMs(path: string, steps: number): Promise<number> {
  const clock = { ms: Date.now(), now: (): number => Date.now() };
  const ledger = openLedger({ path, mode: "engine", clock, random: Math.random });
  await started(ledger, "A");
  const fence = await claimed({ ledger, clock }, "A");
  const append = { repository, run, fence };
  const step = async (name: string): Promise<void> => {
    const call = `c${name}`;
    const key = `g1/main/${name}/implement/1`;
    await ledger.calls.begin({ ...append, events: [callStarted("A", call, key), attemptStarted("A", call)] }, null);
    const made: NewEvent = event(
      "commit.made",
      { commit: name, base: "c0", key, files: 1, insertions: 1, deletions: 0 },
      { task: "A" },
    );
    await ledger.log.append({ ...append, events: [made, committed("A", key, result)] });
  };
  for (let n = 0; n < before; n += 1) await step(`B${n}`);
  const from = performance.now();
  for (let n = 0; n < steps; n += 1) await step(`S${n}`);
  const took = performance.now() - from;
  ledger.close();
  return took;
}

/** The least that is as durable: two prepared transactions of two events each, no fold, no lease. */
function rawMs(path: string, steps: number): number {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("CREATE TABLE events (pos INTEGER PRIMARY KEY, task TEXT, type TEXT, at INTEGER, data TEXT) STRICT");
  const insert = db.prepare("INSERT INTO events (task, type, at, data) VALUES (?, ?, ?, ?)");
  const two = db.transaction((first: unknown, second: unknown) => {
    insert.run("A", "first", Date.now(), JSON.stringify(first));
    insert.run("A", "second", Date.now(), JSON.stringify(second));
  });
  const step = (name: string): void => {
    const key = `g1/main/${name}/implement/1`;
    two.immediate(callStarted("A", `c${name}`, key), attemptStarted("A", `c${name}`));
    two.immediate({ commit: name, base: "c0", key }, { key, inputs: "i", result });
  };
  for (let n = 0; n < before; n += 1) step(`B${n}`);
  const from = performance.now();
  for (let n = 0; n < steps; n += 1) step(`S${n}`);
  const took = performance.now() - from;
  db.close();
  return took;
}
