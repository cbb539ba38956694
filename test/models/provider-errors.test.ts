import { describe, expect, test } from "vitest";

import type { ErrorReason, ErrorType } from "../../src/domain/failure.ts";
import { errorTable, matchedBy } from "../../src/models/provider-error-table.ts";
import { classifyError, errorSignal, rowOf, type ErrorSignal } from "../../src/models/provider-errors.ts";

const moment = { nowMs: Date.parse("2026-03-10T12:00:00Z"), zoneOffsetMs: () => 0 };
const classified = (signal: ErrorSignal) => classifyError(signal, moment);

const error = (error: object): string => JSON.stringify({ error });
const anthropic = (type: string, message = "it broke", more: object = {}): string =>
  JSON.stringify({ type: "error", error: { type, message, ...more }, request_id: "r" });
const openai = (code: string | null, type: string, message = "it broke"): string =>
  error({ message, type, param: null, code });
const google = (code: number, status: string, message = "it broke", details: readonly object[] = []): string =>
  error({ code, message, status, details });
const quotaFailure = (quotaId: string): object => ({ "@type": "x/google.rpc.QuotaFailure", violations: [{ quotaId }] });
const retryInfo = { "@type": "x/google.rpc.RetryInfo", retryDelay: "2s" };

type Expected = readonly [ErrorType, ErrorReason | null, boolean];

