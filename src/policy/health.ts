import type { ErrorReason, ErrorType, Failure, OutcomeKind } from "../domain/failure.ts";

/** Errors that tell of the model's health. The others are the account's, the request's or the key's. */
const sickTypes: ReadonlySet<ErrorType> = new Set<ErrorType>(["timeout", "api", "network", "parse", "overloaded"]);
/** Of those, what is not the model's doing: this machine has no network, or the work was too long. */
const notItsDoing: ReadonlySet<ErrorReason> = new Set<ErrorReason>(["offline", "wall"]);

/** What the breaker is told of an ended attempt; null: this end says nothing about the model's health. */
export function healthReport(
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
