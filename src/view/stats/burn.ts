import type { DoneAttempt } from "../../domain/activity.ts";

/** Spent over time: what was, what may be, and where it goes at the same pace. */
export interface Burn {
  readonly from: number;
  readonly now: number;
  /** Where the chart ends: now, or when all is expected to be done. */
  readonly to: number;
  /** Micros spent by each of equal spans up to now. */
  readonly spent: readonly number[];
  readonly capMicros: number | null;
  /** What it will have cost at `to`; null: nothing is to come, or nothing was spent yet. */
  readonly projectedMicros: number | null;
  /** When the cap is used up at this pace; null: not before `to`. */
  readonly capAt: number | null;
}

export interface BurnFacts {
  readonly attempts: readonly DoneAttempt[];
  readonly from: number;
  readonly now: number;
  /** When all is expected to be done; null: nobody knows, or it is over. */
  readonly doneAt: number | null;
  readonly totalMicros: number;
  readonly capMicros: number | null;
}

/** The pace is that of the last third of the time that was worked, so that a slow start does not hide a fast end. */
const paceShare = 1 / 3;

export function burnOf(facts: BurnFacts, spans: number): Burn {
  const { from, now, doneAt, totalMicros, capMicros } = facts;
  const to = Math.max(now, doneAt ?? now, from + 1);
  const until = Math.max(1, Math.round((spans * (now - from)) / (to - from)));
  const width = Math.max(1, now - from) / until;
  const cost = Array.from({ length: until }, () => 0);
  let known = 0;
  for (const { endedAt, costMicros } of facts.attempts) {
    if (endedAt === null || costMicros === null) continue;
    known += costMicros;
    const span = Math.min(until - 1, Math.max(0, Math.floor((endedAt - from) / width)));
    cost[span] = (cost[span] ?? 0) + costMicros;
  }
  // What is older than the attempts that are looked at was spent before them.
  let sum = Math.max(0, totalMicros - known);
  const spent = cost.map((micros) => (sum += micros));
  const begin = now - (now - from) * paceShare;
  const late = facts.attempts.reduce(
    (all, { endedAt, costMicros }) => all + (endedAt !== null && endedAt > begin ? (costMicros ?? 0) : 0),
    0,
  );
  const perMs = late / Math.max(1, now - begin);
  const projectedMicros = perMs === 0 || to <= now ? null : totalMicros + perMs * (to - now);
  const left = capMicros === null ? null : capMicros - totalMicros;
  const capAt = left === null || perMs === 0 || doneAt === null ? null : now + Math.max(0, left / perMs);
  return { from, now, to, spent, capMicros, projectedMicros, capAt: capAt !== null && capAt <= to ? capAt : null };
}
