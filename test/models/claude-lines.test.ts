import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { Failure } from "../../src/domain/failure.ts";
import { addUsage, noUsage } from "../../src/domain/money.ts";
import type { AdapterOutcome, CallEvent } from "../../src/engine/ports/adapter.ts";
import { ClaudeParser } from "../../src/models/claude/claude-lines.ts";
import { ClaudeMoney } from "../../src/models/claude/claude-money.ts";
import { statusOfCode, type ExitStatus } from "../../src/processes/gate.ts";
import { said, textOf } from "./call-spec.ts";

const moment = () => ({ nowMs: Date.UTC(2026, 2, 10, 12), zoneOffsetMs: () => 0 });
const implementer = { program: "opus", schema: false, maySayNothing: true };
const reviewer = { program: "opus", schema: true, maySayNothing: false };

const linesOf = (name: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, "..", "fixtures", "claude", `${name}.jsonl`), "utf8")
    .trimEnd()
    .split("\n");

interface Read {
  readonly events: readonly CallEvent[];
  readonly outcome: AdapterOutcome;
}

function read(
  lines: readonly string[],
  { exit = statusOfCode(0), asked = implementer, stderr = "", isResumed = false } = {},
): Read {
  const parser = new ClaudeParser(asked, moment, isResumed);
  const events = lines.flatMap((line) => parser.output(line, false));
  if (stderr !== "") parser.diagnostic(stderr);
  return { events, outcome: parser.end(exit) };
}

const played = (name: string, more: Parameters<typeof read>[1] = {}): Read => read(linesOf(name), more);

const usageOf = ({ events }: Read) =>
  events.flatMap((event) => (event.type === "usage" ? [event.usage] : [])).reduce(addUsage, noUsage);
const microsOf = ({ events }: Read): number | null =>
  events.reduce<number | null>(
    (sum, event) => (event.type === "cost" ? (sum ?? 0) + (event.cost.micros ?? 0) : sum),
    null,
  );

