import { lstatSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { systemClock } from "../src/processes/clock.ts";
import { processesOf, type FoundProcess } from "./leftovers.ts";

const roundMs = 20;
/** About a second of them. */
const roundsPerLook = 50;
const looksBeforeGivingUp = 60;
/** What an idle engine uses in a minute is less; what works on a crowded machine gets more. */
const leastCpuMs = 1_000;
/** An engine that only waits renews its leases there. */
const movesByItself = /\.db(?:-wal|-shm)?$/;

interface Movement {
  readonly files: string;
  readonly processes: readonly FoundProcess[];
  readonly said: unknown;
}

/**
 * Waits until something holds, however long that takes on a busy machine. It gives up when nothing of this test has moved
 * for a minute: no file in its folders, no process it started, and not `progress`, which tells what else may move. The minute
 * is counted in rounds, so that time in which this process was not let run is not in it.
 */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  progress: () => unknown = () => null,
): Promise<void> {
  let last: Movement | null = null;
  let still = 0;
  for (let round = 1; ; round += 1) {
    const askedMs = performance.now();
    if (await holds()) return;
    // What takes long to ask would else keep from moving what is waited for.
    await systemClock.wait(Math.max(roundMs, 3 * (performance.now() - askedMs)));
    if (round % roundsPerLook !== 0) continue;
    const now = look(progress);
    if (last === null || hasMoved(last, now)) [last, still] = [now, 0];
    else still += 1;
    if (still >= looksBeforeGivingUp) throw new Error(`never came: ${what}; nothing moves any more\n${told(now)}`);
  }
}

function look(progress: () => unknown): Movement {
  const folder = tmpdir();
  return { files: filesIn(folder).join("\n"), processes: processesOf(folder), said: progress() };
}

function hasMoved(before: Movement, now: Movement): boolean {
  const pids = ({ processes }: Movement): string => processes.map(({ pid }) => pid).join(" ");
  const cpuMs = ({ processes }: Movement): number => processes.reduce((sum, one) => sum + (one.cpuMs ?? 0), 0);
  return (
    before.files !== now.files ||
    before.said !== now.said ||
    pids(before) !== pids(now) ||
    cpuMs(now) - cpuMs(before) >= leastCpuMs
  );
}

/** A line for each file: what changes when it is written. */
function filesIn(folder: string): readonly string[] {
  const lines: string[] = [];
  const open = [folder];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    try {
      for (const entry of readdirSync(at, { withFileTypes: true })) {
        const path = join(at, entry.name);
        if (entry.isDirectory()) open.push(path);
        else if (!movesByItself.test(path)) lines.push(`${path} ${lstatSync(path).size} ${lstatSync(path).mtimeMs}`);
      }
    } catch {
      // It was removed while it was read.
    }
  }
  return lines;
}

const told = ({ said, processes, files }: Movement): string =>
  [
    `last: ${JSON.stringify(said)?.slice(-2_000)}`,
    ...processes.map(({ pid, command, cpuMs }) => `process ${pid} (${cpuMs} ms of CPU): ${command}`),
    files.slice(0, 2_000),
  ].join("\n");
