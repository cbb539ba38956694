import { readFileSync } from "node:fs";
import { createServer } from "node:https";
import { createServer as createPlain, type AddressInfo, type Server } from "node:net";
import { join } from "node:path";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";

import type { CallSpec } from "../../src/engine/ports/adapter.ts";
import { verdictSchema } from "../../src/prompts/answer-schemas.ts";
import { at } from "../cli/played.ts";
import { callSpec, committed, seen, type Seen } from "./call-spec.ts";
import { anthropic, compatible, dialects, google, openai, type Dialect } from "./dialects.ts";
import { adapterOf, asked, spoken } from "./http-subject.ts";
import { loopback, type LoopbackReply } from "./loopback.ts";

const server = loopback();

/** A question to a server that answers one request after the other like this. */
async function ask(
  dialect: Dialect,
  replies: readonly LoopbackReply[],
  more: Partial<CallSpec> = {},
): Promise<Seen & { readonly bodies: readonly unknown[] }> {
  const place = server.place((n) => replies[Math.min(n, replies.length - 1)] ?? { pieces: [] });
  const spec = asked(dialect, place, callSpec({ role: "synthesizer", access: "read", ...more }));
  return { ...(await seen(adapterOf(dialect).start(spec, committed))), bodies: place.sent.map(({ body }) => body) };
}

const textOf = ({ pieces }: LoopbackReply): string =>
  pieces.map((piece) => (typeof piece === "string" ? piece : "")).join("");

const verdict = { verdict: "approve", summary: "fine", findings: [], closed: [] };

describe("a model without tools is asked again without them", () => {
  const refused = (status: number, message: string, more: object = {}): LoopbackReply => ({
    status,
    pieces: [JSON.stringify({ error: { message, ...more } })],
  });
  test.each([
    refused(400, "library/q does not support tools", { type: "api_error" }),
    refused(404, "No endpoints found that support tool use. To learn more, read on.", { code: 404 }),
    refused(500, "tools param requires --jinja flag", { type: "server_error", code: 500 }),
    refused(400, '"auto" tool choice requires --enable-auto-tool-choice', { type: "BadRequestError" }),
    refused(400, "Function calling is not enabled for this model", { type: "invalid_request_error" }),
  ])("$status $pieces", async (refusal) => {
    const replies = [refusal, spoken(compatible, { text: [JSON.stringify(verdict)] })];
    const { outcome, bodies } = await ask(compatible, replies, { role: "code_reviewer", schema: verdictSchema });
    expect(outcome).toMatchObject({ kind: "success", answer: verdict });
    expect(bodies.map((body) => at(body, "tools") !== undefined)).toEqual([true, false]);
  });

  test("and without a schema, where it is not said which of them", async () => {
    const refusal = refused(404, "No endpoints found that can handle the requested parameters.", { code: 404 });
    const replies = [refusal, refusal, spoken(compatible, { text: [JSON.stringify(verdict)] })];
    const { outcome, bodies } = await ask(compatible, replies, { role: "code_reviewer", schema: verdictSchema });
    expect(outcome).toMatchObject({ kind: "success", answer: verdict });
    const sent = bodies.map((body) => [at(body, "tools") !== undefined, at(body, "response_format") !== undefined]);
    expect(sent).toEqual([
      [true, false],
      [false, true],
      [false, false],
    ]);
  });
});

test.each(dialects)("$name: what stands behind the answer as an example is not asked about", async (dialect) => {
  const text = `${JSON.stringify(verdict)}\nFor example: {"a": 1}`;
  const { outcome, bodies } = await ask(dialect, [spoken(dialect, { text: [text] })], { schema: verdictSchema });
  expect(outcome).toMatchObject({ kind: "success", answer: verdict });
  expect(bodies).toHaveLength(1);
});

describe("an error in place of an answer, with a status of success", () => {
  const json = { "content-type": "application/json" };
  const limit = { error: { message: "slow down", code: 429, metadata: { headers: { "Retry-After": "7" } } } };
  test.each(dialects)("$name: is read like any error, and costs nothing", async (dialect) => {
    const { outcome, events } = await ask(dialect, [{ headers: json, pieces: [JSON.stringify(limit)] }]);
    expect(outcome.failure).toMatchObject({ type: "rate_limit", reason: "throttled", retryAfterMs: 7_000 });
    expect(events.filter(({ type }) => type === "usage" || type === "cost")).toMatchObject([{ usage: { input: 0 } }]);
  });

  test.each<[string, LoopbackReply, object]>([
    ["over several lines", { headers: json, pieces: ["\n", JSON.stringify(limit, null, 2)] }, { type: "rate_limit" }],
    ["as a list", { headers: json, pieces: [JSON.stringify([limit])] }, { type: "rate_limit" }],
    ["called a stream", { pieces: [JSON.stringify(limit)] }, { type: "rate_limit" }],
    [
      "without a status",
      { headers: json, pieces: ['{"error":{"message":"Insufficient Balance","type":"unknown_error"}}'] },
      { type: "rate_limit", reason: "quota_exhausted" },
    ],
    ["as a text", { headers: json, pieces: ['{"error":"model q not found"}'] }, { type: "not_found", reason: "model" }],
    ["of no kind", { headers: json, pieces: ['{"error":{"message":"it broke"}}'] }, { type: "api", reason: "unknown" }],
    ["that is none", { headers: json, pieces: ['{"choices":[]}'] }, { type: "parse", reason: "bad_stream" }],
  ])("%s", async (_what, reply, expected) => {
    expect((await ask(compatible, [reply])).outcome.failure).toMatchObject(expected);
  });
});

