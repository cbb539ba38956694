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

/** By what a row decides: the body's own words beat the status, the status beats the text. */
export type MatchedBy = "code" | "status" | "text";

export const matchedBy = (row: ErrorRow): MatchedBy =>
  row.codes !== undefined ? "code" : row.statuses !== undefined ? "status" : "text";

const badKey = { type: "auth", reason: "bad_key", retryable: false } as const;
const forbidden = { type: "auth", reason: "forbidden", retryable: false } as const;
const quota = { type: "rate_limit", reason: "quota_exhausted", retryable: false } as const;
const plan = { type: "rate_limit", reason: "plan_limit", retryable: true } as const;
const throttled = { type: "rate_limit", reason: "throttled", retryable: true } as const;
const overloaded = { type: "overloaded", reason: null, retryable: true } as const;
const server = { type: "api", reason: "server", retryable: true } as const;
const timeout = { type: "timeout", reason: "server", retryable: true } as const;
const overflow = { type: "invalid_request", reason: "context_overflow", retryable: false } as const;
const badRequest = { type: "invalid_request", reason: "bad_request", retryable: false } as const;
const noModel = { type: "not_found", reason: "model", retryable: false } as const;
const noEndpoint = { type: "not_found", reason: "endpoint", retryable: false } as const;
const cut = { type: "network", reason: "cut", retryable: true } as const;
const offline = { type: "network", reason: "offline", retryable: true } as const;
const badStream = { type: "parse", reason: "bad_stream", retryable: true } as const;
const badSchema = { type: "parse", reason: "bad_schema", retryable: true } as const;

const quotaText = /credit balance is too low|reached your specified (?:API|workspace) usage limits/i;
const overflowText =
  /prompt is too long|context[ _]length|maximum context|context window|exceeds? the maximum (?:number of )?(?:input )?tokens|input token count .{0,40}exceeds/i;
const modelText = /\bmodel\b/i;

