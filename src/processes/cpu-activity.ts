import type { ProcessRecord } from "../engine/adapter.ts";
import type { Clock } from "../engine/ports.ts";
import { systemClock } from "./clock.ts";
import { groupCpuMs } from "./group.ts";

/** Less than this share of one core is nothing: an agent that hangs still blinks. */
const busyShare = 0.05;
const sampleMs = 5_000;

export interface CpuWatch {
  readonly signal: AbortSignal;
  readonly onBusy: () => void;
  readonly clock?: Clock;
  /** CPU time used so far in milliseconds; null: not known. Default: groupCpuMs. */
  readonly used?: (record: ProcessRecord) => number | null;
}

/**
 * Says `onBusy` every 5 s in which a child and what it started used CPU, until the signal aborts; never where the system
 * does not tell. It is for the idle limit: begun before the first output, it would keep a start that hangs alive.
 */
export async function watchCpu(record: ProcessRecord, watch: CpuWatch): Promise<void> {
  const { signal, onBusy, clock = systemClock, used = groupCpuMs } = watch;
  let before = { at: clock.now(), usedMs: used(record) };
  while (before.usedMs !== null) {
    await clock.wait(sampleMs, signal);
    if (signal.aborted) return;
    const now = { at: clock.now(), usedMs: used(record) };
    if (now.usedMs !== null && isBusy(now.at - before.at, now.usedMs - before.usedMs)) onBusy();
    before = now;
  }
}

/** After a pause of no length nothing can be said: not busy. */
const isBusy = (passedMs: number, usedMs: number): boolean => passedMs > 0 && usedMs >= busyShare * passedMs;
