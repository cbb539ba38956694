import type { ErrorReason, ErrorType } from "../domain/failure.ts";

/**
 * One kind of error as providers and agents signal it. All that a row names must fit: one of the codes, one of the statuses,
 * the text. Codes are what a machine wrote (error.type, error.code, error.status, a reason or quota id of its details);
 * text is matched on messages of an error channel alone.
 */
export interface ErrorRow {
  readonly codes?: readonly (string | RegExp)[];
  readonly statuses?: readonly number[];
  readonly text?: RegExp;
  readonly type: ErrorType;
  readonly reason: ErrorReason | null;
  readonly retryable: boolean;
  /** Where the end of it is known without the provider saying so. */
  readonly ends?: "next_month";
}

/** What an error is, whatever the words it came in. */
export const kinds = {
  badKey: { type: "auth", reason: "bad_key", retryable: false },
  forbidden: { type: "auth", reason: "forbidden", retryable: false },
  quota: { type: "rate_limit", reason: "quota_exhausted", retryable: false },
  plan: { type: "rate_limit", reason: "plan_limit", retryable: true },
  throttled: { type: "rate_limit", reason: "throttled", retryable: true },
  overloaded: { type: "overloaded", reason: null, retryable: true },
  server: { type: "api", reason: "server", retryable: true },
  timeout: { type: "timeout", reason: "server", retryable: true },
  overflow: { type: "invalid_request", reason: "context_overflow", retryable: false },
  badRequest: { type: "invalid_request", reason: "bad_request", retryable: false },
  noModel: { type: "not_found", reason: "model", retryable: false },
  noEndpoint: { type: "not_found", reason: "endpoint", retryable: false },
  cut: { type: "network", reason: "cut", retryable: true },
  offline: { type: "network", reason: "offline", retryable: true },
  badStream: { type: "parse", reason: "bad_stream", retryable: true },
  badSchema: { type: "parse", reason: "bad_schema", retryable: true },
  spendCap: { type: "rate_limit", reason: "spend_cap", retryable: false },
  perDay: { type: "rate_limit", reason: "per_day", retryable: false },
  /** Waiting does not make a certificate known. */
  untrusted: { type: "network", reason: "offline", retryable: false },
} as const satisfies Readonly<Record<string, Pick<ErrorRow, "type" | "reason" | "retryable">>>;
