/** The nine kinds of error a model call may end with. */
export type ErrorType =
  | "auth"
  | "rate_limit"
  | "timeout"
  | "invalid_request"
  | "api"
  | "network"
  | "parse"
  | "not_found"
  | "overloaded";

/** Detail within a type, where the provider says it. Free text from adapters is allowed: policies only know these. */
export type ErrorReason =
  | "bad_key"
  | "forbidden"
  | "throttled"
  | "per_minute"
  | "per_day"
  | "quota_exhausted"
  | "spend_cap"
  | "plan_limit"
  | "server"
  | "startup"
  | "idle"
  | "wall"
  | "first_chunk"
  | "chunk"
  | "bad_request"
  | "context_overflow"
  | "model"
  | "endpoint"
  /** The agent does not know the session it was to go on with. */
  | "session"
  | "offline"
  | "cut"
  | "refused_connection"
  | "bad_stream"
  | "bad_schema"
  | "crash"
  | "no_answer"
  | "spawn"
  | "unknown";

/** What the world did wrong in a model call. Never thrown between layers: it is a value. */
export interface Failure {
  readonly type: ErrorType;
  readonly reason: ErrorReason | null;
  readonly message: string;
  /** Whether the same candidate may be asked again after a wait. */
  readonly retryable: boolean;
  /** How long the provider asked to wait. */
  readonly retryAfterMs: number | null;
  /** The instant (epoch ms) at which a limit ends. */
  readonly resetAtMs: number | null;
}

/** How a call may end; an error has one of the nine types. */
export const outcomeKinds = [
  "success",
  "error",
  "cancelled",
  "no_change",
  "refused",
  "max_turns",
  "permission_denied",
  "budget",
] as const;
export type OutcomeKind = (typeof outcomeKinds)[number];

const retryableByType: Record<ErrorType, boolean> = {
  auth: false,
  rate_limit: true,
  timeout: true,
  invalid_request: false,
  api: true,
  network: true,
  parse: true,
  not_found: false,
  overloaded: true,
};

/** Limits that end at an instant or by a person, so that waiting out a backoff is no use: they become holds. */
const limitReasons: ReadonlySet<ErrorReason> = new Set<ErrorReason>([
  "plan_limit",
  "per_day",
  "quota_exhausted",
  "spend_cap",
]);

/** Whether this failure is a limit of the account, not of this call. */
export const isLimit = (failure: Failure): boolean =>
  failure.type === "rate_limit" && failure.reason !== null && limitReasons.has(failure.reason);

/** A failure with what follows from its type filled in. */
export function failure(
  type: ErrorType,
  message: string,
  more: Partial<Omit<Failure, "type" | "message">> = {},
): Failure {
  const reason = more.reason ?? null;
  const permanent = reason === "refused_connection" || reason === "spawn";
  return {
    type,
    reason,
    message,
    retryable: more.retryable ?? (retryableByType[type] && !permanent),
    retryAfterMs: more.retryAfterMs ?? null,
    resetAtMs: more.resetAtMs ?? null,
  };
}

export const errorTypes: readonly ErrorType[] = [
  "auth",
  "rate_limit",
  "timeout",
  "invalid_request",
  "api",
  "network",
  "parse",
  "not_found",
  "overloaded",
];

export const errorReasons: readonly ErrorReason[] = [
  "bad_key",
  "forbidden",
  "throttled",
  "per_minute",
  "per_day",
  "quota_exhausted",
  "spend_cap",
  "plan_limit",
  "server",
  "startup",
  "idle",
  "wall",
  "first_chunk",
  "chunk",
  "bad_request",
  "context_overflow",
  "model",
  "endpoint",
  "session",
  "offline",
  "cut",
  "refused_connection",
  "bad_stream",
  "bad_schema",
  "crash",
  "no_answer",
  "spawn",
  "unknown",
];

/** Ends of a call that are no errors and that a model itself may report. */
export const reportedOutcomes = [
  "refused",
  "max_turns",
  "permission_denied",
  "budget",
] as const satisfies readonly OutcomeKind[];
export type ReportedOutcome = (typeof reportedOutcomes)[number];
