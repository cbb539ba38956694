import type { ModelName } from "../../domain/ids.ts";
import type { AttemptParts, Obstacle } from "../attempt/attempt-parts.ts";
import type { Chooser } from "./chooser.ts";

/** What keeps a call of the model from being made now: its requests per minute, its breaker. Null: it is admitted. */
export async function obstacleOf(
  parts: Pick<AttemptParts, "ledger" | "clock" | "settings">,
  chooser: Chooser,
  model: ModelName,
): Promise<Obstacle | null> {
  const { ledger, clock } = parts;
  const settings = parts.settings();
  // While it waited for a place, another call may have met the limit of the account: it is chosen anew.
  if (await chooser.isHeld(model)) return { kind: "rate", waitMs: 1 };
  const limits = settings.limits.perModel[model];
  if (limits !== undefined && (limits.rpm !== null || limits.tpm !== null)) {
    const waitMs = await ledger.limiter.take(model, limits, 0);
    if (waitMs > 0) return { kind: "rate", waitMs };
  }
  const { passed, retryAtMs } = await ledger.breakers.acquire(
    model,
    settings.breaker,
    settings.timeouts.implementMs + settings.timeouts.startupMs,
  );
  if (passed) return null;
  // Another call tries the model out. It may take as long as the longest call, and mostly ends long before.
  const isOver = async (): Promise<boolean> => {
    const row = (await ledger.breakers.list()).find((one) => one.model === model);
    return row?.state !== "half_open" || (row.probeUntil ?? 0) <= clock.now();
  };
  return { kind: "breaker", waitMs: Math.max(1, (retryAtMs ?? clock.now() + 1_000) - clock.now()), isOver };
}
