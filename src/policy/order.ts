import type { Settings } from "../domain/settings.ts";
import type { TaskState } from "../domain/task.ts";

/** What decides which of several ready tasks starts next. */
export interface StartRank {
  /** The user's word; higher first. */
  readonly priority: number;
  /** How much work waits behind the task, itself included; more first. */
  readonly critical: number;
  /** Place in the file; earlier first. */
  readonly position: number;
}

/** A total order as long as positions differ: what the user put first, then the longest chain, then the file's order. */
export const compareRank = (a: StartRank, b: StartRank): number =>
  compare(b.priority, a.priority) || compare(b.critical, a.critical) || compare(a.position, b.position);

// Not a difference: that of two infinities is no number.
const compare = (a: number, b: number): number => (a < b ? -1 : a > b ? 1 : 0);

/** What is known of a task that might start, and of those around it. */
export interface StartFacts {
  /** It was started before and goes on: limits are for starting. */
  readonly begun: boolean;
  /** The state of each need; null: there is no such task. */
  readonly needs: readonly (TaskState | null)[];
  readonly area: string | null;
  /** Running tasks of the same area. */
  readonly runningInArea: number;
  /** Tasks that wait for a person. */
  readonly awaitingHuman: number;
  /** A task of an earlier wave is not finished. */
  readonly earlierWaveOpen: boolean;
}

export type StartDecision = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Whether a task may start now, slots aside; and if not, why, in words for a person. */
export function mayStart(
  task: StartFacts,
  limits: Pick<Settings["limits"], "schedule" | "perArea" | "awaitingHuman">,
): StartDecision {
  if (task.begun) return { ok: true };
  const unmet = task.needs.filter((state) => state !== "DONE");
  if (unmet.includes("FAILED")) return no("a task it needs has failed");
  if (unmet.length > 0)
    return no(unmet.length === 1 ? "a task it needs is not done" : `${unmet.length} tasks it needs are not done`);
  if (limits.schedule === "waves" && task.earlierWaveOpen)
    return no("an earlier wave is not finished (limits.schedule)");
  if (limits.perArea !== null && task.area !== null && task.runningInArea >= limits.perArea) {
    return no(`area ${task.area} is taken (limits.per_area: ${limits.perArea})`);
  }
  if (task.awaitingHuman >= limits.awaitingHuman) {
    return no(`${task.awaitingHuman} tasks wait for a person (limits.awaiting_human: ${limits.awaitingHuman})`);
  }
  return { ok: true };
}

const no = (why: string): StartDecision => ({ ok: false, why });
