import { kinds, type ErrorRow } from "./error-kinds.ts";

/** By what a row decides: the body's own words beat the status, the status beats the text; `tellingTable` stands between. */
export type MatchedBy = "code" | "status" | "text";

export const matchedBy = (row: ErrorRow): MatchedBy =>
  row.codes !== undefined ? "code" : row.statuses !== undefined ? "status" : "text";

const modelText = /\bmodels?\b|\bdeployment\b|no endpoints found for/i;

const certificateCode =
  /^(?:ERR_SSL_|ERR_TLS_CERT|CERT_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED_CERT|UNABLE_TO_(?:VERIFY|GET_ISSUER))/;

/** Of a server whose certificate is not trusted, or that speaks no TLS: nothing was sent, and asking again changes nothing. */
export const isUntrusted = (code: string): boolean => code === "EPROTO" || certificateCode.test(code);

/** In this order; the first that fits within the strongest ground is taken. */
export const errorTable: readonly ErrorRow[] = [
  {
    codes: ["enforced_spend_limit_reached"],
    ...kinds.spendCap,
    ends: "next_month",
  },
  { codes: ["MonthlyLimitError", "UserLimitError", "SetLimitExceeded"], ...kinds.spendCap },
  {
    codes: [
      /^insufficient_?(?:\w+_)?(?:balance|credits?|funds|quota)$/i,
      /budget_?exceeded/i,
      /credits?_?(?:exhausted|exceeded|depleted)/i,
      "CreditsError",
      "payment_required",
      "exceeded_current_quota_error",
      "pre_consume_token_quota_failed",
      "billing_hard_limit_reached",
      "billing_not_active",
      "Arrearage",
      "AccountOverdueError",
      "1113",
      "billing_error",
      "credit_balance_exhausted",
      "insufficient_quota",
      "organization_spend_limit_exceeded",
      "project_spend_limit_exceeded",
      "organization_usage_limit_exceeded",
    ],
    ...kinds.quota,
  },
  // Codex has one word for the limit of a plan and for money that is used up.
  { codes: ["usageLimitExceeded"], text: /^quota exceeded/i, ...kinds.quota },
  {
    codes: [
      "usage_limit_reached",
      /usage_?limit_?(?:reached|exceeded|error)$/i,
      "TerminalQuotaError",
      "QUOTA_EXHAUSTED",
      "1308",
      "1310",
    ],
    ...kinds.plan,
  },
  { codes: [/PerDay/], ...kinds.perDay },
  { codes: [/PerMinute/], type: "rate_limit", reason: "per_minute", retryable: true },
  {
    codes: [
      "API_KEY_INVALID",
      "authentication_error",
      "authentication_failed",
      "invalid_api_key",
      "UNAUTHENTICATED",
      "unauthorized",
      /^refresh_token_/,
      "invalid_grant",
      "token_expired",
      "token_revoked",
      "AuthError",
      "expired_key",
      "ExpiredTokenException",
      "UnrecognizedClientException",
    ],
    ...kinds.badKey,
  },
  { codes: ["permission_error", "PERMISSION_DENIED", "unsupported_country_region_territory"], ...kinds.forbidden },
  {
    codes: [
      /context_?(?:length|window|size)?_?(?:exceeded|overflow|size_error)/i,
      "prompt_too_long",
      "request_too_large",
      "tokens_limit_reached",
      "model_max_prompt_tokens_exceeded",
      "string_above_max_length",
      "1261",
    ],
    ...kinds.overflow,
  },
  { codes: ["model_not_found", "modelNotFound", "ModelError", "1211"], ...kinds.noModel },
  { codes: ["not_found_error", "NOT_FOUND"], text: modelText, ...kinds.noModel },
  { codes: ["not_found_error", "NOT_FOUND"], ...kinds.noEndpoint },
  {
    codes: [
      "rate_limit_error",
      "rate_limit_exceeded",
      "rateLimitExceeded",
      "rate_limit",
      "slow_down",
      "RESOURCE_EXHAUSTED",
      "RetryableQuotaError",
      /ThrottlingException$/,
    ],
    ...kinds.throttled,
  },
  {
    codes: [
      "overloaded_error",
      "overloaded",
      "engine_overloaded_error",
      "MODEL_CAPACITY_EXHAUSTED",
      "server_is_overloaded",
      "serverOverloaded",
      "flexUnavailable",
      "policyCapacityUnavailable",
      "UNAVAILABLE",
    ],
    ...kinds.overloaded,
  },
  {
    codes: ["timeout_error", "DEADLINE_EXCEEDED", "ETIMEDOUT", "UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"],
    ...kinds.timeout,
  },
  { codes: ["EPROTO", certificateCode], ...kinds.untrusted },
  {
    codes: ["ENOTFOUND", "EAI_AGAIN", "ENETUNREACH", "EHOSTUNREACH", "ENETDOWN", "ECONNREFUSED"],
    ...kinds.offline,
  },
  {
    codes: [
      "connection_failed",
      "ECONNRESET",
      "EPIPE",
      "UND_ERR_SOCKET",
      "ERR_STREAM_PREMATURE_CLOSE",
      "httpConnectionFailed",
      "responseStreamConnectionFailed",
      "responseStreamDisconnected",
    ],
    ...kinds.cut,
  },
  {
    codes: [
      "NoObjectGeneratedError",
      "AI_NoObjectGeneratedError",
      "error_max_structured_output_retries",
      // The model wrote what its server could not read.
      "tool_use_failed",
      "json_validate_failed",
    ],
    ...kinds.badSchema,
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
      "Z_DATA_ERROR",
      "Z_BUF_ERROR",
      "SyntaxError",
    ],
    ...kinds.badStream,
  },

  { statuses: [301, 302, 303, 307, 308], ...kinds.noEndpoint },
  { statuses: [401], ...kinds.badKey },
  { statuses: [403], ...kinds.forbidden },
  { statuses: [429], text: /exceeded your current quota(?![^]{0,1000}\bretry (?:in|after) \d)/i, ...kinds.quota },
  { statuses: [404], text: modelText, ...kinds.noModel },
  { statuses: [404], ...kinds.noEndpoint },
  { statuses: [408, 504, 522, 524], ...kinds.timeout },
  // Of these the server that was asked is not at fault, nor is the request.
  { statuses: [409, 424, 425, 499], ...kinds.server },
  { statuses: [429], ...kinds.throttled },
  { statuses: [503, 529], ...kinds.overloaded },
  // A body that was cut after it had begun well.
  { statuses: [200], text: /terminated|failed to process successful response/i, ...kinds.cut },

  {
    text: /\b401 unauthorized|not logged in|authentication required|^missing environment variable/i,
    ...kinds.badKey,
  },
  { text: /\b403 forbidden|permission denied for (?:this )?(?:api|model|project)/i, ...kinds.forbidden },
  { text: /no conversation found|session not found/i, type: "not_found", reason: "session", retryable: true },
  {
    text: /currently experiencing high demand|loading model|503 service unavailable/i,
    ...kinds.overloaded,
  },
  {
    text: /self[- ]signed certificate|unable to (?:verify|get) .{0,30}certificate|certificate has expired|\bEPROTO\b/i,
    ...kinds.untrusted,
  },
  { text: /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ENETUNREACH|getaddrinfo|unable to connect|certificate/i, ...kinds.offline },
  {
    text: /ECONNRESET|stream disconnected|socket hang up|connection (?:dropped|reset|closed)|UND_ERR_SOCKET|fetch failed|error sending request|^terminated$/i,
    ...kinds.cut,
  },
  { text: /\b(?:408|504)\b.{0,40}time|timed out|deadline exceeded/i, ...kinds.timeout },
  {
    text: /JSON parse error|in JSON at position|unexpected end of JSON|could not parse (?:message|response)/i,
    ...kinds.badStream,
  },
  { text: /cannot be used with root/i, ...kinds.badRequest },
  { text: /\b50[02] (?:internal server error|bad gateway)/i, ...kinds.server },
];