describe("bodies and statuses", () => {
  test.each<[number | null, string, Expected]>([
    [401, anthropic("authentication_error"), ["auth", "bad_key", false]],
    [401, openai("invalid_api_key", "invalid_request_error"), ["auth", "bad_key", false]],
    [401, google(401, "UNAUTHENTICATED"), ["auth", "bad_key", false]],
    [
      400,
      google(400, "INVALID_ARGUMENT", "API key not valid", [{ reason: "API_KEY_INVALID" }]),
      ["auth", "bad_key", false],
    ],
    [401, "nothing to read", ["auth", "bad_key", false]],
    [403, anthropic("permission_error"), ["auth", "forbidden", false]],
    [403, openai("unsupported_country_region_territory", "request_forbidden"), ["auth", "forbidden", false]],
    [403, google(403, "PERMISSION_DENIED"), ["auth", "forbidden", false]],
    [402, anthropic("billing_error"), ["rate_limit", "quota_exhausted", false]],
    [
      400,
      anthropic("invalid_request_error", "Your credit balance is too low to access the API."),
      ["rate_limit", "quota_exhausted", false],
    ],
    [
      400,
      anthropic("invalid_request_error", "You have reached your specified API usage limits."),
      ["rate_limit", "quota_exhausted", false],
    ],
    [429, openai("insufficient_quota", "insufficient_quota"), ["rate_limit", "quota_exhausted", false]],
    [429, openai("credit_balance_exhausted", "x"), ["rate_limit", "quota_exhausted", false]],
    [429, openai("project_spend_limit_exceeded", "x"), ["rate_limit", "quota_exhausted", false]],
    [402, google(402, "SOMETHING"), ["rate_limit", "quota_exhausted", false]],
    [
      429,
      anthropic("rate_limit_error", "x", { details: { error_code: "enforced_spend_limit_reached" } }),
      ["rate_limit", "spend_cap", false],
    ],
    [429, anthropic("rate_limit_error"), ["rate_limit", "throttled", true]],
    [429, openai("rate_limit_exceeded", "tokens"), ["rate_limit", "throttled", true]],
    [503, openai("slow_down", "server_error"), ["rate_limit", "throttled", true]],
    [429, google(429, "RESOURCE_EXHAUSTED"), ["rate_limit", "throttled", true]],
    [
      429,
      google(429, "RESOURCE_EXHAUSTED", "x", [quotaFailure("RequestsPerMinutePerProject"), retryInfo]),
      ["rate_limit", "per_minute", true],
    ],
    [
      429,
      google(429, "RESOURCE_EXHAUSTED", "x", [quotaFailure("RequestsPerDayPerProject"), retryInfo]),
      ["rate_limit", "per_day", false],
    ],
    [429, "<html>slow</html>", ["rate_limit", "throttled", true]],
    [529, anthropic("overloaded_error"), ["overloaded", null, true]],
    [503, openai("server_is_overloaded", "server_error"), ["overloaded", null, true]],
    [503, google(503, "UNAVAILABLE"), ["overloaded", null, true]],
    [503, error({ message: "Loading model", type: "unavailable_error", code: 503 }), ["overloaded", null, true]],
    [500, anthropic("api_error"), ["api", "server", true]],
    [500, openai(null, "server_error"), ["api", "server", true]],
    [500, google(500, "INTERNAL"), ["api", "server", true]],
    [502, "<html><body>502 Bad Gateway</body></html>", ["api", "server", true]],
    [504, anthropic("timeout_error"), ["timeout", "server", true]],
    [504, google(504, "DEADLINE_EXCEEDED"), ["timeout", "server", true]],
    [408, "", ["timeout", "server", true]],
    [400, anthropic("invalid_request_error", "max_tokens: 999999 > 64000"), ["invalid_request", "bad_request", false]],
    [413, anthropic("request_too_large"), ["invalid_request", "context_overflow", false]],
    [422, "no", ["invalid_request", "bad_request", false]],
    [400, google(400, "FAILED_PRECONDITION"), ["invalid_request", "bad_request", false]],
    [418, "teapot", ["invalid_request", "bad_request", false]],
    [
      400,
      anthropic("invalid_request_error", "prompt is too long: 5 tokens > 4 maximum"),
      ["invalid_request", "context_overflow", false],
    ],
    [400, openai("context_length_exceeded", "invalid_request_error"), ["invalid_request", "context_overflow", false]],
    [
      400,
      google(400, "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8)."),
      ["invalid_request", "context_overflow", false],
    ],
    [404, anthropic("not_found_error", "model: x"), ["not_found", "model", false]],
    [404, anthropic("not_found_error", "no such path"), ["not_found", "endpoint", false]],
    [404, openai("model_not_found", "invalid_request_error"), ["not_found", "model", false]],
    [404, google(404, "NOT_FOUND", "models/x is not found"), ["not_found", "model", false]],
    [404, JSON.stringify({ error: "model 'x' not found, try pulling it first" }), ["not_found", "model", false]],
    [null, JSON.stringify({ error: "something broke" }), ["api", "unknown", true]],
    [200, "terminated", ["network", "cut", true]],
    // Mid-stream, after a status of success.
    [200, anthropic("overloaded_error"), ["overloaded", null, true]],
    [
      200,
      JSON.stringify({ type: "response.failed", response: { error: { code: "rate_limit_exceeded", message: "x" } } }),
      ["rate_limit", "throttled", true],
    ],
    [200, `[${google(429, "RESOURCE_EXHAUSTED")}]`, ["rate_limit", "throttled", true]],
  ])("%s %s", (status, body, [type, reason, retryable]) => {
    expect(classified(errorSignal(status, body))).toMatchObject({ type, reason, retryable });
  });

  test("the message is the provider's own", () => {
    expect(classified(errorSignal(400, anthropic("invalid_request_error", "tools.0: bad"))).message).toBe(
      "tools.0: bad",
    );
    expect(classified(errorSignal(500, "")).message).toBe("it gave no message");
  });
});

describe("machine words of agents", () => {
  const byCode = (...codes: readonly string[]): ErrorSignal => ({ status: null, codes, message: "it broke" });
  test.each<[ErrorSignal, Expected]>([
    [byCode("usage_limit_reached", "rate_limit_error"), ["rate_limit", "plan_limit", true]],
    [byCode("usageLimitExceeded"), ["rate_limit", "plan_limit", true]],
    [byCode("TerminalQuotaError"), ["rate_limit", "plan_limit", true]],
    [byCode("connection_failed", "server_error"), ["network", "cut", true]],
    [byCode("contextWindowExceeded"), ["invalid_request", "context_overflow", false]],
    [byCode("prompt_too_long", "invalid_request_error"), ["invalid_request", "context_overflow", false]],
    [byCode("ContextOverflowError"), ["invalid_request", "context_overflow", false]],
    [byCode("unauthorized"), ["auth", "bad_key", false]],
    [byCode("modelNotFound"), ["not_found", "model", false]],
    [byCode("serverOverloaded"), ["overloaded", null, true]],
    [byCode("ENOTFOUND"), ["network", "offline", true]],
    [byCode("UND_ERR_SOCKET"), ["network", "cut", true]],
    [byCode("ECONNREFUSED"), ["network", "offline", true]],
    [{ ...byCode("ECONNREFUSED"), isLocal: true }, ["network", "refused_connection", false]],
    [byCode("AI_JSONParseError"), ["parse", "bad_stream", true]],
    [byCode("AI_NoObjectGeneratedError"), ["parse", "bad_schema", true]],
    [byCode("never_heard_of"), ["api", "unknown", true]],
    [{ ...byCode("never_heard_of"), status: 429 }, ["rate_limit", "throttled", true]],
    [{ ...byCode("server_error"), status: 503 }, ["overloaded", null, true]],
  ])("%j", (signal, [type, reason, retryable]) => {
    expect(classified(signal)).toMatchObject({ type, reason, retryable });
  });
});

