import { expect, test } from "vitest";

import { OpencodeParser, opencodeSignal } from "../../src/models/opencode/opencode-lines.ts";
import { classifyError } from "../../src/models/provider-errors.ts";
import { asked, exited, moment, readFixture } from "./read-fixture.ts";

const create = (more: Partial<typeof asked> = {}): OpencodeParser => new OpencodeParser({ ...asked, ...more }, moment);

test("a whole run, counted step by step", () => {
  const parser = create();
  const events = readFixture(parser, "opencode/ok.jsonl");
  expect(events.map(({ type }) => type)).toEqual([
    "session",
    "thinking",
    "text",
    "tool",
    "tool",
    "usage",
    "cost",
    "text",
    "usage",
    "cost",
  ]);
  expect(events.filter((event) => event.type === "usage").map(({ usage }) => usage)).toEqual([
    { input: 135, output: 15, cacheRead: 100, cacheWrite: 15, reasoning: 5 },
    { input: 25, output: 5, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
  ]);
  expect(events.filter((event) => event.type === "cost").map(({ cost }) => cost.micros)).toEqual([1_500, 500]);
  expect(parser.end(exited(0))).toEqual({
    kind: "success",
    text: "I will write it.\nDone.",
    answer: null,
    failure: null,
  });
});

test("a question that was refused for want of a person", () => {
  for (const maySayNothing of [true, false]) {
    const parser = create({ maySayNothing });
    const events = readFixture(parser, "opencode/rejected.jsonl");
    expect(events.some(({ type }) => type === "cost")).toBe(false);
    expect(parser.end(exited(0))).toMatchObject({ kind: "permission_denied", failure: null });
  }
});

test("a run that only met a rule goes on", () => {
  const line = (part: object): string => JSON.stringify({ type: "tool_use", sessionID: "s", part });
  const state = {
    status: "error",
    error: "The user has specified a rule which prevents you from using this tool call.",
  };
  const stop = '{"type":"step_finish","sessionID":"s","part":{"reason":"stop"}}';
  const [writer, reviewer] = [create(), create({ maySayNothing: false })];
  for (const parser of [writer, reviewer]) {
    parser.output(line({ tool: "bash", callID: "c", state }), false);
    parser.output('{"type":"text","sessionID":"s","part":{"text":"fine"}}', false);
    parser.output(stop, false);
  }
  expect(writer.end(exited(0)).kind).toBe("permission_denied");
  expect(reviewer.end(exited(0))).toMatchObject({ kind: "success", text: "fine" });
});

test("an error stays one when the run seems to end well", () => {
  const parser = create();
  readFixture(parser, "opencode/quota.jsonl");
  parser.output('{"type":"step_finish","sessionID":"ses_3","part":{"reason":"stop"}}', false);
  expect(parser.end(exited(0))).toMatchObject({
    kind: "error",
    failure: { type: "rate_limit", reason: "quota_exhausted", retryable: false },
  });
});

test("a refusal of the model's provider is no success", () => {
  const parser = create();
  parser.output('{"type":"step_finish","sessionID":"s","part":{"reason":"content-filter"}}', false);
  expect(parser.end(exited(0))).toMatchObject({ kind: "refused", failure: null });
});

test("a session that is gone", () => {
  const parser = create();
  parser.diagnostic("\u001b[91m\u001b[1mError: \u001b[0mSession not found");
  expect(parser.end(exited(1))).toMatchObject({ failure: { type: "not_found", message: "Error: Session not found" } });
});

test("a last step that asks for tools is not the end", () => {
  const parser = create();
  parser.output('{"type":"step_finish","sessionID":"s","part":{"reason":"tool-calls"}}', false);
  expect(parser.end(exited(0))).toMatchObject({ kind: "error", failure: { type: "api", reason: "crash" } });
});

test("words of a model are never an error", () => {
  const parser = create();
  const text = "permission requested: bash; auto-rejecting. 429 Too Many Requests";
  parser.output(JSON.stringify({ type: "text", sessionID: "s", part: { text } }), false);
  parser.output('{"type":"step_finish","sessionID":"s","part":{"reason":"stop"}}', false);
  expect(parser.end(exited(0))).toMatchObject({ kind: "success", text });
});

test.each([
  [{ name: "APIError", data: { message: "no", statusCode: 401 } }, "auth", "bad_key", null],
  [
    { name: "APIError", data: { message: "slow", statusCode: 429, responseHeaders: { "Retry-After": "7" } } },
    "rate_limit",
    "throttled",
    7_000,
  ],
  [{ name: "ContextOverflowError", data: { message: "too long" } }, "invalid_request", "context_overflow", null],
  [
    { name: "APIError", data: { message: "", statusCode: 502, responseBody: "<html>Bad Gateway</html>" } },
    "api",
    "server",
    null,
  ],
  [{ name: "UnknownError", data: {} }, "api", "unknown", null],
  [{}, "api", "unknown", null],
])("the error %j", (error, type, reason, retryAfterMs) => {
  expect(classifyError(opencodeSignal(error), moment())).toMatchObject({ type, reason, retryAfterMs });
});

const logged = (error: string, small = false) =>
  `timestamp=2026-01-02T03:04:05.006Z level=ERROR run=1 message="stream error" providerID=p modelID=m session.id=ses_1 small=${small} agent=build mode=primary error.error=${JSON.stringify(error)}`;

test.each([
  ["AI_APICallError: You exceeded your current quota", "rate_limit", "quota_exhausted"],
  ["AI_APICallError: Rate limit reached", "rate_limit", "throttled"],
  ['AI_APICallError: The server is "overloaded"', "overloaded", null],
])("the first error of a provider on its log ends it: %s", (error, type, reason) => {
  const parser = create();
  expect(parser.diagnostic(logged(error, true))).toEqual([{ type: "activity" }]);
  expect(parser.isComplete).toBe(false);
  expect(parser.diagnostic(logged(error))).toEqual([{ type: "session", session: "ses_1" }, { type: "activity" }]);
  expect(parser.isComplete).toBe(true);
  const { kind, failure } = parser.end({ kind: "signalled", signal: "SIGTERM" });
  expect({ kind, failure }).toMatchObject({ kind: "error", failure: { type, reason } });
  expect(failure?.message).not.toMatch(/AI_APICallError/);
});

test("what it says itself of an error knows more than its log", () => {
  const parser = create();
  parser.diagnostic(logged("AI_APICallError: No"));
  const data = { message: "No", statusCode: 401, responseBody: "" };
  parser.output(JSON.stringify({ type: "error", sessionID: "ses_1", error: { name: "APIError", data } }), false);
  expect(parser.end(exited(1)).failure).toMatchObject({ type: "auth", reason: "bad_key" });
});
