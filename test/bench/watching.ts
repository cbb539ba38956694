import type { ChildProcess } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { openLedger, type OpenLedger } from "../../state/open-ledger.ts";
import type { Project } from "./program.ts";

const patienceMs = 30_000;

export const ledgerFile = ({ folder }: Project): string => join(folder, "state", "ledger.db");

/** Opens the ledger of a program for reading, once it has made one. */
export async function openReader(project: Project): Promise<OpenLedger> {
  const path = ledgerFile(project);
  const clock = { now: () => Date.now() };
  for (const from = performance.now(); performance.now() - from < patienceMs; await pause(5)) {
    if (!existsSync(path)) continue;
    try {
      return openLedger({ path, mode: "read", clock, random: Math.random });
    } catch {
      // The program is still making it.
    }
  }
  throw new Error("the program made no ledger");
}

/** Asks every few milliseconds. What is said instead: the program ended first, or nothing came for too long. */
export async function firstOf<T>(
  child: ChildProcess,
  look: () => T | undefined | Promise<T | undefined>,
): Promise<{ readonly seen: T } | { readonly missed: "ended first" | "nothing came" }> {
  for (const from = performance.now(); performance.now() - from < patienceMs; await pause(3)) {
    const seen = await look();
    if (seen !== undefined) return { seen };
    if (child.exitCode !== null) return { missed: "ended first" };
  }
  return { missed: "nothing came" };
}

export const exitOf = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });

const msPerTick = 10;

/** CPU that a living process has used, of its own; NaN where the system does not tell. */
export const cpuMsOf = (pid: number | undefined): number => statOf(String(pid))?.cpuMs ?? Number.NaN;

/** The same of all processes of a group. */
export function cpuMsOfGroup(group: number): number {
  const all = (existsSync("/proc") ? readdirSync("/proc") : []).map(statOf).filter((stat) => stat?.group === group);
  return all.length === 0 ? Number.NaN : all.reduce((sum, stat) => sum + (stat?.cpuMs ?? 0), 0);
}

function statOf(pid: string): { readonly group: number; readonly cpuMs: number } | null {
  const file = `/proc/${pid}/stat`;
  if (!/^\d+$/.test(pid)) return null;
  try {
    const text = readFileSync(file, "utf8");
    const fields = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ")
      .map(Number);
    return { group: fields[2] ?? 0, cpuMs: ((fields[11] ?? 0) + (fields[12] ?? 0)) * msPerTick };
  } catch {
    return null;
  }
}

/** Ends everything whose command line names a folder: the children of an engine that is gone. */
export function killAll(folder: string): void {
  for (const entry of existsSync("/proc") ? readdirSync("/proc") : []) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue;
    try {
      if (readFileSync(`/proc/${entry}/cmdline`, "utf8").includes(folder)) process.kill(Number(entry), "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }
}
