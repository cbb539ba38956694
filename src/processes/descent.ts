import type { Footprint } from "../domain/footprint.ts";
import { startOrder, startTimeOf } from "./identity.ts";
import { readProcess, readProcessTable, type ProcessRow } from "./process-table.ts";
import { filesOf, folderOf, hasVariableNamed, parentsOf, terminalHolders } from "./process-view.ts";
import { readMark, readWorkMark, workMark } from "./work-mark.ts";

/** What there is to compare a process with. */
export interface KnownWork {
  /** Of this boot, the oldest first. */
  readonly footprints: readonly Footprint[];
  /** Of this process. */
  readonly pidNamespace: string;
  /** Names of variables that only processes of calls, checks and setups carry. */
  readonly variables: readonly string[];
  /** Folders that only tasks work in. */
  readonly folders: readonly string[];
}

/** That a process comes from what works, or worked, for a task. */
export interface Trace {
  /** By which of its traits that is seen. */
  readonly by: "parent" | "session" | "group" | "mark" | "variable" | "terminal" | "folder";
  /** Null: it cannot be told of which. */
  readonly of: Footprint | null;
}

/**
 * Whether a process comes from a task's work: it or one of its parents is a process that was kept, is in the session or group of
 * one, has the kernel's mark or a variable of one; or whoever holds its terminal does, or works in a folder of tasks. Reads some
 * four small files for each parent.
 */
export function traceOf(pid: number, known: KnownWork): Trace | null {
  return lineage(pid, known, 0);
}

/** Terminals inside of terminals. */
const mostTerminals = 5;

function lineage(pid: number, known: KnownWork, depth: number): Trace | null {
  const self = readProcess(pid);
  if (self === null) return null;
  const parents = parentsOf(pid);
  for (const row of [self, ...parents]) {
    const trace = ownTrace(row, known);
    if (trace !== null) return trace;
  }
  return known.footprints.length === 0 || depth >= mostTerminals
    ? null
    : terminalTrace([self, ...parents], known, depth);
}

function terminalTrace(rows: readonly ProcessRow[], known: KnownWork, depth: number): Trace | null {
  for (const [at, row] of rows.entries()) {
    if (row.terminal === null || rows.findIndex(({ terminal }) => terminal === row.terminal) < at) continue;
    for (const holder of terminalHolders(row, rows.slice(at + 1))) {
      const files = filesOf(holder);
      if (isAmong(files, known.folders)) return { by: "terminal", of: inFolder(files, known) };
      const trace = lineage(holder, known, depth + 1);
      if (trace !== null) return { by: "terminal", of: trace.of };
    }
  }
  return null;
}

function ownTrace(row: ProcessRow, known: KnownWork): Trace | null {
  const { footprints, variables } = known;
  const [oldest] = footprints;
  if (oldest === undefined || !isAfter(row, oldest)) return null;
  const startTime = startTimeOf(row);
  const itself = footprints.find((one) => one.pid === row.pid && one.startTime === startTime);
  if (itself !== undefined) return { by: "parent", of: itself };
  const session = footprints.findLast((one) => one.pid === row.session && isLedBy(row, one, known));
  if (session !== undefined) return { by: "session", of: session };
  const group = footprints.findLast((one) => one.pid === row.group && isLedBy(row, one, known));
  if (group !== undefined) return { by: "group", of: group };
  const marked = markedBy(row.pid, footprints);
  if (marked !== null) return marked;
  return hasVariableNamed(row.pid, variables) ? { by: "variable", of: null } : null;
}

/** A pid is not given away while it names a session or a group: a living leader with another start means that ours are all gone. */
function isLedBy(row: ProcessRow, footprint: Footprint, { pidNamespace }: KnownWork): boolean {
  if (footprint.pidNamespace !== pidNamespace || !isAfter(row, footprint)) return false;
  const leader = readProcess(footprint.pid);
  return leader === null || startTimeOf(leader) === footprint.startTime;
}

/** A mark lower than the first of ours is ours, whatever it was made to look like; a higher one is of another program's ledger. */
function markedBy(pid: number, footprints: readonly Footprint[]): Trace | null {
  const mark = readWorkMark(pid);
  const [oldest] = footprints;
  if (mark === null || oldest === undefined) return null;
  if (mark > workMark(Math.floor(oldest.at / 1000) - clockLeewayS, 0)) return null;
  const shell = readMark(mark);
  const of = footprints.findLast(
    (one) => one.pid === shell.pid && Math.abs(one.at / 1000 - shell.second) <= clockLeewayS,
  );
  return { by: "mark", of: of ?? null };
}

/** Between the start of a process and its footprint there may be some seconds on a busy machine. */
const clockLeewayS = 60;

/** Nothing that is older than the first of ours comes from it. */
function isAfter(row: ProcessRow, footprint: Footprint): boolean {
  const began = startOrder(footprint.startTime);
  const order = startOrder(startTimeOf(row));
  return began !== null && order !== null && order >= began;
}

const isInside = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

const isAmong = (paths: readonly string[], folders: readonly string[]): boolean =>
  paths.some((path) => folders.some((folder) => isInside(path, folder)));

const inFolder = (paths: readonly string[], { footprints }: KnownWork): Footprint | null =>
  footprints.findLast(({ workdir }) => paths.some((path) => isInside(path, workdir))) ?? null;

export interface Leftover {
  readonly pid: number;
  readonly of: Footprint;
}

/**
 * Processes that work that is over has left behind: what it started, and orphans without a terminal in a folder of tasks. Reads
 * up to four small files of each process that is younger than the first footprint, so it is not for every command.
 */
export function findLeftovers(known: KnownWork, isRunning: (footprint: Footprint) => boolean): readonly Leftover[] {
  const { footprints, folders } = known;
  const [oldest] = footprints;
  if (oldest === undefined) return [];
  const rows = readProcessTable().filter((row) => !row.zombie && row.pid !== process.pid && isAfter(row, oldest));
  return rows.flatMap((row) => {
    const trace = ownTrace(row, known) ?? folderTrace(row, known, folders);
    // Other ledgers of this machine mark theirs too.
    return trace?.of == null || isRunning(trace.of) ? [] : [{ pid: row.pid, of: trace.of }];
  });
}

function folderTrace(row: ProcessRow, known: KnownWork, folders: readonly string[]): Trace | null {
  // What has a parent may be git at work for an engine, or a person's own.
  if (row.terminal !== null || row.parent > 1) return null;
  const folder = folderOf(row.pid);
  return isAmong([folder], folders) ? { by: "folder", of: inFolder([folder], known) } : null;
}
