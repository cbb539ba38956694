import { withoutParts } from "../../domain/parts.ts";
import { longestWaitMs } from "../../policy/retry.ts";
import type { Waiting } from "../waiting/turn.ts";
import type { RunWriter } from "./run-writer.ts";
import { isOpen, type IndexedTask } from "./task-index.ts";

/** What stands at a moment when the scheduler has nothing to start. */
export interface RunStatus {
  readonly stopping: boolean;
  readonly failed: number;
  readonly open: number;
  /** What each running task waits for; null: it works. */
  readonly active: readonly (Waiting | null)[];
  readonly questions: number;
}

export type Verdict =
  | { readonly ends: false }
  | { readonly ends: true; readonly exitCode: number; readonly state: "waiting" | "stopped" | "ended" };

/** Waits that only a person ends. Parts that work or wait for an end of something are running tasks themselves. */
const endless = (waiting: Waiting): boolean =>
  waiting.kind === "question" ||
  waiting.kind === "parts" ||
  ((waiting.kind === "hold" || waiting.kind === "budget") && waiting.untilMs === null);

/** What --no-wait does not wait for: a hold, and a breaker that stays open for longer than any try is waited for. */
const isLong = ({ kind, untilMs }: Waiting, nowMs: number): boolean =>
  kind === "hold" || (kind === "breaker" && (untilMs === null || untilMs - nowMs > longestWaitMs));

/**
 * Whether the run is over, and how: 130 stopped, 3 only questions are left, 4 only holds without an end, 1 something failed,
 * 0 all done; the first that applies.
 */
export function verdictOf(
  at: RunStatus,
  options: { readonly linger: boolean; readonly noWait: boolean },
  nowMs: number,
): Verdict {
  if (at.stopping) return at.active.length === 0 ? { ends: true, exitCode: 130, state: "stopped" } : { ends: false };
  if (at.active.some((waiting) => waiting === null)) return { ends: false };
  const goesOn = at.active.some(
    (waiting) => waiting !== null && !endless(waiting) && !(options.noWait && isLong(waiting, nowMs)),
  );
  if (goesOn) return { ends: false };
  if (at.open === 0) return { ends: true, exitCode: at.failed > 0 ? 1 : 0, state: "ended" };
  if (options.linger && at.active.length > 0) return { ends: false };
  if (at.questions > 0) return { ends: true, exitCode: 3, state: "waiting" };
  if (at.active.length > 0) return { ends: true, exitCode: 4, state: "waiting" };
  return { ends: true, exitCode: at.failed > 0 ? 1 : 3, state: at.failed > 0 ? "ended" : "waiting" };
}

const isDone = (task: IndexedTask): boolean => task.state === "DONE";
const hasFailed = (task: IndexedTask): boolean => task.state === "FAILED";

/** The run's last event: its exit code, and how many of its tasks came to what. */
export async function endRun(
  writer: RunWriter,
  tasks: readonly IndexedTask[],
  verdict: Verdict & { readonly ends: true },
): Promise<void> {
  const { exitCode, state } = verdict;
  const whole = withoutParts(tasks);
  const count = (fits: (task: IndexedTask) => boolean, of = whole): number => of.filter(fits).length;
  const parts = tasks.filter((task) => !whole.includes(task));
  const reverted = count((task) => task.state === "DONE" && task.reverted);
  const summary = {
    total: whole.length,
    done: count(isDone),
    failed: count(hasFailed),
    open: count(isOpen),
    ...(reverted === 0 ? {} : { reverted }),
    ...(parts.length === 0
      ? {}
      : { parts: { total: parts.length, done: count(isDone, parts), failed: count(hasFailed, parts) } }),
  };
  await writer.append([{ type: "run.ended", data: { exitCode, state, summary } }]);
}
