import type { ModelName } from "../../domain/ids.ts";
import type { AttemptParts, Obstacle } from "./attempt-parts.ts";
import type { Admission, TurnedAway } from "../ports/calls.ts";

const unlimited = { rpm: null, tpm: null };

/** What a call of the model has to pass. */
export function admissionOf({ settings }: Pick<AttemptParts, "settings">, model: ModelName): Admission {
  const { limits, breaker, timeouts } = settings();
  const probeMs = timeouts.implementMs + timeouts.startupMs;
  return { model, limits: limits.perModel[model] ?? unlimited, tokens: 0, breaker, probeMs };
}

/** How long a call that was turned away waits. */
export function obstacleOf(
  { ledger, clock }: Pick<AttemptParts, "ledger" | "clock">,
  model: ModelName,
  { by, retryAtMs }: TurnedAway,
): Obstacle {
  const waitMs = Math.max(1, (retryAtMs ?? clock.now() + 1_000) - clock.now());
  if (by === "rate") return { kind: by, waitMs };
  // Another call tries the model out. It may take as long as the longest call, and mostly ends long before.
  const isOver = async (): Promise<boolean> => {
    const row = (await ledger.breakers.list()).find((one) => one.model === model);
    return row?.state !== "half_open" || (row.probeUntil ?? 0) <= clock.now();
  };
  return { kind: by, waitMs, isOver };
}
