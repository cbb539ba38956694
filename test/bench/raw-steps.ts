import Database from "better-sqlite3";

import { attemptStarted, callStarted } from "../state/sample.ts";
import { ownCpuMs } from "./figures.ts";

/** Of each call, or step: from the start of one to the start of the next. */
export interface Calls {
  readonly wallMs: readonly number[];
  /** Of one. */
  readonly cpuMs: number;
}

export const callsOf = (starts: readonly number[], cpuMs: number): Calls => ({
  wallMs: starts.slice(1).map((at, index) => at - (starts[index] ?? at)),
  cpuMs: cpuMs / (starts.length - 1),
});

/** As long as the results of real steps are. */
const result = { summary: "x".repeat(300) };

/** The least that is as durable: two prepared transactions of two events each, no fold, no lease. */
export function rawSteps(path: string, steps: number): Calls {
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
  for (let n = 0; n < steps; n += 1) {
    const key = `g1/main/S${n}/implement/1`;
    starts.push(performance.now());
    two.immediate(callStarted("A", `c${n}`, key), attemptStarted("A", `c${n}`));
    two.immediate({ commit: `S${n}`, base: "c0", key }, { key, inputs: "i", result });
  }
  db.close();
  return callsOf(starts, ownCpuMs() - fromMs);
}
