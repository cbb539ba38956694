import { describe, expect, test } from "vitest";

import { atHand } from "../at-hand.ts";
import { having, some } from "../played.ts";

const init = JSON.stringify({ type: "system", subtype: "init", session_id: "s-1", cwd: "/repo" });
const tool = JSON.stringify({
  type: "assistant",
  message: { id: "m", content: [{ type: "tool_use", id: "t", name: "Write", input: { file_path: "/repo/a.txt" } }] },
});
const result = (more: object): string =>
  JSON.stringify({ type: "result", subtype: "success", is_error: false, permission_denials: [], ...more });
const used = {
  total_cost_usd: 0.25,
  model_usage_since_last_result: { m: { inputTokens: 5, outputTokens: 2, cacheReadInputTokens: 3, costUSD: 0.25 } },
};

async function explained(lines: readonly string[], ...flags: readonly string[]): Promise<unknown> {
  const hand = atHand({});
  hand.write("stream.jsonl", lines.map((line) => `${line}\n`).join(""));
  const said = await hand.say("models", "--explain", "claude-code", "stream.jsonl", ...flags);
  expect([said.code, said.err]).toEqual([0, ""]);
  const value: unknown = JSON.parse(said.out);
  return value;
}

describe("a recorded stream", () => {
  test("of a success", async () => {
    expect(await explained([init, tool, result({ result: "Done.", ...used })], "--json")).toEqual({
      v: 1,
      outcome: "success",
      error: null,
      session: "s-1",
      usage: { input: 8, output: 2, cacheRead: 3, cacheWrite: 0, reasoning: 0, total: 10 },
      costUsd: 0.25,
      costSource: "reported",
      tools: [{ name: "Write", detail: "a.txt" }],
      hold: null,
    });
  });

  test("of a limit", async () => {
    const limit = JSON.stringify({
      type: "rate_limit_event",
      rate_limit_info: { status: "rejected", resetsAt: 1_795_232_193 },
    });
    const end = result({ is_error: true, api_error_status: 429, api_error: "usage_limit_reached", result: "used up" });
    expect(await explained([init, limit, end], "--exit", "1")).toMatchObject({
      outcome: "error",
      error: {
        type: "rate_limit",
        reason: "plan_limit",
        retryable: true,
        retryAfterMs: null,
        resetAt: "2026-11-21T03:36:33.000Z",
        message: "used up",
      },
    });
  });

  test.each([
    [["--signal", "SIGKILL"], "SIGKILL"],
    [["--signal", "term"], "SIGTERM"],
    [["--exit", "143"], "SIGTERM"],
    [["--exit", "3"], "exit code 3"],
    [[], "without saying that it is done"],
  ])("that breaks off has crashed: %j", async (flags, how) => {
    const value = await explained([init], ...flags);
    const error = { type: "api", reason: "crash" };
    expect(value).toMatchObject({ outcome: "crashed", error, costUsd: null, costSource: "unknown" });
    expect(JSON.stringify(value)).toContain(how);
  });

  test.each([
    [result({ permission_denials: [{ tool_name: "Bash" }] }), "denied"],
    [result({ is_error: true, terminal_reason: "budget_exhausted" }), "budget"],
    [result({ is_error: true, subtype: "error_max_turns" }), "max_turns"],
    [result({ is_error: true, terminal_reason: "aborted_streaming" }), "cancelled"],
    [result({ is_error: true, stop_reason: "refusal" }), "error"],
  ])("%s", async (line, outcome) => {
    expect(await explained([init, line])).toMatchObject({ outcome });
  });

  test("with what stood on standard error", async () => {
    const hand = atHand({});
    hand.write("out", "");
    hand.write("err", "it fell over\n");
    const said = await hand.say(
      "models",
      "--explain",
      "claude-code",
      "out",
      "--exit",
      "1",
      "--stderr",
      "err",
      "--json",
    );
    expect(said.out).toContain("it fell over");
  });

  test.each([
    [
      "of an app server",
      [
        { id: "thread", result: { thread: { id: "th-1" }, cwd: "/repo" } },
        {
          method: "item/started",
          params: { threadId: "th-1", item: { type: "commandExecution", id: "c", command: "bash -lc 'npm test'" } },
        },
        {
          method: "turn/completed",
          params: {
            threadId: "th-1",
            turn: { status: "failed", error: { message: "You are over it.", codexErrorInfo: "usageLimitExceeded" } },
          },
        },
      ],
      { name: "commandExecution", detail: "npm test" },
    ],
    [
      "of exec",
      [
        { type: "thread.started", thread_id: "th-1" },
        { type: "item.started", item: { type: "command_execution", id: "c", command: "npm test" } },
        { type: "turn.failed", error: { message: "You’ve hit your usage limit." } },
      ],
      { name: "command_execution", detail: "npm test" },
    ],
  ])("of Codex, %s", async (_form, lines, tool) => {
    const hand = atHand({});
    hand.write("stream.jsonl", lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
    const { out } = await hand.say("models", "--explain", "codex", "stream.jsonl", "--json");
    expect(JSON.parse(out)).toMatchObject({
      outcome: "error",
      error: { type: "rate_limit", reason: "plan_limit" },
      session: "th-1",
      tools: [tool],
    });
  });

  test("for a person", async () => {
    const hand = atHand({});
    hand.write("stream", `${init}\n${tool}\n${result({ result: "Done.", ...used })}\n`);
    const { out } = await hand.begin(["models", "--explain", "claude-code", "stream"], { terminal: true }).end;
    for (const text of ["outcome: success", "session: s-1", "8 in, 2 out", "$0.25", "Write a.txt"])
      expect(out).toContain(text);
  });
});

test.each([
  [["claude-cod", "x"], 'did you mean "claude-code"?'],
  [["scripted", "x"], "these can be explained: command, claude-code"],
  [["claude-code"], "needs FILE"],
  [["claude-code", "nowhere"], "there is no such file; FILE is a file, - for standard input, or the text itself"],
  [["claude-code", "."], "cannot read"],
  [["claude-code", "x", "--exit", "-"], "--exit must be a code from 0 to 255"],
  [["claude-code", "x", "--exit", "256"], "--exit must be a code from 0 to 255"],
  [["claude-code", "x", "--signal", "SIGNOTHING"], "must be the name of a signal"],
  [["claude-code", "x", "--exit", "1", "--signal", "KILL"], "not by both"],
])("%j is refused", async (argv, message) => {
  const said = await atHand({}).say("models", "--explain", ...argv);
  expect([said.code, said.out]).toEqual([2, ""]);
  expect(said.err).toContain(message);
});

describe("an answer over HTTP", () => {
  async function answered(adapter: string, body: string, ...flags: readonly string[]) {
    const hand = atHand({});
    hand.write("body", body);
    return await hand.say("models", "--explain", adapter, "body", ...flags);
  }
  const spent = JSON.stringify({ error: { message: "Insufficient Balance", code: "invalid_request_error" } });
  const slow = JSON.stringify({ error: { message: "Rate limit exceeded: free-models-per-day", code: 429 } });

  test.each<[string, string, readonly string[], object]>([
    ["openai", spent, ["--status", "402"], { type: "rate_limit", reason: "quota_exhausted", retryable: false }],
    ["openai", spent, ["--status=402", "--json"], { reason: "quota_exhausted", message: "Insufficient Balance" }],
    ["openai-compatible", slow, ["--header", "Retry-After: 7"], { reason: "per_day", retryAfterMs: 7_000 }],
    [
      "anthropic",
      slow,
      [
        "--status",
        "429",
        "--header",
        "Retry-After: Fri, 20 Nov 2099 20:00:00 GMT",
        "--header",
        "X-RateLimit-Reset: 4098902400000",
      ],
      { reason: "per_day", resetAt: "2099-11-21T00:00:00.000Z" },
    ],
    ["google", "<html>", ["--status", "502"], { type: "api", reason: "server" }],
    [
      "openai-compatible",
      'data: {"choices":[{"delta":{"content":"ye"}}]}\n\ndata: {"object":"error","message":"busy","code":503}\n\n',
      [],
      { type: "overloaded", message: "busy" },
    ],
    ["openai", "", ["--status", "204"], { type: "parse", reason: "bad_stream" }],
    [
      "anthropic",
      "",
      ["--status", "307", "--header", "location: https://elsewhere.invalid/x"],
      { type: "not_found", reason: "endpoint" },
    ],
  ])("%s %s %j", async (adapter, body, flags, error) => {
    const said = await answered(adapter, body, ...flags);
    expect([said.code, said.err]).toEqual([0, ""]);
    expect(JSON.parse(said.out)).toMatchObject({ v: 1, outcome: "error", error, costUsd: null, tools: [] });
  });

  test.each<[string, readonly string[], string, unknown, string]>([
    ["a spent balance", ["--status", "402"], spent, { scope: "account", until: null }, "gandy release ACCOUNT"],
    [
      "a limit with an end",
      ["--status", "429", "--header", "retry-after: 7200"],
      slow,
      { scope: "account", until: some, reason: having("limit of a day") },
      "is held, with all models of it, until",
    ],
    ["a moment's limit", ["--status", "429", "--header", "retry-after: 7"], "{}", null, "tried again in 7s"],
    ["a bad key", ["--status", "401"], "{}", null, "not tried again: bad_key"],
  ])("says what would follow: %s", async (_what, flags, body, hold, words) => {
    const hand = atHand({});
    const argv = ["models", "--explain", "openai", body, ...flags];
    const { out } = await hand.say(...argv);
    expect(JSON.parse(out)).toMatchObject({ hold });
    expect((await hand.begin(argv, { terminal: true }).end).out).toContain(words);
  });

  test("is read from standard input, or given as it is", async () => {
    const hand = atHand({});
    const argv = ["models", "--explain", "openai", "--status", "402"];
    const said = await hand.say(...argv, spent);
    const piped = await hand.begin([...argv, "-"], { typed: [spent] }).end;
    expect(JSON.parse(said.out)).toMatchObject({ error: { reason: "quota_exhausted" } });
    expect(piped.out).toBe(said.out);
  });

  test("is a file where one is called so, whatever it begins with, and words where none is", async () => {
    const hand = atHand({});
    const argv = ["models", "--explain", "openai", "--status", "429"];
    hand.write("[id] of one.json", spent);
    const said = await hand.say(...argv, "[id] of one.json");
    expect(JSON.parse(said.out)).toMatchObject({ error: { reason: "quota_exhausted" } });
    const words = await hand.say(...argv, "Too many requests. Try again in 7s.");
    expect(JSON.parse(words.out)).toMatchObject({ error: { reason: "throttled", retryAfterMs: 7000 } });
    expect((await hand.say(...argv, "no such file.json")).err).toContain("there is no such file");
  });

  test("that is one", async () => {
    const events = [
      { choices: [{ delta: { content: "yes" } }] },
      {
        choices: [{ delta: {}, finish_reason: "stop" }],
        usage: { prompt_tokens: 5, completion_tokens: 2, cost: 0.25 },
      },
    ];
    const body = `${events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join("")}data: [DONE]\n\n`;
    const { out } = await answered("openai-compatible", body);
    expect(JSON.parse(out)).toMatchObject({
      outcome: "success",
      error: null,
      usage: { input: 5, output: 2 },
      costUsd: 0.25,
    });
  });

  test.each<[string, readonly string[], string]>([
    ["openai", ["--status", "99"], "--status must be one of HTTP, from 200 to 599"],
    ["openai", ["--header", "no"], "--header must be NAME:VALUE"],
    ["openai", ["--exit", "1"], "--exit does not go with --explain of this adapter: openai is no program"],
    ["codex", ["--status", "402"], "--status does not go with --explain of this adapter: codex is a program"],
    ["codex", ["--header", "a: b"], "--header does not go with"],
  ])("%s %j is refused", async (adapter, flags, why) => {
    const said = await answered(adapter, spent, ...flags);
    expect(said.code).toBe(2);
    expect(said.err).toContain(why);
  });
});
