import { readdirSync, readFileSync } from "node:fs";
import { setTimeout } from "node:timers/promises";

/** Processes that carry a folder in their environment or their arguments, beside this one. Linux alone tells. */
export function processesOf(folder: string): readonly number[] {
  const pids = entriesOf("/proc").filter((entry) => /^\d+$/.test(entry) && Number(entry) !== process.pid);
  return pids
    .map(Number)
    .filter((pid) => ["environ", "cmdline"].some((file) => textOf(`/proc/${pid}/${file}`).includes(folder)));
}

const looks = 40;
const lookEveryMs = 50;

/** Those that stay. A wall's first process tells how the program ended before the system has taken away the rest. */
export async function staying(folder: string): Promise<readonly number[]> {
  let left = processesOf(folder);
  for (let look = 0; look < looks && left.length > 0; look += 1) {
    await setTimeout(lookEveryMs);
    left = processesOf(folder);
  }
  return left;
}

/** Ends every one of them. Returns how many there were. */
export function killAll(folder: string): number {
  let count = 0;
  for (const pid of processesOf(folder)) {
    try {
      process.kill(pid, "SIGKILL");
      count += 1;
    } catch {
      // It has ended by itself.
    }
  }
  return count;
}

const entriesOf = (path: string): readonly string[] => (process.platform === "linux" ? readdirSync(path) : []);

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
