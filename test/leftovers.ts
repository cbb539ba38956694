import { readFileSync, readlinkSync } from "node:fs";

import { systemClock } from "../src/processes/clock.ts";
import { askSystem, readProcessTable, type ProcessRow } from "../src/processes/process-table.ts";

export interface FoundProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  readonly cpuMs: number | null;
}

function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return "";
  }
}

/** The command line of a process that belongs to a folder; null: it does not. */
function commandIn(folder: string, { pid }: ProcessRow): string | null {
  const command = textOf(() => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  const where = textOf(() => readlinkSync(`/proc/${pid}/cwd`));
  const isOurs = `${command}\0${where}\0${textOf(() => readFileSync(`/proc/${pid}/environ`, "utf8"))}`.includes(folder);
  return isOurs ? command.replaceAll("\0", " ").trim() : null;
}

/**
 * Who works in a folder of the tests, this process and its parents not included: whose working directory, command line or
 * environment names it (the environments that the product builds hold a HOME or TMPDIR in there). Where there is no
 * /proc only command lines are told.
 */
export function processesOf(folder: string): readonly FoundProcess[] {
  const table = readProcessTable().filter(({ zombie }) => !zombie);
  const commands = new Map<number, string>();
  if (process.platform === "linux") {
    for (const row of table) {
      const command = commandIn(folder, row);
      if (command !== null) commands.set(row.pid, command);
    }
  } else {
    for (const line of askSystem("ps", ["-axww", "-o", "pid=,command="]).split("\n")) {
      const [, pid, command = ""] = /^\s*(\d+)\s+(.*)$/.exec(line) ?? [];
      if (command.includes(folder)) commands.set(Number(pid), command);
    }
  }
  const above = parentsOf(process.pid, table);
  return table.flatMap(({ pid, parent, cpuMs }) => {
    const command = commands.get(pid);
    return command === undefined || above.has(pid) ? [] : [{ pid, parent, command, cpuMs }];
  });
}

function parentsOf(pid: number, table: readonly ProcessRow[]): ReadonlySet<number> {
  const above = new Set<number>();
  for (let at: number | undefined = pid; at !== undefined && !above.has(at);) {
    above.add(at);
    at = table.find((row) => row.pid === at)?.parent;
  }
  return above;
}

/**
 * Ends whatever still works in a folder of the tests, and names it. What ends by itself within some rounds was just ending. `spared`
 * are those that may stay.
 */
export async function endLeftovers(
  folder: string,
  spared: (found: FoundProcess) => boolean = () => false,
  rounds = 100,
): Promise<readonly string[]> {
  const look = (): readonly FoundProcess[] => processesOf(folder).filter((found) => !spared(found));
  let left = look();
  for (let round = 0; left.length > 0 && round < rounds; round += 1) {
    await systemClock.wait(20);
    left = look();
  }
  const named = left.map(({ pid, command }) => `process ${pid}: ${command}`);
  for (let round = 0; left.length > 0 && round < 500; round += 1) {
    for (const { pid } of left) kill(pid);
    await systemClock.wait(20);
    left = look();
  }
  return named;
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
