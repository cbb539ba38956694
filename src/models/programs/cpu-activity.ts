import type { ProcessRecord } from "../../engine/ports/adapter.ts";
import type { Clock } from "../../engine/ports/clock.ts";
import { groupCpuMs } from "../../processes/group.ts";

/** A group that uses less than this share of one core is taken to do nothing: an agent that hangs still blinks. */
const busyShare = 0.05;

export interface CpuWatch {
  readonly record: ProcessRecord;
  readonly clock: Clock;
  /** Looked at four times in this time, so that a silent build keeps its call from being idle. */
  readonly idleMs: number;
  readonly signal: AbortSignal;
  readonly onBusy: () => void;
}

/** Tells of a process group that works without saying anything, until the signal aborts. Silent where the system does not tell. */
export function watchCpu(watch: CpuWatch): void {
  void follow(watch);
}

async function follow({ record, clock, idleMs, signal, onBusy }: CpuWatch): Promise<void> {
  const everyMs = Math.min(Math.max(idleMs / 4, 250), 15_000);
  let last: { readonly at: number; readonly cpuMs: number } | null = null;
  while (!signal.aborted) {
    const at = clock.now();
    const cpuMs = groupCpuMs(record);
    if (cpuMs === null) return;
    if (last !== null && at > last.at && cpuMs - last.cpuMs >= busyShare * (at - last.at)) onBusy();
    last = { at, cpuMs };
    await clock.wait(everyMs, signal);
  }
}