describe("text of an error channel", () => {
  /** Per row of text: what it is for, and words close to it that mean something else. */
  test.each<[string, Expected, string]>([
    ["Credit balance is too low", ["rate_limit", "quota_exhausted", false], "the balance of the scale is too low"],
    [
      "You’ve hit your usage limit. Upgrade or try again at 3:00 AM.",
      ["rate_limit", "plan_limit", true],
      "usage: limit N",
    ],
    [
      "You have exhausted your daily quota on this model.",
      ["rate_limit", "plan_limit", true],
      "your daily news on this model",
    ],
    [
      "rate limit exceeded: Please try again in 1.5s.",
      ["rate_limit", "throttled", true],
      "the rate of the limit was exceeding",
    ],
    [
      "exceeded retry limit, last status: 429 Too Many Requests",
      ["rate_limit", "throttled", true],
      "line 429 of requests.ts",
    ],
    [
      "You exceeded your current quota, please check your plan. Please retry in 2.5s.",
      ["rate_limit", "throttled", true],
      "a quota",
    ],
    [
      "Quota exceeded. Check your plan and billing details.",
      ["rate_limit", "quota_exhausted", false],
      "check your plan",
    ],
    ["unexpected status 401 Unauthorized: x, url: y", ["auth", "bad_key", false], "401 lines changed"],
    ["Not logged in · Please run /login", ["auth", "bad_key", false], "log in the fireplace"],
    ["unexpected status 403 Forbidden: x", ["auth", "forbidden", false], "EACCES: permission denied, open 'x'"],
    [
      "Codex ran out of room in the model's context window.",
      ["invalid_request", "context_overflow", false],
      "ran out of room",
    ],
    [
      "This model's maximum context length is 8 tokens.",
      ["invalid_request", "context_overflow", false],
      "out of context",
    ],
    [
      "The model 'x' does not exist or you do not have access to it.",
      ["not_found", "model", false],
      "the file does not exist",
    ],
    ["No conversation found with session ID: x", ["not_found", "session", true], "no conversation today"],
    [
      "Selected model is at capacity. Please try a different model.",
      ["overloaded", null, true],
      "the disk is at capacity",
    ],
    ["The model is overloaded. Please try again later.", ["overloaded", null, true], "the function is over-loaded"],
    ["Missing environment variable: `MY_KEY`.", ["auth", "bad_key", false], "a missing environment variable"],
    ["connect ECONNREFUSED 127.0.0.1:1", ["network", "offline", true], "the offer was refused"],
    ["stream disconnected before completion: error sending request", ["network", "cut", true], "the stream ended"],
    ["Connection dropped (ECONNRESET).", ["network", "cut", true], "the table was dropped"],
    ["Request timed out.", ["timeout", "server", true], "time to go out"],
    ["API Error: JSON Parse error: Unterminated string", ["parse", "bad_stream", true], "parse the JSON"],
    ["Unterminated string in JSON at position 21", ["parse", "bad_stream", true], "a string in JSON"],
    [
      "--dangerously-skip-permissions cannot be used with root/sudo",
      ["invalid_request", "bad_request", false],
      "the root cannot be used",
    ],
    ["unexpected status 502 Bad Gateway: <html>", ["api", "server", true], "502 tests passed"],
  ])("%s", (text, [type, reason, retryable], other) => {
    expect(classified({ status: null, codes: [], message: text })).toMatchObject({ type, reason, retryable });
    expect(classified({ status: null, codes: [], message: other })).toMatchObject({ type: "api", reason: "unknown" });
  });

  test("says nothing where a status or a code has spoken", () => {
    const message = "Credit balance is too low, rate limit exceeded, connect ECONNREFUSED";
    expect(classified({ status: 500, codes: [], message }).type).toBe("api");
    expect(classified({ status: null, codes: ["authentication_error"], message }).type).toBe("auth");
    expect(classified({ status: 418, codes: [], message }).type).toBe("invalid_request");
  });
});