describe.each(dialects)("$name: an error within an answer that began well", (dialect) => {
  test.each<[type: string, message: string, object]>([
    ["api_error", "Insufficient Balance", { type: "rate_limit", reason: "quota_exhausted", retryable: false }],
    ["server_error", "You've reached your weekly usage limit", { type: "rate_limit", reason: "plan_limit" }],
    ["rate_limit_error", "You've reached your weekly usage limit", { type: "rate_limit", reason: "plan_limit" }],
    ["api_error", "prompt is too long", { type: "invalid_request", reason: "context_overflow" }],
    ["unknown_error", "it broke", { type: "api", retryable: true }],
  ])("%s: %s", async (type, message, expected) => {
    const pieces = [...dialect.body({ text: ["so far"] }), dialect.errorEvent({ status: 200, type, message })];
    const { outcome } = await ask(dialect, [{ pieces: [...pieces, ...dialect.end({})] }]);
    expect(outcome.failure).toMatchObject(expected);
  });
});

describe("a body that is packed though that was not asked for", () => {
  test.each([
    ["gzip", gzipSync],
    ["x-gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", brotliCompressSync],
  ] as const)("%s", async (encoding, pack) => {
    const headers = { "content-encoding": encoding };
    const whole = textOf(spoken(compatible, { text: ["yes"] }));
    const answer = await ask(compatible, [{ headers, pieces: [pack(whole)] }]);
    expect(answer.outcome).toMatchObject({ kind: "success", text: "yes" });
    const error = pack(JSON.stringify({ error: { message: "Insufficient Balance" } }));
    const { outcome } = await ask(compatible, [{ status: 402, headers, pieces: [error] }]);
    expect(outcome.failure).toMatchObject({ reason: "quota_exhausted", message: "Insufficient Balance" });
  });

  test("cut, or not what it says", async () => {
    const headers = { "content-encoding": "gzip" };
    const packed = gzipSync(textOf(spoken(compatible, { text: ["yes"] })));
    const cut = await ask(compatible, [{ headers, pieces: [packed.subarray(0, 40), { lets: "cut" }] }]);
    expect(cut.outcome.failure).toMatchObject({ type: "network", reason: "cut" });
    const wrong = await ask(compatible, [{ headers, pieces: ["plain"] }]);
    expect(wrong.outcome.failure).toMatchObject({ type: "parse", reason: "bad_stream" });
    const bomb = await ask(compatible, [{ headers, pieces: [gzipSync(Buffer.alloc(65 * 1024 * 1024, ": a\n"))] }]);
    expect(bomb.outcome.failure?.message).toContain("longer than");
  });
});

test.each<[string, Dialect, (event: string) => string]>([
  ["anthropic", anthropic, (event) => event.replace(/"usage":\{[^{}]*\}(?=\}\n)/, '"usage":null')],
  ["openai", openai, (event) => event.replace(/"usage":\{.*\}(?=\}\})/, '"usage":null')],
  ["google", google, (event) => event.replace(/"usageMetadata":\{[^{}]*\}/, '"usageMetadata":null')],
  ["openai-compatible", compatible, (event) => event.replace(/^data: \{/, 'data: {"usage":null,')],
])("%s: a use that is null is none", async (_name, dialect, without) => {
  const { pieces } = spoken(dialect, { text: ["yes"], usage: { input: 5, output: 2 } });
  const told = pieces.map((piece) => (typeof piece === "string" ? without(piece) : piece));
  expect(textOf({ pieces: told })).toContain("null");
  const { outcome, events } = await ask(dialect, [{ pieces: told }]);
  expect(outcome).toMatchObject({ kind: "success", text: "yes" });
  expect(events.filter(({ type }) => type === "usage")).toHaveLength(dialect === compatible ? 1 : 0);
});

describe("a server that is not trusted", () => {
  const open: Server[] = [];
  afterEach(() => open.splice(0).forEach((one) => one.close()));
  const listening = async (one: Server): Promise<string> => {
    open.push(one);
    await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
    const address = one.address();
    return `https://127.0.0.1:${isAddress(address) ? address.port : 0}`;
  };
  const isAddress = (address: unknown): address is AddressInfo => typeof address === "object" && address !== null;
  const pem = (name: string): string => readFileSync(join(import.meta.dirname, "..", "fixtures", "tls", name), "utf8");

  test.each(dialects)("$name: is asked once, costs nothing, and the way out is named", async (dialect) => {
    const secure = createServer({ key: pem("key.pem"), cert: pem("certificate.pem") });
    const plain = createPlain((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    for (const url of [await listening(secure), await listening(plain)]) {
      const spec = asked(dialect, { url, sent: [] }, callSpec({ role: "synthesizer", access: "read" }));
      const { outcome, events } = await seen(adapterOf(dialect).start(spec, committed));
      expect(outcome.failure).toMatchObject({ type: "network", reason: "offline", retryable: false });
      expect(outcome.failure?.message).toContain("NODE_EXTRA_CA_CERTS");
      expect(events.filter(({ type }) => type === "usage" || type === "cost")).toMatchObject([{ usage: { input: 0 } }]);
    }
  });
});