describe("a run that went well", () => {
  test("says what it does as it does it, and nothing twice", () => {
    const all = played("ok");
    const kinds = said(all.events).flatMap((event) => (event.type === "usage" ? [] : [event]));
    const tool = { type: "tool", id: "t1", name: "Write", detail: "src/a.txt" };
    expect(kinds).toEqual([
      { type: "session", session: "0b0f2c1e-1111-4222-8333-444455556666" },
      { type: "text", text: "I will " },
      { type: "text", text: "write it." },
      { ...tool, state: "start" },
      { ...tool, state: "end" },
      { type: "thinking", text: "Nearly done." },
      { type: "text", text: "\n" },
      { type: "text", text: "Done." },
      { type: "cost", cost: { micros: 500_000, source: "reported" } },
    ]);
    expect(all.outcome).toEqual({ kind: "success", text: "Done.", answer: null, failure: null });
    // 45 and 7, 45 and 5, then what the total has more: a side request.
    expect(usageOf(all)).toEqual({ input: 95, output: 14, cacheRead: 60, cacheWrite: 10, reasoning: 2 });
  });

  test("says whole texts where they do not come in pieces", () => {
    const { events, outcome } = played("whole");
    expect(textOf(events)).toBe("I will write it.\nDone.\n");
    expect(events).toContainEqual({ type: "tool", id: "t1", name: "Bash", detail: "npm test", state: "start" });
    expect(outcome).toMatchObject({ kind: "success", text: "Done." });
  });

  test("every line is a sign of life", () => {
    const parser = new ClaudeParser(implementer, moment);
    for (const line of linesOf("ok")) expect(parser.output(line, false)).not.toEqual([]);
    expect(parser.isComplete).toBe(true);
    expect(parser.output(linesOf("auth").at(-1) ?? "", false)).toEqual([]);
    expect(parser.end(statusOfCode(1)).kind).toBe("success");
  });

  test("a resumed session costs what came since", () => {
    const resumed = played("resumed", { isResumed: true });
    expect([usageOf(resumed).input, microsOf(resumed)]).toEqual([1_000, 300_000]);
    const without = linesOf("resumed").map((line) => line.replace("model_usage_since_last_result", "later"));
    expect(microsOf(read(without, { isResumed: true }))).toBeNull();
    expect(microsOf(read(without))).toBe(900_000);
    expect(microsOf(played("unknown-session", { isResumed: true }))).toBe(0);
  });

  test.each([
    ["a fresh session", false, 0, 0],
    ["a fresh session", false, 0.5, 500_000],
    ["a resumed session that never cost anything", true, 0, 0],
    ["a resumed session, as its total has what came before", true, 0.5, null],
  ])("what a total says of %s", (_what, isResumed, total, micros) => {
    const costs = new ClaudeMoney(isResumed)
      .result({ type: "result", total_cost_usd: total })
      .flatMap((event) => (event.type === "cost" ? [event.cost.micros] : []));
    expect(costs).toEqual(micros === null ? [] : [micros]);
  });

  test("a structured answer is taken from its own field", () => {
    expect(played("schema", { asked: reviewer }).outcome).toMatchObject({
      kind: "success",
      answer: { verdict: "approve" },
    });
    expect(played("whole", { asked: reviewer }).outcome).toMatchObject({
      kind: "error",
      failure: { type: "parse", reason: "no_answer" },
    });
  });

  test("helpers are heard by their tools, not by their words", () => {
    const all = played("helper");
    expect(textOf(all.events)).toBe("Seen.\n");
    const tools = all.events.flatMap((event) => (event.type === "tool" ? [`${event.name} ${event.state}`] : []));
    expect(tools).toEqual(["Task start", "Read start", "Read end", "Task end"]);
    expect(usageOf(all)).toMatchObject({ input: 75, output: 5 });
  });

  test("a turn that is queued is waited for", () => {
    const parser = new ClaudeParser(implementer, moment);
    const lines = linesOf("queued");
    for (const line of lines.slice(0, 3)) parser.output(line, false);
    expect(parser.isComplete).toBe(false);
    for (const line of lines.slice(3)) parser.output(line, false);
    expect(parser.isComplete).toBe(true);
    expect(parser.end(statusOfCode(0)).text).toBe("Second.");
    expect(microsOf(played("queued"))).toBe(300_000);
  });

  test("what it tells of the plan's windows is told, where it says a share", () => {
    const told = (info: object) => {
      const line = { type: "rate_limit_event", rate_limit_info: info, session_id: "s" };
      return new ClaudeParser(implementer, moment)
        .output(JSON.stringify(line), false)
        .filter(({ type }) => type === "limits");
    };
    const week = { utilization: 0.25, resetsAt: 1_795_500_000 };
    const windows = { five_hour: { utilization: 0.62, resetsAt: 1_795_232_193 }, seven_day_opus: week, odd: 3 };
    expect(told({ status: "allowed_warning", unifiedWindows: windows })).toEqual([
      {
        type: "limits",
        windows: [
          { name: "5h", share: 0.62, resetAtMs: 1_795_232_193_000 },
          { name: "7d opus", share: 0.25, resetAtMs: 1_795_500_000_000 },
        ],
      },
    ]);
    expect(told({ status: "allowed_warning", rateLimitType: "five_hour", utilization: 0.9, resetsAt: 5 })).toEqual([
      { type: "limits", windows: [{ name: "5h", share: 0.9, resetAtMs: 5_000 }] },
    ]);
    expect(told({ status: "allowed", rateLimitType: "five_hour", resetsAt: 5 })).toEqual([]);
  });

  test("a plan that is used up is a limit, though its account would buy more; done all the same it is a success", () => {
    const info = { status: "allowed", resetsAt: 1_795_232_193, rateLimitType: "five_hour", isUsingOverage: true };
    const overage = JSON.stringify({ type: "rate_limit_event", rate_limit_info: info, session_id: "s" });
    const overrun = (staysInPlan: boolean, last: readonly string[]) => {
      const parser = new ClaudeParser({ ...implementer, staysInPlan }, moment);
      const lines = [...linesOf("whole").slice(0, -1), overage];
      for (const line of lines) parser.output(line, false);
      const wasComplete = parser.isComplete;
      const events = last.flatMap((line) => parser.output(line, false));
      return { wasComplete, events, outcome: parser.end(statusOfCode(0)) };
    };
    const ended = overrun(true, linesOf("interrupted").slice(-1));
    expect(ended.wasComplete).toBe(true);
    expect(ended.events.some(({ type }) => type === "cost")).toBe(true);
    expect(ended.outcome).toMatchObject({
      kind: "error",
      failure: { type: "rate_limit", reason: "plan_limit", resetAtMs: 1_795_232_193_000 },
    });
    expect(overrun(true, []).outcome.failure?.message).toContain("budget.metered_fallback");
    expect(overrun(true, linesOf("whole").slice(-1)).outcome.kind).toBe("success");
    expect(overrun(false, [])).toMatchObject({ wasComplete: false });
    expect(overrun(false, linesOf("whole").slice(-1)).outcome.kind).toBe("success");
  });

  test("a retry is told", () => {
    expect(played("retried").events).toContainEqual({
      type: "retry",
      message: "overloaded (529), retry 1 of 2",
      delayMs: 592,
    });
  });
});

test.each<[string, Parameters<typeof read>[1], AdapterOutcome["kind"]]>([
  ["denied", {}, "permission_denied"],
  ["denied", { asked: reviewer }, "success"],
  ["budget", {}, "budget"],
  ["max-turns", {}, "max_turns"],
  ["interrupted", {}, "cancelled"],
  ["refused", {}, "refused"],
])("%s %j is no error", (name, more, kind) => {
  expect(played(name, more).outcome).toMatchObject({ kind, failure: null });
});