describe("the table", () => {
  test("every row decides for something that no row before it takes", () => {
    const sample = (pattern: RegExp | undefined): readonly string[] =>
      pattern === undefined ? [""] : texts.filter((text) => pattern.test(text));
    for (const row of errorTable) {
      const codes = row.codes?.map((code) => (typeof code === "string" ? code : code.source)) ?? [null];
      const signals = codes.flatMap((code) =>
        (row.statuses ?? [null]).flatMap((status) =>
          sample(row.text).map((message): ErrorSignal => ({ status, codes: code === null ? [] : [code], message })),
        ),
      );
      expect(signals.map((signal) => rowOf(signal))).toContain(row);
    }
  });

  test("its grounds stand in the order of their weight", () => {
    const order = errorTable.map((row) => ["code", "status", "text"].indexOf(matchedBy(row)));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
  });
});

const texts = [
  "you exceeded your current quota",
  "loading model",
  "self-signed certificate",
  "Credit balance is too low",
  "You've hit your limit",
  "too many requests",
  "quota exceeded",
  "401 unauthorized",
  "403 forbidden",
  "prompt is too long",
  "ran out of room in the model's context",
  "model x does not exist",
  "no conversation found",
  "overloaded",
  "ECONNREFUSED",
  "ECONNRESET",
  "timed out",
  "JSON Parse error",
  "cannot be used with root",
  "502 bad gateway",
  "model: x",
  "terminated",
];

describe("how long to wait", () => {
  test("headers, then details, then text", () => {
    const body = google(429, "RESOURCE_EXHAUSTED", "Please retry in 9s.", [retryInfo]);
    expect(classified(errorSignal(429, body, { "Retry-After": "7" })).retryAfterMs).toBe(7_000);
    expect(classified(errorSignal(429, body)).retryAfterMs).toBe(2_000);
    expect(classified(errorSignal(429, google(429, "RESOURCE_EXHAUSTED", "Please retry in 9s."))).retryAfterMs).toBe(
      9_000,
    );
    expect(classified(errorSignal(429, "slow"))).toMatchObject({ retryAfterMs: null, resetAtMs: null });
  });

  test("a spend cap ends with the month", () => {
    const body = anthropic("rate_limit_error", "x", { details: { error_code: "enforced_spend_limit_reached" } });
    expect(classified(errorSignal(429, body)).resetAtMs).toBe(Date.parse("2026-04-01T00:00:00Z"));
  });

  test("a limit of a plan ends when it says", () => {
    const message = "You’ve hit your usage limit. Upgrade or try again at 3:00 AM.";
    expect(classified({ status: null, codes: [], message }).resetAtMs).toBe(Date.parse("2026-03-11T03:00:00Z"));
  });

  test("what does not get better has none", () => {
    expect(classified(errorSignal(401, "x", { "retry-after": "7" })).retryAfterMs).toBeNull();
  });
});

test.each([
  "Missing environment variable: `MY_KEY`.",
  "Missing environment variable: MY_KEY",
  "the environment variable 'MY_KEY' is not set",
  "environment variable MY_KEY not found",
  "The MY_KEY environment variable is missing or empty; either provide it, or instantiate the client with a key",
])("a variable that is missing is said with what passes it: %s", (message) => {
  const said = classified({ status: null, codes: [], message }).message;
  expect(said).toContain(message);
  expect(said).toContain("env: {pass: [MY_KEY]}");
  expect(classified({ status: null, codes: [], message: "an environment variable is missing" }).message).toBe(
    "an environment variable is missing",
  );
});
