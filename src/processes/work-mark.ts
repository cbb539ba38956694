import { readSystemFile } from "./process-table.ts";

/**
 * A mark that the kernel hands down: a limit on file locks, which no system counts any more (Linux 2.4 was the last), set in
 * the shell that starts a call, a check or a setup. Children have it whatever they do to their environment, session, group,
 * terminal and parents; without privileges it can only be lowered. Later marks are lower, so that a process which another
 * of our programs started inside of a marked one can be marked again. It holds the second of the start and the pid of
 * that shell. Linux only; elsewhere nothing is set and nothing found.
 */
const top = 2 ** 53;
const pids = 2 ** 22;
const firstSecond = 1_700_000_000;
/** Of the last second that can be said. */
const lowest = top - 2 ** 31 * pids;

export const workMark = (second: number, pid: number): number => top - (second - firstSecond) * pids - pid;

/** Lines for `sh` that mark the shell itself and all it starts. What cannot be set stays as it is, without a word. */
export function markScript(nowMs: number): string {
  const mark = `"$((${workMark(Math.floor(nowMs / 1000), 0)} - $$))"`;
  // dash and busybox call it -w, bash and ksh -x.
  return `{ ulimit -w ${mark} || ulimit -x ${mark} || :; } 2>/dev/null`;
}

/** The mark of a process; null: it has none. */
export function readWorkMark(pid: number): number | null {
  if (process.platform !== "linux") return null;
  return parseLimits(readSystemFile(`/proc/${pid}/limits`));
}

/** The content of /proc/<pid>/limits. What is over or under all marks was set by somebody else. */
export function parseLimits(text: string): number | null {
  const hard = Number(/^Max file locks\s+\S+\s+(\d+)/m.exec(text)?.[1] ?? Number.NaN);
  return hard <= top && hard >= lowest ? hard : null;
}

/** Pid of the shell that was marked, and the second in which it was started. */
export function readMark(mark: number): { readonly pid: number; readonly second: number } {
  const over = top - mark;
  return { pid: over % pids, second: firstSecond + Math.floor(over / pids) };
}
