import { once } from "node:events";
import { createServer } from "node:http";
import { afterAll, describe, expect, test } from "vitest";

import type { ErrorReason, ErrorType, Failure } from "../../src/domain/failure.ts";
import { callSpec, committed, seen, type Seen } from "./call-spec.ts";
import { anthropic, compatible, dialects, google, openai, type Dialect, type SpokenError } from "./dialects.ts";
import { adapterOf, asked, key, spoken } from "./http-subject.ts";
import { loopback, type LoopbackReply } from "./loopback.ts";

const server = loopback();

/** A question to a server that answers every request like this. */
async function ask(dialect: Dialect, reply: LoopbackReply): Promise<Seen & { readonly requests: number }> {
  const place = server.place(() => reply);
  const spec = asked(dialect, place, callSpec({ role: "synthesizer", access: "read" }));
  return { ...(await seen(adapterOf(dialect).start(spec, committed))), requests: place.sent.length };
}

type Expected = readonly [ErrorType, ErrorReason | null, retryable: boolean];
type Row = readonly [Dialect, SpokenError, Expected];

const badKey: Expected = ["auth", "bad_key", false];
const forbidden: Expected = ["auth", "forbidden", false];
const quota: Expected = ["rate_limit", "quota_exhausted", false];
const throttled: Expected = ["rate_limit", "throttled", true];
const overloaded: Expected = ["overloaded", null, true];
const broken: Expected = ["api", "server", true];
const late: Expected = ["timeout", "server", true];
const bad: Expected = ["invalid_request", "bad_request", false];
const overflow: Expected = ["invalid_request", "context_overflow", false];
const noModel: Expected = ["not_found", "model", false];
const noPlace: Expected = ["not_found", "endpoint", false];

const invalid = (message: string): SpokenError => ({ status: 400, type: "invalid_request_error", message });
const coded = (status: number, code: string, message?: string): SpokenError => ({
  status,
  type: "x",
  code,
  ...(message === undefined ? {} : { message }),
});
const violated = (quotaId: string): SpokenError => ({
  status: 429,
  type: "RESOURCE_EXHAUSTED",
  more: { details: [{ "@type": "x/google.rpc.QuotaFailure", violations: [{ quotaId }] }] },
});

