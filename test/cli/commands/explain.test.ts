import { describe, expect, test } from "vitest";

import { atHand } from "../at-hand.ts";

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
  [["claude-code", "nowhere"], "cannot read"],
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
