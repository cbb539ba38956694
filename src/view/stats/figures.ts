import type { Activity, DoneAttempt } from "../../domain/activity.ts";
import type { ModelName } from "../../domain/ids.ts";
import { quantile } from "../../domain/quantile.ts";
import { memoizeLast } from "../text/memoize-last.ts";

/** What the newest attempts tell of those who made them. Null: there is nothing to tell it from. */
export interface AttemptFigures {
  readonly attempts: number;
  /** Errors; what was cancelled or cut off is none. */
  readonly failed: number;
  readonly retried: number;
  /** Of attempts that succeeded. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly tokensPerS: number | null;
  readonly costMicros: number;
  /** Milliseconds of each that succeeded, oldest first. */
  readonly durations: readonly number[];
  readonly last: DoneAttempt | null;
  /** The newest that failed. */
  readonly lastFailed: DoneAttempt | null;
}

const hasFailed = ({ outcome }: DoneAttempt): boolean =>
  outcome !== null && outcome !== "success" && outcome !== "cancelled" && outcome !== "crashed";

export function attemptFigures(attempts: readonly DoneAttempt[]): AttemptFigures {
  const asked = attempts.filter(({ cache }) => cache?.isKept !== true);
  const good = asked.filter(({ outcome, durationMs }) => outcome === "success" && durationMs !== null);
  const durations = good.map(({ durationMs }) => durationMs ?? 0);
  const ms = durations.reduce((sum, one) => sum + one, 0);
  const out = good.reduce((sum, { outputTokens }) => sum + outputTokens, 0);
  return {
    attempts: attempts.length,
    failed: attempts.filter(hasFailed).length,
    retried: attempts.filter(({ attempt }) => attempt > 1).length,
    p50Ms: quantile(durations, 0.5),
    p95Ms: quantile(durations, 0.95),
    tokensPerS: ms === 0 || out === 0 ? null : (out * 1000) / ms,
    costMicros: attempts.reduce((sum, { costMicros }) => sum + (costMicros ?? 0), 0),
    durations,
    last: attempts.at(-1) ?? null,
    lastFailed: attempts.findLast(hasFailed) ?? null,
  };
}

interface AttemptsOf {
  readonly attempts: readonly DoneAttempt[];
  readonly figures: AttemptFigures;
}

/** The attempts of each model that was asked, and what they tell. */
export const byModel = memoizeLast(
  ({ attempts }: Activity): ReadonlyMap<ModelName, AttemptsOf> =>
    new Map(
      [...Map.groupBy(attempts, ({ model }) => model)].map(([name, own]) => [
        name,
        { attempts: own, figures: attemptFigures(own) },
      ]),
    ),
);

/** Work that was reviewed and not sent back even once; null: none was reviewed. */
export const firstPass = memoizeLast(passOf);

function passOf({ attempts }: Activity): { readonly passed: number; readonly reviewed: number } | null {
  const rounds = new Map<string, { reviewed: boolean; last: number }>();
  for (const { task, step, role, round } of attempts) {
    if (role !== "implementer" && role !== "code_reviewer") continue;
    const key = `${task} ${step ?? ""}`;
    const before = rounds.get(key) ?? { reviewed: false, last: 1 };
    rounds.set(key, {
      reviewed: before.reviewed || role === "code_reviewer",
      last: role === "implementer" ? Math.max(before.last, round) : before.last,
    });
  }
  const reviewed = [...rounds.values()].filter((one) => one.reviewed);
  return reviewed.length === 0
    ? null
    : { passed: reviewed.filter(({ last }) => last === 1).length, reviewed: reviewed.length };
}