/** In this order; the first that fits within the strongest ground is taken. */
export const errorTable: readonly ErrorRow[] = [
  {
    codes: ["enforced_spend_limit_reached"],
    type: "rate_limit",
    reason: "spend_cap",
    retryable: false,
    ends: "next_month",
  },
  {
    codes: [
      "billing_error",
      "credit_balance_exhausted",
      "insufficient_quota",
      "organization_spend_limit_exceeded",
      "project_spend_limit_exceeded",
      "organization_usage_limit_exceeded",
    ],
    ...quota,
  },
  { codes: ["invalid_request_error"], text: quotaText, ...quota },
  // Codex has one word for the limit of a plan and for money that is used up.
  { codes: ["usageLimitExceeded"], text: /^quota exceeded/i, ...quota },
  { codes: ["usage_limit_reached", "usageLimitExceeded", "TerminalQuotaError"], ...plan },
  { codes: [/PerDay/], type: "rate_limit", reason: "per_day", retryable: false },
  { codes: [/PerMinute/], type: "rate_limit", reason: "per_minute", retryable: true },
  {
    codes: [
      "API_KEY_INVALID",
      "authentication_error",
      "authentication_failed",
      "invalid_api_key",
      "UNAUTHENTICATED",
      "unauthorized",
    ],
    ...badKey,
  },
  { codes: ["permission_error", "PERMISSION_DENIED", "unsupported_country_region_territory"], ...forbidden },
  {
    codes: ["context_length_exceeded", "ContextOverflowError", "contextWindowExceeded", "prompt_too_long"],
    ...overflow,
  },
  { codes: ["invalid_request_error", "INVALID_ARGUMENT"], text: overflowText, ...overflow },
  { codes: ["model_not_found", "modelNotFound"], ...noModel },
  { codes: ["not_found_error", "NOT_FOUND"], text: modelText, ...noModel },
  { codes: ["not_found_error", "NOT_FOUND"], ...noEndpoint },
  {
    codes: [
      "rate_limit_error",
      "rate_limit_exceeded",
      "rateLimitExceeded",
      "rate_limit",
      "slow_down",
      "RESOURCE_EXHAUSTED",
      "RetryableQuotaError",
    ],
    ...throttled,
  },
  {
    codes: [
      "overloaded_error",
      "overloaded",
      "server_is_overloaded",
      "serverOverloaded",
      "flexUnavailable",
      "policyCapacityUnavailable",
      "UNAVAILABLE",
    ],
    ...overloaded,
  },
  {
    codes: ["timeout_error", "DEADLINE_EXCEEDED", "ETIMEDOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"],
    ...timeout,
  },
  {
    codes: [
      "ENOTFOUND",
      "EAI_AGAIN",
      "ENETUNREACH",
      "EHOSTUNREACH",
      "ENETDOWN",
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "CERT_HAS_EXPIRED",
    ],
    ...offline,
  },
  { codes: ["ECONNREFUSED"], ...offline },
  {
    codes: [
      "connection_failed",
      "ECONNRESET",
      "EPIPE",
      "UND_ERR_SOCKET",
      "httpConnectionFailed",
      "responseStreamConnectionFailed",
      "responseStreamDisconnected",
    ],
    ...cut,
  },
  {
    codes: ["NoObjectGeneratedError", "AI_NoObjectGeneratedError", "error_max_structured_output_retries"],
    ...badSchema,
  },
  {
    codes: [
      "AI_JSONParseError",
      "AI_TypeValidationError",
      "AI_InvalidResponseDataError",
      "AI_InvalidStreamPartError",
      "AI_NoOutputGeneratedError",
      "AI_EmptyResponseBodyError",
      "ANSWER_TOO_LONG",
      "SyntaxError",
    ],
    ...badStream,
  },
  { codes: ["api_error", "server_error", "INTERNAL", "internalServerError"], statuses: [503], ...overloaded },
  { codes: ["api_error", "server_error", "INTERNAL", "internalServerError"], ...server },
  {
    codes: [
      "invalid_request_error",
      "invalid_request",
      "INVALID_ARGUMENT",
      "FAILED_PRECONDITION",
      "badRequest",
      "request_too_large",
    ],
    ...badRequest,
  },

  { statuses: [301, 302, 303, 307, 308], ...noEndpoint },
  { statuses: [401], ...badKey },
  { statuses: [402], ...quota },
  { statuses: [403], ...forbidden },
  { statuses: [400], text: quotaText, ...quota },
  { statuses: [400, 413, 422], text: overflowText, ...overflow },
  { statuses: [404], text: modelText, ...noModel },
  { statuses: [404], ...noEndpoint },
  { statuses: [408, 504], ...timeout },
  { statuses: [429], ...throttled },
  { statuses: [503, 529], ...overloaded },
  // A body that was cut after it had begun well.
  { statuses: [200], text: /terminated|failed to process successful response/i, ...cut },

  { text: quotaText, ...quota },
  {
    text: /(?:hit|reached) your (?:usage |session |weekly )?limit|usage limit reached|TerminalQuotaError|exhausted your daily quota/i,
    ...plan,
  },
  {
    text: /please (?:retry|try again) in \d|rate limit (?:exceeded|reached)|too many requests|RetryableQuotaError|status(?: code)?:? 429/i,
    ...throttled,
  },
  { text: /insufficient_quota|quota exceeded|exceeded your current quota/i, ...quota },
  {
    text: /\b401 unauthorized|invalid (?:x-)?api[ -]key|incorrect API key|not logged in|authentication required|^missing environment variable/i,
    ...badKey,
  },
  { text: /\b403 forbidden|permission denied for (?:this )?(?:api|model|project)/i, ...forbidden },
  { text: overflowText, ...overflow },
  { text: /ran out of room in the model's context/i, ...overflow },
  { text: /\bmodel\b.{0,120}(?:not found|does not exist|may not exist|is not supported)|model_not_found/i, ...noModel },
  { text: /no conversation found|session not found/i, type: "not_found", reason: "session", retryable: true },
  {
    text: /\boverloaded\b|selected model is at capacity|currently experiencing high demand|loading model|503 service unavailable/i,
    ...overloaded,
  },
  { text: /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|getaddrinfo|unable to connect|certificate/i, ...offline },
  {
    text: /ECONNRESET|stream disconnected|socket hang up|connection (?:dropped|reset|closed)|UND_ERR_SOCKET|fetch failed|error sending request|^terminated$/i,
    ...cut,
  },
  { text: /\b(?:408|504)\b.{0,40}time|timed out|deadline exceeded/i, ...timeout },
  {
    text: /JSON parse error|in JSON at position|unexpected end of JSON|could not parse (?:message|response)/i,
    ...badStream,
  },
  { text: /cannot be used with root/i, type: "invalid_request", reason: "bad_request", retryable: false },
  { text: /\b50[02] (?:internal server error|bad gateway)/i, ...server },
];
