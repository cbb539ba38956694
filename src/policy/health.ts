import type { ErrorType, Failure, OutcomeKind } from "../domain/failure.ts";

/** Whether an error type speaks of the model's health; the others speak of an account, a request or a setting. */
const unhealthy: Record<ErrorType, boolean> = {
  auth: false,
  rate_limit: false,
  timeout: true,
  invalid_request: false,
  api: true,
  network: true,
  parse: false,
  not_found: false,
  overloaded: true,
};

/** What a circuit breaker is told about an attempt's end; null: nothing, it says nothing of the model's health. */
export function healthReport(failure: Failure | null, outcome: OutcomeKind): { readonly ok: boolean; readonly reason: string } | null {
  if (failure === null) return { ok: true, reason: outcome };
  if (outcome === "cancelled") return null;
  if (outcome !== "error") return { ok: true, reason: outcome };
  return unhealthy[failure.type] ? { ok: false, reason: `${failure.type}: ${failure.message}` } : null;
}