test("what was used until an end of any kind is booked", () => {
  expect([usageOf(played("interrupted")).input, microsOf(played("interrupted"))]).toEqual([10, 20_000]);
  expect([usageOf(played("budget")).output, microsOf(played("budget"))]).toEqual([1, 10_000]);
  expect([usageOf(played("cut")), microsOf(played("cut"))]).toEqual([
    { input: 45, output: 4, cacheRead: 30, cacheWrite: 5, reasoning: 0 },
    null,
  ]);
});

test.each<[string, Partial<Failure>]>([
  ["auth", { type: "auth", reason: "bad_key", retryable: false }],
  ["not-logged-in", { type: "auth", reason: "bad_key", retryable: false }],
  ["credit", { type: "rate_limit", reason: "quota_exhausted", retryable: false }],
  ["throttled", { type: "rate_limit", reason: "throttled", retryable: true }],
  ["plan-limit", { type: "rate_limit", reason: "plan_limit", resetAtMs: 1_795_232_193_000 }],
  ["plan-warning", { type: "rate_limit", reason: "throttled", resetAtMs: null }],
  ["no-model", { type: "not_found", reason: "model", retryable: false }],
  ["unknown-session", { type: "not_found", reason: "session", retryable: true }],
  ["invalid", { type: "invalid_request", reason: "bad_request", retryable: false }],
  ["too-long", { type: "invalid_request", reason: "context_overflow", retryable: false }],
  ["overloaded", { type: "overloaded", reason: null, retryable: true }],
  ["unavailable", { type: "overloaded", reason: null, retryable: true }],
  ["gateway", { type: "api", reason: "server", retryable: true }],
  ["timeout", { type: "timeout", reason: "server", retryable: true }],
  ["connection", { type: "network", reason: "cut", retryable: true }],
  ["bad-stream", { type: "parse", reason: "bad_stream", retryable: true }],
])("the error of %s, whatever its exit code", (name, expected) => {
  for (const exit of [statusOfCode(0), statusOfCode(1)]) {
    const { events, outcome } = played(name, { exit });
    expect(outcome).toMatchObject({ kind: "error", text: "", answer: null, failure: expected });
    expect(textOf(events)).toBe("");
  }
});

test.each<[ExitStatus, string, Partial<Failure>]>([
  [statusOfCode(143), "", { type: "api", reason: "crash", retryable: true }],
  [{ kind: "signalled", signal: "SIGKILL" }, "", { type: "api", reason: "crash", retryable: true }],
  [{ kind: "vanished" }, "", { type: "api", reason: "crash" }],
  [statusOfCode(0), "", { type: "api", reason: "crash" }],
  [statusOfCode(1), "Error: Session ID x is already in use.", { type: "api", reason: "crash", retryable: true }],
])("without a last word it has crashed: %j %s", (exit, stderr, expected) => {
  expect(played("cut", { exit, stderr }).outcome).toMatchObject({ kind: "error", text: "I will", failure: expected });
  expect(read([], { exit, stderr }).outcome).toMatchObject({ kind: "error", text: "", failure: expected });
});

test("what keeps it from starting does not get better", () => {
  const stderr = "--dangerously-skip-permissions cannot be used with root/sudo privileges for security reasons";
  expect(read([], { exit: statusOfCode(1), stderr }).outcome.failure).toMatchObject({
    type: "invalid_request",
    retryable: false,
    message: stderr,
  });
});

test("the agent's own words are no error channel", () => {
  const words =
    "Credit balance is too low. You've hit your usage limit, rate limit exceeded, ECONNRESET, 401 unauthorized";
  const lines = linesOf("whole").map((line) => line.replaceAll("Done.", words));
  expect(read(lines).outcome).toMatchObject({ kind: "success", text: words });
});

test("no line makes it throw, and it ends in some way", () => {
  const known = ["ok", "helper", "denied", "plan-limit", "budget", "schema", "interrupted"].flatMap(linesOf);
  const broken = fc.oneof(
    fc.constantFrom(...known),
    fc.json().map((value) => `{"type":"result","usage":${value},"permission_denials":${value}}`),
    fc
      .record({
        type: fc.constantFrom("system", "stream_event", "assistant", "user", "result"),
        message: fc.jsonValue(),
        event: fc.jsonValue(),
      })
      .map((line) => JSON.stringify(line)),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(broken, { maxLength: 30 }), fc.boolean(), (lines, truncated) => {
      const parser = new ClaudeParser(implementer, moment);
      const events = lines.flatMap((line) => parser.output(line, truncated));
      expect(events.some(({ type }) => type === "end")).toBe(false);
      expect(parser.end(statusOfCode(0)).kind).toMatch(/^\w+$/);
    }),
    { numRuns: 200 },
  );
});
