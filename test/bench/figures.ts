import { closeSync, fsyncSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** One line of the table. `met` null: there is no goal, the figure is printed beside another. */
export interface Figure {
  readonly what: string;
  readonly figure: string;
  readonly goal: string;
  readonly met: boolean | null;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** From so many values on the 99th percentile is told; of fewer, the greatest. */
const leastForP99 = 40;

/** What almost all stay under: a goal is met by this. */
export const worst = (values: readonly number[]): number =>
  values.length < leastForP99 ? Math.max(...values) : percentile(values, 0.99);

/** A middle, a worst, and of how many. */
export const spread = (values: readonly number[], unit: (value: number) => string = ms): string =>
  `p50 ${unit(median(values))}, ${values.length < leastForP99 ? "max" : "p99"} ${unit(worst(values))}, n ${values.length}`;

export const mean = (values: readonly number[]): number => values.reduce((sum, one) => sum + one, 0) / values.length;

/** CPU that this process has used. */
export function ownCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;

/** Runs `work` with a folder on the file system of temporary files, and removes it. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What this machine takes to write 4 KB to a file and to be told that they are on the disk. */
export function fsyncMs(folder: string): number {
  const file = openSync(join(folder, "fsync"), "w");
  const block = Buffer.alloc(4_096, 1);
  const times = Array.from({ length: 200 }, () => {
    const from = performance.now();
    writeSync(file, block);
    fsyncSync(file);
    return performance.now() - from;
  });
  closeSync(file);
  return median(times);
}

export const lineOf = ({ what, figure, goal, met }: Figure): string =>
  `${what.padEnd(72)} ${figure.padEnd(52)} ${goal.padEnd(20)} ${met === null ? "" : met ? "met" : "missed"}`.trimEnd();