/** Errors whose own words tell what they are, whatever the status they come with. */
const worded: readonly Row[] = [
  [anthropic, { status: 401, type: "authentication_error" }, badKey],
  [openai, coded(401, "invalid_api_key"), badKey],
  [google, { status: 401, type: "UNAUTHENTICATED" }, badKey],
  [google, google.words.auth ?? never(), badKey],
  [anthropic, { status: 403, type: "permission_error" }, forbidden],
  [openai, coded(403, "unsupported_country_region_territory"), forbidden],
  [google, { status: 403, type: "PERMISSION_DENIED" }, forbidden],
  [anthropic, { status: 402, type: "billing_error" }, quota],
  [anthropic, invalid("Your credit balance is too low to access the API."), quota],
  [anthropic, invalid("You have reached your specified API usage limits."), quota],
  [openai, coded(429, "credit_balance_exhausted"), quota],
  [openai, coded(429, "insufficient_quota"), quota],
  [compatible, coded(429, "insufficient_quota"), quota],
  [openai, coded(429, "organization_spend_limit_exceeded"), quota],
  [openai, coded(429, "project_spend_limit_exceeded"), quota],
  [openai, coded(429, "organization_usage_limit_exceeded"), quota],
  [
    anthropic,
    { status: 429, type: "rate_limit_error", more: { details: { error_code: "enforced_spend_limit_reached" } } },
    ["rate_limit", "spend_cap", false],
  ],
  [anthropic, { status: 429, type: "rate_limit_error" }, throttled],
  [openai, coded(429, "rate_limit_exceeded"), throttled],
  [openai, coded(503, "slow_down"), throttled],
  [compatible, coded(429, "rate_limit_exceeded"), throttled],
  [google, { status: 429, type: "RESOURCE_EXHAUSTED" }, throttled],
  [google, violated("GenerateRequestsPerMinutePerProjectPerModel"), ["rate_limit", "per_minute", true]],
  [google, violated("GenerateRequestsPerDayPerProjectPerModel"), ["rate_limit", "per_day", false]],
  ...dialects.map((dialect): Row => [dialect, dialect.words.plan_limit ?? never(), ["rate_limit", "plan_limit", true]]),
  [anthropic, { status: 529, type: "overloaded_error" }, overloaded],
  [openai, coded(503, "server_is_overloaded"), overloaded],
  [google, { status: 503, type: "UNAVAILABLE" }, overloaded],
  [anthropic, { status: 500, type: "api_error" }, broken],
  [openai, coded(500, "server_error"), broken],
  [google, { status: 500, type: "INTERNAL" }, broken],
  [anthropic, { status: 504, type: "timeout_error" }, late],
  [google, { status: 504, type: "DEADLINE_EXCEEDED" }, late],
  [anthropic, invalid("max_tokens: 999999 > 64000"), bad],
  [openai, { status: 400, type: "invalid_request_error" }, bad],
  [google, { status: 400, type: "INVALID_ARGUMENT" }, bad],
  [google, { status: 400, type: "FAILED_PRECONDITION" }, bad],
  [anthropic, invalid("prompt is too long: 5 tokens > 4 maximum"), overflow],
  [openai, coded(400, "context_length_exceeded"), overflow],
  [
    google,
    { status: 400, type: "INVALID_ARGUMENT", message: "The input exceeds the maximum number of tokens allowed" },
    overflow,
  ],
  [anthropic, { status: 404, type: "not_found_error", message: "model: x" }, noModel],
  [openai, coded(404, "model_not_found"), noModel],
  [google, { status: 404, type: "NOT_FOUND", message: "models/x: the model is not found" }, noModel],
];

/** Errors that only their status tells, or their text. */
const unworded: readonly (readonly [number, body: string, Dialect, Expected])[] = [
  [403, JSON.stringify({ error: { message: "your region" } }), openai, forbidden],
  [402, google.error({ status: 402, type: "BILLING" }), google, quota],
  [429, "slow", compatible, throttled],
  [503, compatible.error({ status: 503, type: "unavailable_error", message: "Loading model" }), compatible, overloaded],
  [503, JSON.stringify({ error: "overloaded" }), compatible, overloaded],
  [502, "<html><body><h1>502 Bad Gateway</h1></body></html>", anthropic, broken],
  [500, "<!doctype html><title>it broke</title>", compatible, broken],
  [408, "", openai, late],
  [504, "", compatible, late],
  [413, "too much", compatible, overflow],
  [422, JSON.stringify({ detail: "it broke" }), compatible, bad],
  [418, "teapot", compatible, bad],
  [400, JSON.stringify({ error: { message: "This model's maximum context length is 4096" } }), compatible, overflow],
  [404, JSON.stringify({ error: "model 'x' not found, try pulling it first" }), compatible, noModel],
  [404, "404 page not found", compatible, noPlace],
  [307, "", compatible, noPlace],
  [401, "", compatible, badKey],
];

const titled = worded.map(
  (row) => [`${row[0].name} ${row[1].status} ${row[1].type} ${row[1].code ?? ""}`.trim(), ...row] as const,
);

/** What was found, for the figures at the end. */
const found: { readonly isLimit: boolean; readonly seemsOne: boolean }[] = [];

function holds(failure: Failure | null, [type, reason, retryable]: Expected): void {
  found.push({ isLimit: type === "rate_limit", seemsOne: failure?.type === "rate_limit" });
  expect(failure).toMatchObject({ type, reason, retryable });
}

