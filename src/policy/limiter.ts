import type { ModelLimits } from "../domain/settings.ts";

/** What was taken within one second, counted from the epoch. */
export interface LimiterSlot {
  readonly second: number;
  readonly requests: number;
  readonly tokens: number;
}

const windowSeconds = 60;

/**
 * Takes one request of `tokens` if it fits, or says how long to wait until it does. In no span of 60 s more is taken than the
 * limits say: a full bucket that refills would let up to twice as much through. A slot counts until 60 s after its second
 * has ended, so a wait may be up to one second too long. A request of more tokens than a minute has goes
 * when the minute is empty. Slots that a clock set back has left in the future count as of now. `slots`: oldest first.
 */
export function takeFromLimits(
  slots: readonly LimiterSlot[],
  limits: Pick<ModelLimits, "rpm" | "tpm">,
  tokens: number,
  nowMs: number,
): { readonly waitMs: number; readonly slots: readonly LimiterSlot[] } {
  const second = Math.floor(nowMs / 1000);
  const live = merged(slots, second);
  const rpm = limits.rpm ?? Number.POSITIVE_INFINITY;
  const tpm = limits.tpm ?? Number.POSITIVE_INFINITY;
  const wanted = Math.min(tokens, tpm);
  let requests = 0;
  let used = 0;
  for (const slot of live) {
    requests += slot.requests;
    used += slot.tokens;
  }
  let freeAtSecond: number | null = null;
  for (const slot of live) {
    if (requests + 1 <= rpm && used + wanted <= tpm) break;
    requests -= slot.requests;
    used -= slot.tokens;
    freeAtSecond = slot.second + windowSeconds + 1;
  }
  if (freeAtSecond !== null) return { waitMs: Math.max(1, freeAtSecond * 1000 - nowMs), slots: live };
  return { waitMs: 0, slots: merged([...live, { second, requests: 1, tokens }], second) };
}

/** Slots that still count, one a second. */
function merged(slots: readonly LimiterSlot[], now: number): readonly LimiterSlot[] {
  const bySecond = new Map<number, LimiterSlot>();
  for (const slot of slots) {
    const second = Math.min(slot.second, now);
    if (second + windowSeconds < now) continue;
    const known = bySecond.get(second);
    bySecond.set(second, {
      second,
      requests: slot.requests + (known?.requests ?? 0),
      tokens: slot.tokens + (known?.tokens ?? 0),
    });
  }
  return [...bySecond.values()];
}
