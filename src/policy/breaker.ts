import type { BreakerState } from "../domain/events.ts";
import type { ModelName } from "../domain/ids.ts";
import type { BreakerRow } from "../domain/rows.ts";
import type { Settings } from "../domain/settings.ts";

/** A change of a breaker's state, for the event that tells of it. */
export interface BreakerMove {
  readonly from: BreakerState;
  readonly to: BreakerState;
  readonly reason: string;
}

export interface BreakerPass {
  readonly passed: boolean;
  /** The request is the one that tries a model out; its report decides. */
  readonly probe: boolean;
  /** When to ask again; null where it passed. */
  readonly retryAtMs: number | null;
  readonly row: BreakerRow;
  readonly moved: BreakerMove | null;
}

/** The breaker of a model nobody has called yet. */
export const newBreaker = (model: ModelName): BreakerRow => ({
  model,
  state: "closed",
  failures: 0,
  successes: 0,
  openedAt: null,
  probeUntil: null,
});

/**
 * Asks to call the model now. A probe has the breaker to itself until it reports, at most `probeMs`, so that a prober
 * that died cannot block the model for ever. Instants that a clock set back has left in the future are brought to now.
 */
export function acquireBreaker(
  row: BreakerRow,
  settings: Settings["breaker"],
  nowMs: number,
  probeMs: number,
): BreakerPass {
  if (!settings.enabled || row.state === "closed") {
    return { passed: true, probe: false, retryAtMs: null, row, moved: null };
  }
  const probing: BreakerRow = { ...row, state: "half_open", probeUntil: nowMs + probeMs };
  if (row.state === "open") {
    const openedAt = Math.min(row.openedAt ?? nowMs, nowMs);
    const retryAtMs = openedAt + settings.openForMs;
    if (nowMs < retryAtMs) return { passed: false, probe: false, retryAtMs, row: { ...row, openedAt }, moved: null };
    const moved: BreakerMove = { from: "open", to: "half_open", reason: "its pause is over: one request tries it out" };
    return { passed: true, probe: true, retryAtMs: null, row: { ...probing, successes: 0 }, moved };
  }
  const probeUntil = Math.min(row.probeUntil ?? nowMs, nowMs + probeMs);
  if (nowMs < probeUntil) {
    return { passed: false, probe: false, retryAtMs: probeUntil, row: { ...row, probeUntil }, moved: null };
  }
  return { passed: true, probe: true, retryAtMs: null, row: probing, moved: null };
}

/**
 * Takes in how a call ended that began at `sinceMs` (absent: just now). Since it opened, reports of calls that began earlier
 * change nothing: they may neither close it, nor make its pause longer, nor end another call's probe. A breaker that is
 * switched off learns nothing.
 */
export function reportBreaker(
  row: BreakerRow,
  report: { readonly ok: boolean; readonly reason: string; readonly sinceMs?: number },
  settings: Settings["breaker"],
  nowMs: number,
): { readonly row: BreakerRow; readonly moved: BreakerMove | null } {
  if (!settings.enabled || row.state === "open") return { row, moved: null };
  const isOld = row.state === "half_open" && (report.sinceMs ?? nowMs) <= (row.openedAt ?? 0);
  if (isOld) return { row, moved: null };
  if (report.ok)
    return row.state === "closed" ? { row: { ...row, failures: 0 }, moved: null } : succeeded(row, settings);
  const failures = row.failures + 1;
  if (row.state === "closed" && failures < settings.failures) return { row: { ...row, failures }, moved: null };
  const reason =
    row.state === "closed"
      ? `${failures} failures in a row, the last: ${report.reason}`
      : `failed when tried out: ${report.reason}`;
  return {
    row: { ...row, state: "open", failures, successes: 0, openedAt: nowMs, probeUntil: null },
    moved: { from: row.state, to: "open", reason },
  };
}

function succeeded(
  row: BreakerRow,
  settings: Settings["breaker"],
): { readonly row: BreakerRow; readonly moved: BreakerMove | null } {
  const successes = row.successes + 1;
  if (successes < settings.successes) return { row: { ...row, successes, probeUntil: null }, moved: null };
  const reason = successes === 1 ? "a success when tried out" : `${successes} successes when tried out`;
  return { row: newBreaker(row.model), moved: { from: row.state, to: "closed", reason } };
}