describe("a request that is refused is made once and told apart", () => {
  test.each(titled)("%s", async (_title, dialect, error, expected) => {
    const { outcome, requests } = await ask(dialect, { status: error.status, pieces: [dialect.error(error)] });
    holds(outcome.failure, expected);
    expect(requests).toBe(1);
    expect(outcome.failure?.message).toContain(error.message ?? "it broke");
  });

  test.each(unworded)("%s %s", async (status, body, dialect, expected) => {
    const { outcome, requests } = await ask(dialect, { status, headers: { location: "/elsewhere" }, pieces: [body] });
    holds(outcome.failure, expected);
    expect(requests).toBe(1);
  });
});

describe("an error within an answer that began well is the same error", () => {
  test.each(titled)("%s", async (_title, dialect, error, expected) => {
    const pieces = [...dialect.body({ text: ["so far"] }), dialect.errorEvent(error), ...dialect.end({})];
    const { outcome, requests } = await ask(dialect, { pieces });
    holds(outcome.failure, expected);
    expect([outcome.kind, outcome.text, requests]).toEqual(["error", "so far", 1]);
  });

  test("as a text in place of an object", async () => {
    const pieces = [...compatible.body({}), 'data: {"error":"model requires more system memory"}\n\n'];
    const { outcome } = await ask(compatible, { pieces });
    expect(outcome.failure?.message).toBe("model requires more system memory");
  });
});

describe.each(dialects)("$name: an answer that does not come to its end", (dialect) => {
  const cut: Expected = ["network", "cut", true];
  const badStream: Expected = ["parse", "bad_stream", true];
  const begun = dialect.body({ text: ["so far"] });
  test.each<[string, LoopbackReply, Expected, text: string]>([
    ["cut before it began", { pieces: [{ lets: "cut" }] }, cut, ""],
    ["cut in the middle", { pieces: [...begun, { lets: "cut" }] }, cut, "so far"],
    ["cut within an event", { pieces: [...begun, 'data: {"id', { lets: "cut" }] }, cut, "so far"],
    ["ended too soon", { pieces: begun }, badStream, "so far"],
    ["empty", { pieces: [""] }, badStream, ""],
    ["a page", { headers: { "content-type": "text/html" }, pieces: ["<html>Please log in</html>"] }, badStream, ""],
    ["broken JSON", { pieces: [...begun, "data: {it broke\n\n", ...dialect.end({})] }, badStream, "so far"],
  ])("%s", async (_what, reply, expected, text) => {
    const { outcome, requests } = await ask(dialect, reply);
    holds(outcome.failure, expected);
    expect([outcome.kind, outcome.text, requests]).toEqual(["error", text, 1]);
  });

  test("longer than any answer", async () => {
    const mebibyte = `: ${"a".repeat(1024 * 1024)}\n\n`;
    const { outcome } = await ask(dialect, { pieces: [...begun, ...Array.from({ length: 65 }, () => mebibyte)] });
    expect(outcome.failure).toMatchObject({ type: "parse", reason: "bad_stream" });
    expect(outcome.failure?.message).toContain("longer than");
  });
});

