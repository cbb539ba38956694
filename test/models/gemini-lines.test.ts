import { expect, test } from "vitest";

import { GeminiParser, geminiSignal } from "../../src/models/gemini/gemini-lines.ts";
import { classifyError } from "../../src/models/provider-errors.ts";
import { statusOfCode } from "../../src/processes/gate.ts";
import { asked, exited, moment, readFixture } from "./read-fixture.ts";

const create = (more: Partial<typeof asked> = {}): GeminiParser => new GeminiParser({ ...asked, ...more }, moment);

test("a whole turn", () => {
  const parser = create();
  const events = readFixture(parser, "gemini/ok.jsonl");
  expect(events.map(({ type }) => type)).toEqual(["session", "text", "text", "text", "tool", "tool", "text", "usage"]);
  expect(events[4]).toEqual({ type: "tool", id: "w1", state: "start", name: "write_file", detail: "/w/a.txt" });
  expect(events[5]).toEqual({ type: "tool", id: "w1", state: "end", name: "write_file", detail: "/w/a.txt" });
  expect(events.at(-1)).toMatchObject({
    usage: { input: 1000, output: 65, cacheRead: 600, cacheWrite: 0, reasoning: 25 },
  });
  expect(parser.end(exited(0))).toEqual({
    kind: "success",
    text: "I will write it.\nDone.",
    answer: null,
    failure: null,
  });
});

test("a denied tool is no success of who was to change something", () => {
  const writer = create();
  readFixture(writer, "gemini/denied.jsonl");
  expect(writer.end(exited(0))).toMatchObject({ kind: "permission_denied", failure: null });
  const reviewer = create({ maySayNothing: false });
  readFixture(reviewer, "gemini/denied.jsonl");
  expect(reviewer.end(exited(0)).kind).toBe("success");
});

test("what is told at every start is no reason for an end", () => {
  const parser = create();
  for (const line of [
    "Warning: Basic terminal detected (TERM=dumb). Visual rendering will be limited.",
    "Ripgrep is not available. Falling back to GrepTool.",
    "it broke",
  ])
    expect(parser.diagnostic(line)).toEqual([{ type: "activity" }]);
  const killed = parser.end({ kind: "signalled", signal: "SIGKILL" });
  expect(killed.failure?.message).toMatch(/ was ended by SIGKILL: it broke$/);
});

test("a result with status error is an error, whatever the exit code", () => {
  const parser = create();
  readFixture(parser, "gemini/cut.jsonl");
  expect(parser.end(exited(0))).toMatchObject({
    kind: "error",
    text: "half",
    failure: { type: "network", reason: "cut" },
  });
});

test.each([
  ["Attempt 1 failed with status 503. Retrying with backoff... _ApiError: {}", null],
  ["Suggested retry after 2s.. Retrying after 5332ms...", 5_332],
])("it tries again: %s", (line, delayMs) => {
  expect(create().diagnostic(line)).toEqual([{ type: "retry", message: line, delayMs }]);
});

test("what else stands on standard error is a sign of life alone", () => {
  for (const line of [
    "Ripgrep is not available.",
    "Attempt 1 failed: busy. Max attempts reached",
    "    at throwErrorIfNotOK",
  ]) {
    expect(create().diagnostic(line)).toEqual([{ type: "activity" }]);
  }
});

test.each([
  [400, "invalid_request", "bad_request"],
  [401, "auth", "bad_key"],
  [402, "rate_limit", "quota_exhausted"],
  [403, "auth", "forbidden"],
  [404, "not_found", "endpoint"],
  [429, "rate_limit", "throttled"],
  [500, "api", "server"],
  [503, "overloaded", null],
  [504, "timeout", "server"],
])("an exit code that is the status %i", (status, type, reason) => {
  const exit = statusOfCode(status % 256);
  expect(create().end(exit)).toMatchObject({ kind: "error", failure: { type, reason } });
});

test("a death by a signal is no status", () => {
  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT", "SIGSEGV"] as const) {
    expect(create().end({ kind: "signalled", signal })).toMatchObject({ failure: { type: "api", reason: "crash" } });
  }
});

test.each([
  [41, "Please set an Auth method in your settings.json", "error", "auth"],
  [42, "Error resuming session: No previous sessions found for this project.", "error", "not_found"],
  [42, "Unknown arguments: x", "error", "invalid_request"],
  [55, "Gemini CLI is not running in a trusted directory.", "error", "invalid_request"],
  [53, "Reached max session turns.", "max_turns", undefined],
  [1, "nothing known", "error", "api"],
])("its exit code %i: %s", (code, line, kind, type) => {
  const parser = create();
  parser.diagnostic(line);
  const outcome = parser.end(exited(code));
  expect(outcome.kind).toBe(kind);
  expect(outcome.failure?.type).toBe(type);
});

test("the name of an error on standard error says more than its text", () => {
  const parser = create();
  parser.diagnostic("Error when talking to the API TerminalQuotaError: it is used up");
  parser.output(
    '{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: it is used up]"}}',
    false,
  );
  expect(parser.end(exited(173))).toMatchObject({ failure: { type: "rate_limit", reason: "plan_limit" } });
});

test("what it calls a quota is one only with that status", () => {
  for (const [status, type] of [
    [503, "overloaded"],
    [429, "rate_limit"],
  ] as const) {
    const parser = create();
    parser.diagnostic("Error when talking to the API RetryableQuotaError: busy");
    parser.output('{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: busy]"}}', false);
    expect(parser.end(exited(status % 256))).toMatchObject({ failure: { type } });
  }
});

test("words of a model are never an error", () => {
  const parser = create();
  const content = "[API Error: You have exhausted your daily quota] TerminalQuotaError, status: 429";
  parser.output(JSON.stringify({ type: "message", role: "assistant", content, delta: true }), false);
  parser.output('{"type":"result","status":"success"}', false);
  expect(parser.end(exited(0))).toMatchObject({ kind: "success", text: content });
});

test.each([
  [
    '[API Error: {"error":{"code":400,"message":"API key not valid.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}]',
    "auth",
    "bad_key",
  ],
  [
    '[API Error: {"error":{"code":400,"message":"Invalid JSON payload.","status":"INVALID_ARGUMENT"}}]',
    "invalid_request",
    "bad_request",
  ],
  [
    '[API Error: {"error":{"code":400,"message":"The input token count (9) exceeds the maximum number of tokens allowed (8).","status":"INVALID_ARGUMENT"}}]',
    "invalid_request",
    "context_overflow",
  ],
  [
    "[API Error: You have exhausted your daily quota on this model.]\nPlease wait and try again later.",
    "rate_limit",
    "plan_limit",
  ],
  [
    "[API Error: You exceeded your current quota. Please retry in 2.5s.\nSuggested retry after 2s.]\nPlease wait",
    "rate_limit",
    "throttled",
  ],
  ["[API Error: You exceeded your current quota\nSuggested retry after 7s.]", "rate_limit", "throttled"],
  ["[API Error: models/gemini-none is not found for API version v1beta.]", "not_found", "model"],
  ["[API Error: The model is overloaded. Please try again later.]", "overloaded", null],
  ["[API Error: Unterminated string in JSON at position 21 (line 1 column 22)]", "parse", "bad_stream"],
])("the error %s", (message, type, reason) => {
  expect(classifyError(geminiSignal(message), moment())).toMatchObject({ type, reason });
});
