import { obstacleWords, startObstacle, type StartingTask, type StartLimits } from "../domain/start-obstacle.ts";

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

export type StartFacts = StartingTask;

export type StartDecision = { readonly ok: true } | { readonly ok: false; readonly why: string };

/** Whether a task may start now, slots aside; and if not, why, in words for a person. */
export function mayStart(task: StartFacts, limits: StartLimits): StartDecision {
  const obstacle = startObstacle(task, limits);
  return obstacle === null ? { ok: true } : { ok: false, why: obstacleWords(obstacle) };
}