describe("how long to wait", () => {
  const refused = async (dialect: Dialect, headers: Readonly<Record<string, string>>, error?: SpokenError) => {
    const words = error ?? dialect.words.rate_limit ?? never();
    return (await ask(dialect, { status: words.status, headers, pieces: [dialect.error(words)] })).outcome.failure;
  };
  const soon = (ms: number): Date => new Date(Math.ceil((Date.now() + ms) / 1_000) * 1_000);

  test.each<[string, Dialect, Readonly<Record<string, string>>, SpokenError | undefined, number]>([
    ["seconds", anthropic, { "retry-after": "7" }, undefined, 7_000],
    ["parts of a second", compatible, { "retry-after": "1.5" }, undefined, 1_500],
    ["milliseconds, before seconds", openai, { "retry-after-ms": "250", "retry-after": "9" }, undefined, 250],
    [
      "what is left of requests and tokens",
      openai,
      {
        "x-ratelimit-remaining-requests": "0",
        "x-ratelimit-reset-requests": "6m0s",
        "x-ratelimit-remaining-tokens": "5",
        "x-ratelimit-reset-tokens": "9h",
      },
      undefined,
      360_000,
    ],
    ["a text", openai, {}, coded(429, "rate_limit_exceeded", "Please try again in 1.5s."), 1_500],
    [
      "RetryInfo of Google",
      google,
      {},
      {
        status: 429,
        type: "RESOURCE_EXHAUSTED",
        more: { details: [{ "@type": "x/google.rpc.RetryInfo", retryDelay: "34.5s" }] },
      },
      34_500,
    ],
    ["also of the overloaded", anthropic, { "retry-after": "3" }, anthropic.words.overloaded, 3_000],
  ])("%s", async (_what, dialect, headers, error, retryAfterMs) => {
    expect(await refused(dialect, headers, error)).toMatchObject({ retryAfterMs, resetAtMs: null });
  });

  test("a date of HTTP", async () => {
    const failure = await refused(compatible, { "retry-after": soon(30_000).toUTCString() });
    expect(failure?.retryAfterMs).toBeGreaterThan(0);
    expect(failure?.retryAfterMs).toBeLessThanOrEqual(31_000);
  });

  test("the reset of the limit that is spent", async () => {
    const reset = soon(40_000);
    const failure = await refused(anthropic, {
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": reset.toISOString(),
      "anthropic-ratelimit-tokens-remaining": "100",
      "anthropic-ratelimit-tokens-reset": soon(4_000_000).toISOString(),
    });
    expect(failure).toMatchObject({ resetAtMs: reset.getTime() });
  });

  test("a spend cap ends with the month", async () => {
    const details = { error_code: "enforced_spend_limit_reached" };
    const failure = await refused(anthropic, {}, { status: 429, type: "rate_limit_error", more: { details } });
    expect(new Date(failure?.resetAtMs ?? 0).toISOString()).toMatch(/-01T00:00:00\.000Z$/);
  });

  test("headers of an answer that began well say nothing of an error within it", async () => {
    const headers = { "anthropic-ratelimit-unified-reset": String(soon(9_000_000).getTime() / 1000) };
    const error = anthropic.words.overloaded ?? never();
    const { outcome } = await ask(anthropic, { headers, pieces: [...anthropic.body({}), anthropic.errorEvent(error)] });
    expect(outcome.failure).toMatchObject({ type: "overloaded", retryAfterMs: null, resetAtMs: null });
  });
});

describe("a server that is not there", () => {
  const at = async (dialect: Dialect, url: string): Promise<Failure | null> => {
    const spec = asked(dialect, { url, sent: [] }, callSpec({ role: "synthesizer", access: "read" }));
    return (await seen(adapterOf(dialect).start(spec, committed))).outcome.failure;
  };

  test.each(dialects)("$name: on this machine it is not running, which waiting does not mend", async (dialect) => {
    const gone = createServer().listen(0, "127.0.0.1");
    await once(gone, "listening");
    const address = gone.address();
    const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
    gone.close();
    await once(gone, "close");
    const failure = await at(dialect, url);
    expect(failure).toMatchObject({ type: "network", reason: "refused_connection", retryable: false });
    expect(failure?.message).toContain(`nothing listens at ${url}${dialect.base}: is the server running?`);
  });

  test("with no name to be found", async () => {
    const failure = await at(compatible, "http://no-such-host.invalid");
    expect(failure).toMatchObject({ type: "network", reason: "offline", retryable: true });
  });
});

