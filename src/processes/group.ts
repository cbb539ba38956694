import { assert } from "../domain/assert.ts";
import type { ProcessRecord } from "../engine/ports/adapter.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { systemClock } from "./clock.ts";
import { startOrder, startTimeOf } from "./identity.ts";
import { hasVariable, readProcessTable, type ProcessRow } from "./process-table.ts";
import { readMark, readWorkMark } from "./work-mark.ts";

/** A signal for everyone, and how long they have to follow it. */
export interface SignalStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

/** The last wait is for the system to take away what cannot refuse; what remains then is stuck in the kernel or not ours. */
const defaultSignalSteps: readonly SignalStep[] = [
  { signal: "SIGTERM", waitMs: 2_000 },
  { signal: "SIGKILL", waitMs: 5_000 },
];

export interface EndOptions {
  readonly signalSteps?: readonly SignalStep[];
  /**
   * A variable, NAME=value, that only this child and what it started have in their environment. On Linux it finds those
   * who left group and session and whose parents are dead; with it those count who have only the kernel's mark of the child.
   * It must be unique: everything that carries it is ended.
   */
  readonly marker?: string;
  readonly clock?: Clock;
}

/**
 * Ends a child and all it started: its process group, its session, all descendants, and whoever carries the marker.
 * Resolves when none of them runs; `left` names those that outlived the ladder (another user's, stuck in the kernel).
 * What has left group and session, is without a living parent of ours and carries neither marker nor mark is not found.
 */
export async function endGroup(record: ProcessRecord, options: EndOptions = {}): Promise<{ left: readonly number[] }> {
  const { signalSteps = defaultSignalSteps, marker, clock = systemClock } = options;
  const known = new Map<number, string>();
  let rows = findMembers(record, known, marker);
  for (const rung of signalSteps) {
    const until = clock.now() + rung.waitMs;
    signalAll(record, rows, rung.signal);
    for (let pauseMs = 5; rows.length > 0 && clock.now() < until; pauseMs = Math.min(2 * pauseMs, 100)) {
      await clock.wait(Math.min(pauseMs, until - clock.now()));
      rows = findMembers(record, known, marker);
      // Who was just being born when the others were killed.
      if (rung.signal === "SIGKILL") signalAll(record, rows, rung.signal);
    }
    if (rows.length === 0) break;
  }
  return { left: rows.map(({ pid }) => pid) };
}

/** Pids of all that runs of a child, its own included. Empty when the pid now belongs to somebody else,
 * and when this program runs in that group itself. */
export const groupMembers = (record: ProcessRecord, marker?: string): readonly number[] =>
  findMembers(record, new Map(), marker).map(({ pid }) => pid);

/**
 * CPU time that a child and what it started have used, in milliseconds, the children they have collected included. Null
 * where the system does not tell (not Linux).
 */
export function groupCpuMs(record: ProcessRecord): number | null {
  let sumMs = 0;
  for (const { cpuMs } of findMembers(record, new Map(), undefined)) {
    if (cpuMs === null) return null;
    sumMs += cpuMs;
  }
  return process.platform === "linux" ? sumMs : null;
}

/** Adds what it finds to `known` (pid to start time), so that whoever loses its parent meanwhile is still found. */
function findMembers(record: ProcessRecord, known: Map<number, string>, marker: string | undefined): ProcessRow[] {
  const table = readProcessTable().filter(({ zombie }) => !zombie);
  const self = table.find(({ pid }) => pid === process.pid);
  // Started from inside of it: whoever wants to end that must do so from outside.
  if (record.pid <= 1 || self?.group === record.pid || self?.session === record.pid) return [];
  const members = new Set(table.filter((row) => isKnown(row, known) || belongs(row, record, table)));
  if (marker !== undefined) {
    for (const row of table) if (hasVariable(row.pid, marker) || isMarked(row, record)) members.add(row);
  }
  let grown = true;
  while (grown) {
    const pids = new Set([...members].map(({ pid }) => pid));
    const children = table.filter((row) => pids.has(row.parent) && !members.has(row));
    for (const row of children) members.add(row);
    grown = children.length > 0;
  }
  const rows = [...members].filter(({ pid }) => pid > 1 && pid !== process.pid);
  for (const row of rows) known.set(row.pid, startTimeOf(row));
  return rows;
}

/** The kernel's mark of the shell that the child began as: who has emptied its environment has it still. */
function isMarked(row: ProcessRow, record: ProcessRecord): boolean {
  const mark = readWorkMark(row.pid);
  return mark !== null && readMark(mark).pid === record.pid && isNotOlder(row, record);
}

const isKnown = (row: ProcessRow, known: ReadonlyMap<number, string>): boolean =>
  known.get(row.pid) === startTimeOf(row);

/**
 * A pid is not given to a new process while it names a group or a session. So: a living leader with another start time
 * means that ours are all gone; without a leader, members that are not older than the record are ours.
 */
function belongs(row: ProcessRow, record: ProcessRecord, table: readonly ProcessRow[]): boolean {
  if (row.group !== record.pid && row.session !== record.pid) return false;
  const leader = table.find(({ pid }) => pid === record.pid);
  if (leader !== undefined) return startTimeOf(leader) === record.startTime;
  return isNotOlder(row, record);
}

function isNotOlder(row: ProcessRow, record: ProcessRecord): boolean {
  const began = startOrder(record.startTime);
  const order = startOrder(startTimeOf(row));
  return began !== null && order !== null && order >= began;
}

/**
 * The group by one call, so that nobody in it is missed; the others one by one. What stands around a program hears of
 * nothing but the last signal: it ends by itself after the program, and at once where it is ended before.
 */
function signalAll(record: ProcessRecord, rows: readonly ProcessRow[], signal: NodeJS.Signals): void {
  const spared = signal === "SIGKILL" ? [] : rows.filter(({ name }) => name === wallName);
  const asGroup = spared.length === 0 && rows.some(({ group }) => group === record.pid);
  if (asGroup) signalGroup(record.pid, signal);
  for (const row of rows) {
    if (spared.includes(row) || (asGroup && row.group === record.pid)) continue;
    send(row.pid, signal);
  }
}

/** The program of src/processes/bubblewrap.ts, as the system calls it. */
const wallName = "bwrap";

/**
 * Signals a process group by the pid of its leader; false: there is none, or it is not ours. The caller knows that the
 * pid is still its own. The groups 0, 1 and this program's own are refused as a bug.
 */
export function signalGroup(leader: number, signal: NodeJS.Signals): boolean {
  assert(Number.isInteger(leader) && leader > 1 && leader !== process.pid, `no process group to signal: ${leader}`);
  return send(-leader, signal);
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
