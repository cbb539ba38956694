import type { Hold } from "../domain/question.ts";
import type { BreakerRow } from "../domain/rows.ts";
import type { ModelSettings, Settings } from "../domain/settings.ts";
import { acquireBreaker } from "./breaker.ts";
import { holdsOn, latestEnd } from "./limit-hold.ts";

/** Why a model is not asked now. */
export interface Unavailability {
  readonly by: "hold" | "breaker";
  /** Null: until a person releases it. */
  readonly untilMs: number | null;
  /** What rests: `account max`, `its breaker`. */
  readonly what: string;
  /** As the hold says it; null for a breaker. */
  readonly reason: string | null;
}

/** The rest of a model; null: it may be asked. Of several holds the one that ends last counts. */
export function unavailabilityOf(
  model: Pick<ModelSettings, "name" | "account" | "provider">,
  facts: {
    readonly holds: readonly Hold[];
    readonly breakers: readonly BreakerRow[];
    readonly settings: Settings["breaker"];
    readonly nowMs: number;
  },
): Unavailability | null {
  const { settings, nowMs } = facts;
  const holds = holdsOn(model, facts.holds, nowMs);
  if (holds.length > 0) {
    const untilMs = latestEnd(holds);
    const hold = holds.find((one) => one.untilMs === untilMs);
    if (hold !== undefined) return { by: "hold", untilMs, what: `${hold.scope} ${hold.target}`, reason: hold.reason };
  }
  const breaker = facts.breakers.find((row) => row.model === model.name);
  if (breaker === undefined) return null;
  const pass = acquireBreaker(breaker, settings, nowMs, 0);
  return pass.passed ? null : { by: "breaker", untilMs: pass.retryAtMs, what: "its breaker", reason: null };
}
