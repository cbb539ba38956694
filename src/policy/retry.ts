import { isLimit, type ErrorReason, type ErrorType, type Failure, type OutcomeKind } from "../domain/failure.ts";
import type { RetrySettings } from "../domain/settings.ts";

/** `hold` spends no attempt: the account is left alone, as `limitHold` says how long. */
export type RetryDecision =
  | { readonly kind: "retry"; readonly delayMs: number }
  | { readonly kind: "stop"; readonly why: string }
  | { readonly kind: "hold" };

/** A wait longer than this is no backoff but a limit. */
export const longestWaitMs = 60_000;

/** Tries of one candidate where the settings say nothing else of the kind: these rarely get better and each costs a whole call. */
const usualTries: Readonly<Partial<Record<ErrorType, number>>> = { parse: 2, timeout: 3 };

/**
 * What follows from a failed try of one candidate. `attempt` counts the tries done, 1 after the first; `random01` is in
 * [0, 1). Exponential waits are full jitter under min(cap, base * 2^(attempt - 1)); a longer wait the provider asked for wins. A
 * limit of which only the end is known is a hold until then.
 */
export function retryDelay(
  settings: RetrySettings,
  attempt: number,
  failure: Failure,
  random01: number,
): RetryDecision {
  if (isLimit(failure) || (failure.retryable && waitsLong(failure))) return { kind: "hold" };
  if (!failure.retryable) {
    return { kind: "stop", why: `${failure.reason ?? failure.type} does not get better by trying again` };
  }
  const most = mostTries(settings, failure.type);
  if (attempt >= most) {
    const named = most === settings.attempts ? "" : `; ${most} is the most for it (retry.call.${failure.type})`;
    return { kind: "stop", why: `${failure.type} after ${tries(attempt)}${named}` };
  }
  return { kind: "retry", delayMs: Math.max(ownWait(settings, attempt, random01), failure.retryAfterMs ?? 0) };
}

function mostTries(settings: RetrySettings, type: ErrorType): number {
  const own = type === "parse" || type === "timeout" ? settings[type] : undefined;
  return own ?? Math.min(settings.attempts, usualTries[type] ?? Infinity);
}

function waitsLong(failure: Failure): boolean {
  if (failure.retryAfterMs !== null) return failure.retryAfterMs > longestWaitMs;
  return failure.type === "rate_limit" && failure.resetAtMs !== null;
}

function ownWait({ strategy, baseMs, capMs }: RetrySettings, attempt: number, random01: number): number {
  switch (strategy) {
    case "immediate":
      return 0;
    case "fixed":
      return baseMs;
    case "exponential":
      return Math.floor(random01 * Math.min(capMs, baseMs * 2 ** (attempt - 1)));
  }
}

const tries = (count: number): string => (count === 1 ? "one try" : `${count} tries`);

/** Errors that tell of the model's health. The others are the account's, the request's or the key's. */
const sickTypes: ReadonlySet<ErrorType> = new Set<ErrorType>(["timeout", "api", "network", "parse", "overloaded"]);
/** Of those, what is not the model's doing: this machine has no network, or the work was too long. */
const notItsDoing: ReadonlySet<ErrorReason> = new Set<ErrorReason>(["offline", "wall"]);

/** What the breaker is told of an ended attempt; null: this end says nothing about the model's health. */
export function breakerReport(
  failure: Failure | null,
  outcome: OutcomeKind,
): { readonly ok: boolean; readonly reason: string } | null {
  switch (outcome) {
    case "success":
    case "no_change":
    case "refused":
    case "max_turns":
    case "permission_denied":
      return { ok: true, reason: outcome };
    case "cancelled":
    case "budget":
      return null;
    case "error":
      if (failure === null || !sickTypes.has(failure.type)) return null;
      if (failure.reason !== null && notItsDoing.has(failure.reason)) return null;
      return { ok: false, reason: `${failure.type}: ${failure.message}` };
  }
}
