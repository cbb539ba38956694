import { join } from "node:path";

import type { Ledger } from "../../src/engine/ports/ledger.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { openLedger } from "../../state/open-ledger.ts";
import { taskSpec } from "../simulation/backlogs.ts";
import { fsyncMs, inFolder, median, ms, percentile, type Figure } from "./figures.ts";
import { memoryRepository, startBench } from "./workbench.ts";

const tasks = 30;
const rounds = 3;

/** What the engine itself adds to a call: one slot, models that answer at once, no git, a ledger in a file. */
export async function callTime(): Promise<readonly Figure[]> {
  const calls: CallTimes[] = [];
  const whole: number[] = [];
  let commits = 0;
  const sync = await inFolder((folder) => Promise.resolve(fsyncMs(folder)));
  for (let n = 0; n < rounds; n += 1) {
    const done = await inFolder((folder) => measure(join(folder, "ledger.db")));
    calls.push(...done.calls);
    commits += done.commits;
    whole.push(done.wholeMs / done.calls.length);
  }
  const own = calls.map(({ beforeMs, processMs, afterMs }) => beforeMs + processMs + afterMs);
  const before = calls.map(({ beforeMs }) => beforeMs);
  const after = calls.map(({ afterMs, processMs }) => afterMs + processMs);
  return [
    {
      what: "engine's own time per call, p50 (p99)",
      figure: `${ms(median(own))} (${ms(percentile(own, 0.99))})`,
      goal: "< 5 ms",
      met: median(own) < 5,
    },
    {
      what: "  slot free to adapter's start, p50 (p99)",
      figure: `${ms(median(before))} (${ms(percentile(before, 0.99))})`,
      goal: "",
      met: null,
    },
    {
      what: "  process id and last output to commit, p50 (p99)",
      figure: `${ms(median(after))} (${ms(percentile(after, 0.99))})`,
      goal: "",
      met: null,
    },
    {
      what: "  a whole run of instant calls, per call (its commits; one fsync)",
      figure: `${ms(median(whole))} (${(commits / calls.length).toFixed(1)}; ${ms(sync)})`,
      goal: "",
      met: null,
    },
  ];
}

interface CallTimes {
  readonly beforeMs: number;
  readonly processMs: number;
  readonly afterMs: number;
}

interface Measured {
  readonly calls: readonly CallTimes[];
  readonly commits: number;
  readonly wholeMs: number;
}

async function measure(path: string): Promise<Measured> {
  let commits = 0;
  const onCommit = (when: "before" | "after"): void => void (when === "after" && (commits += 1));
  const ledger = openLedger({ path, mode: "engine", clock: systemClock, random: Math.random, onCommit });
  const repository = memoryRepository();
  const calls: CallTimes[] = [];
  let freeAt = performance.now();
  let beforeMs = 0;
  let processMs = 0;
  let outputAt: number | null = null;
  const free = (): void => void (freeAt = performance.now());
  const committed = (): void => {
    if (outputAt !== null) calls.push({ beforeMs, processMs, afterMs: performance.now() - outputAt });
    outputAt = null;
    free();
  };
  const engine = startBench({
    clock: systemClock,
    ledger: watched(ledger, { free, committed }),
    workspace: repository.workspace,
    baseCommit: repository.baseCommit,
    limits: { parallel: 1 },
    specs: Array.from({ length: tasks }, (_, n) => taskSpec(`T${n}`)),
    models: {
      durationMs: () => 0,
      write: repository.write,
      onStart: () => void (beforeMs = performance.now() - freeAt),
      onProcessCommitted: (tookMs) => void (processMs = tookMs),
      onLastOutput: () => void (outputAt = performance.now()),
    },
  });
  const from = performance.now();
  const end = await engine.end;
  const wholeMs = performance.now() - from;
  ledger.close();
  if (end.kind !== "ended" || end.exitCode !== 0) throw new Error(`the run ended with ${JSON.stringify(end)}`);
  return { calls, commits, wholeMs };
}

/** Tells when a slot is free (a task was let go) and when a result was committed. */
function watched(ledger: Ledger, tell: { readonly free: () => void; readonly committed: () => void }): Ledger {
  const { log, leases } = ledger;
  return {
    ...ledger,
    log: {
      ...log,
      append: async (batch) => {
        const appended = await log.append(batch);
        if (batch.events.some(({ type }) => type === "key.committed")) tell.committed();
        return appended;
      },
    },
    leases: {
      ...leases,
      release: async (fence) => {
        tell.free();
        await leases.release(fence);
      },
    },
  };
}