describe("keys", () => {
  const spec = (dialect: Dialect, model: object) => {
    const place = server.place(() => spoken(dialect, { text: ["hello"] }));
    const call = asked(dialect, place, callSpec({ role: "synthesizer", access: "read" }));
    return { place, call: { ...call, model: { ...call.model, ...model } } };
  };

  test.each(dialects)("$name: one that is not there is told before anything is sent", async (dialect) => {
    const { place, call } = spec(dialect, { keyEnv: "NO_SUCH_KEY" });
    const { outcome } = await seen(adapterOf(dialect).start(call, committed));
    expect(outcome.failure).toMatchObject({ type: "auth", reason: "bad_key", retryable: false });
    expect(outcome.failure?.message).toContain("NO_SUCH_KEY is not set");
    expect(place.sent).toHaveLength(0);
  });

  test.each<[string, Dialect, Readonly<Record<string, string>>, header: string, value: string]>([
    ["anthropic", anthropic, { ANTHROPIC_API_KEY: "k-1" }, "x-api-key", "k-1"],
    ["openai", openai, { OPENAI_API_KEY: "k-2" }, "authorization", "Bearer k-2"],
    ["google", google, { GOOGLE_GENERATIVE_AI_API_KEY: "k-3", GEMINI_API_KEY: "k-4" }, "x-goog-api-key", "k-3"],
    ["google, the other", google, { GEMINI_API_KEY: " k-4\n" }, "x-goog-api-key", "k-4"],
  ])("%s: the usual variables", async (_name, dialect, set, header, value) => {
    const { place, call } = spec(dialect, { keyEnv: null, env: { pass: [], set } });
    await seen(adapterOf(dialect).start(call, committed));
    expect(place.sent.map(({ headers }) => headers[header])).toEqual([value]);
  });

  test("a compatible server is sent one only where one is named", async () => {
    const without = spec(compatible, { keyEnv: null });
    await seen(adapterOf(compatible).start(without.call, committed));
    expect(without.place.sent[0]?.headers).not.toHaveProperty("authorization");
    const withOne = spec(compatible, {});
    await seen(adapterOf(compatible).start(withOne.call, committed));
    expect(withOne.place.sent[0]?.headers).toMatchObject({ authorization: `Bearer ${key}` });
  });

  test.each(dialects)("$name: they stand in no message", async (dialect) => {
    const error = { ...(dialect.words.auth ?? never()), message: `Incorrect API key provided: ${key}.` };
    const { outcome } = await ask(dialect, { status: error.status, pieces: [dialect.error(error)] });
    expect(outcome.failure?.message).toBe("Incorrect API key provided: [key].");
  });

  test.each(dialects)("$name: they go to no other address, and the message says which was named", async (dialect) => {
    const elsewhere = server.place(() => spoken(dialect, { text: ["yes"] }));
    const headers = { location: `${elsewhere.url}/secret?token=1` };
    const { outcome } = await ask(dialect, { status: 307, headers, pieces: [""] });
    const { origin } = new URL(elsewhere.url);
    expect(outcome.failure).toMatchObject({ type: "not_found", reason: "endpoint", retryable: false });
    expect(outcome.failure?.message).toContain(`sends requests on to ${origin}, which is not followed`);
    expect(outcome.failure?.message).not.toContain("secret");
    expect(elsewhere.sent).toHaveLength(0);
  });

  test("one that no header can hold is told", async () => {
    const { place, call } = spec(openai, { keyEnv: null, env: { pass: [], set: { OPENAI_API_KEY: "one\ntwo" } } });
    const { outcome } = await seen(adapterOf(openai).start(call, committed));
    expect(outcome.failure).toMatchObject({ type: "auth", reason: "bad_key" });
    expect(outcome.failure?.message).not.toContain("two");
    expect(place.sent).toHaveLength(0);
  });
});

test.each(dialects)("$name: words about limits in an answer are no limit", async (dialect) => {
  const text = "Error 429: rate limit exceeded, insufficient_quota. Please try again in 2s.";
  const { outcome } = await ask(dialect, spoken(dialect, { text: [text] }));
  found.push({ isLimit: false, seemsOne: outcome.failure?.type === "rate_limit" });
  expect(outcome).toMatchObject({ kind: "success", text });
});

afterAll(() => {
  const both = found.filter(({ isLimit, seemsOne }) => isLimit && seemsOne).length;
  const seeming = found.filter(({ seemsOne }) => seemsOne).length;
  const limits = found.filter(({ isLimit }) => isLimit).length;
  const figures = `precision ${both}/${seeming}, recall ${both}/${limits}`;
  process.stdout.write(`limits told from ${found.length - limits} other ends: ${figures}\n`);
});

function never(): never {
  throw new Error("the dialect has no such words");
}
