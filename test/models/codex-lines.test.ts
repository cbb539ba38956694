import { expect, test } from "vitest";

import { codexSignal } from "../../src/models/codex/codex-errors.ts";
import { CodexParser } from "../../src/models/codex/codex-lines.ts";
import { classifyError } from "../../src/models/provider-errors.ts";
import { asked, exited, moment, readFixture } from "./read-fixture.ts";

const create = (): CodexParser => new CodexParser(asked, moment);

test("a whole turn", () => {
  const parser = create();
  const events = readFixture(parser, "codex/ok.jsonl");
  expect(
    events.map((event) => ("state" in event ? `${event.state} ${event.name} ${event.detail}`.trim() : event.type)),
  ).toEqual([
    "session",
    "thinking",
    "start command_execution ls src",
    "end command_execution ls src",
    "text",
    "start file_change src/b.ts src/c.ts",
    "end file_change src/b.ts src/c.ts",
    "start lookup",
    "end lookup",
    "text",
    "usage",
  ]);
  expect(events.at(-1)).toMatchObject({
    usage: { input: 900, output: 70, cacheRead: 600, cacheWrite: 5, reasoning: 30 },
  });
  expect(parser.end(exited(0))).toEqual({
    kind: "success",
    text: "I will write it.\nDone.",
    answer: null,
    failure: null,
  });
});

test("a resumed thread counts from where it was", () => {
  const counted = { input: 400, output: 20, cacheRead: 300, cacheWrite: 5, reasoning: 10 };
  const usage = { input: 500, output: 50, cacheRead: 300, cacheWrite: 0, reasoning: 20 };
  expect(readFixture(new CodexParser(asked, moment, counted), "codex/ok.jsonl").at(-1)).toMatchObject({ usage });
  const beyond = { ...counted, input: 5_000 };
  expect(readFixture(new CodexParser(asked, moment, beyond), "codex/ok.jsonl").at(-1)).toMatchObject({
    usage: { input: 900 },
  });
});

test("what it tells of the plan's windows is told", () => {
  const primary = { used_percent: 42.5, window_minutes: 300, resets_in_seconds: 600 };
  const secondary = { used_percent: 7, window_minutes: 10_080, resets_at: 1_795_500_000 };
  const line = { type: "token_count", rate_limits: { primary, secondary } };
  expect(create().output(JSON.stringify(line), false)).toEqual([
    {
      type: "limits",
      windows: [
        { name: "5h", share: 0.425, resetAtMs: moment().nowMs + 600_000 },
        { name: "7d", share: 0.07, resetAtMs: 1_795_500_000_000 },
      ],
    },
  ]);
});

test("notices that it tries again are no end, and the same one again is no sign of life", () => {
  const parser = create();
  const events = readFixture(parser, "codex/retries.jsonl");
  expect(events.filter(({ type }) => type === "retry")).toHaveLength(4);
  expect(
    parser.output('{"type":"error","message":"Reconnecting... waiting for network (Connection failed)"}', false),
  ).toEqual([]);
  expect(parser.end(exited(0)).kind).toBe("success");
});

test("a warning is no notice that it tries again", () => {
  const item = { id: "i", type: "error", message: "Model metadata for `x` not found." };
  expect(create().output(JSON.stringify({ type: "item.completed", item }), false)).toEqual([{ type: "activity" }]);
});

test("the limit of a plan ends at the next such time of day here", () => {
  const parser = create();
  readFixture(parser, "codex/limit.jsonl");
  expect(parser.end(exited(1))).toMatchObject({
    kind: "error",
    failure: { type: "rate_limit", reason: "plan_limit", resetAtMs: Date.UTC(2026, 2, 2, 1) },
  });
});

test("words of a model are never an error", () => {
  const parser = create();
  const text = "unexpected status 401 Unauthorized: You’ve hit your usage limit. Reconnecting... 1/5";
  parser.output(JSON.stringify({ type: "item.completed", item: { id: "i", type: "agent_message", text } }), false);
  parser.output('{"type":"turn.completed","usage":{}}', false);
  expect(parser.end(exited(1))).toMatchObject({ kind: "success", text });
});

test("an error without a failed turn counts when it ends badly", () => {
  const parser = create();
  parser.output('{"type":"error","message":"unexpected status 401 Unauthorized: no, url: http://x/"}', false);
  expect(parser.end(exited(1))).toMatchObject({ failure: { type: "auth", reason: "bad_key" } });
  expect(parser.end({ kind: "signalled", signal: "SIGKILL" })).toMatchObject({
    failure: { type: "api", reason: "crash" },
  });
});

test.each([
  ["Error: thread/resume: thread/resume failed: no rollout found for thread id 0a0b (code -32600)", "not_found"],
  ["Not inside a trusted directory and --skip-git-repo-check was not specified.", "invalid_request"],
  ["Failed to read output schema file /x: No such file or directory (os error 2)", "invalid_request"],
  ["Error loading config.toml: unknown variant", "invalid_request"],
  ["a tool said no rollout found", "api"],
])("it did not begin: %s", (line, type) => {
  const parser = create();
  parser.diagnostic("Reading additional input from stdin...");
  parser.diagnostic(line);
  expect(parser.end(exited(1))).toMatchObject({ kind: "error", failure: { type } });
});

test.each([
  ["unexpected status 401 Unauthorized: Incorrect API key provided, url: http://x/v1", "auth", "bad_key"],
  ["exceeded retry limit, last status: 429 Too Many Requests", "rate_limit", "throttled"],
  ["rate limit exceeded: Rate limit reached for gpt-x. Please try again in 1.5s.", "rate_limit", "throttled"],
  ["Quota exceeded. Check your plan and billing details.", "rate_limit", "quota_exhausted"],
  ["Selected model is at capacity. Please try a different model.", "overloaded", null],
  ["We're currently experiencing high demand, which may cause temporary errors.", "overloaded", null],
  ["unexpected status 502 Bad Gateway: <html><body>502</body></html>, url: http://x/v1", "api", "server"],
  ["stream disconnected before completion: error sending request", "network", "cut"],
  ["The model 'gpt-none' does not exist or you do not have access to it.", "not_found", "model"],
  ["Codex ran out of room in the model's context window. Start a new thread.", "invalid_request", "context_overflow"],
  [
    '{"error":{"message":"Invalid schema","type":"invalid_request_error","code":null}}',
    "invalid_request",
    "bad_request",
  ],
  [
    'unexpected status 429 Too Many Requests: {"error":{"message":"m","code":"insufficient_quota"}}, url: http://x',
    "rate_limit",
    "quota_exhausted",
  ],
  ["something else", "api", "unknown"],
])("the error %s", (message, type, reason) => {
  expect(classifyError(codexSignal(message), moment())).toMatchObject({ type, reason });
});
