import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { AdapterOutcome, CallEvent } from "../../src/engine/ports/adapter.ts";
import { CommandParser } from "../../src/models/command/command-lines.ts";
import type { ExitStatus } from "../../src/processes/gate.ts";
import { said, textOf } from "./call-spec.ts";

const well: ExitStatus = { kind: "exited", code: 0 };

function read(
  lines: readonly string[],
  exit: ExitStatus = well,
  asked = { schema: false, maySayNothing: true },
): { events: CallEvent[]; outcome: AdapterOutcome } {
  const parser = new CommandParser({ program: "agent", ...asked });
  const events = lines.flatMap((line) => parser.output(line, false));
  return { events, outcome: parser.end(exit) };
}

const event = (line: object): readonly CallEvent[] => said(read([JSON.stringify(line)]).events);

describe("a line is an event where it is an object of a known type", () => {
  test.each<[object, readonly unknown[]]>([
    [{ type: "text", text: "a" }, [{ type: "text", text: "a" }]],
    [{ type: "session", session: "s" }, [{ type: "session", session: "s" }]],
    [{ type: "session", id: "s" }, [{ type: "session", session: "s" }]],
    [{ type: "session", session: "a\nb" }, []],
    [{ type: "session", session: "" }, []],
    [{ type: "cost", costUsd: 0.1 }, [{ type: "cost", cost: { micros: 100_000, source: "reported" } }]],
    [{ type: "cost", costUsd: null }, [{ type: "cost", cost: { micros: null, source: "unknown" } }]],
    [{ type: "cost", costUsd: -1 }, []],
    [
      { type: "window", name: "five_hour", used: 0.5, resetAt: "2026-12-01T00:00:00Z" },
      [{ type: "limits", windows: [{ name: "5h", share: 0.5, resetAtMs: Date.UTC(2026, 11, 1) }] }],
    ],
    [
      { type: "window", name: "month", used: 1.2 },
      [{ type: "limits", windows: [{ name: "month", share: 1, resetAtMs: null }] }],
    ],
    [{ type: "window", name: "5h" }, []],
    [{ type: "window", name: "5h", used: -1 }, []],
    [{ type: "window", used: 0.5 }, []],
    [{ type: "cost", costUsd: "1" }, []],
    [{ type: "cost", costUsd: 1e300 }, []],
    [
      { type: "tool", name: "sh", state: "start" },
      [{ type: "tool", id: "sh", name: "sh", detail: "", state: "start" }],
    ],
    [
      { type: "tool", id: "1", name: "sh", state: "end", detail: "ls" },
      [{ type: "tool", id: "1", name: "sh", detail: "ls", state: "end" }],
    ],
    [{ type: "tool" }, []],
    [{ type: "usage" }, []],
    [{ type: "usage", input: -5 }, []],
    [{ type: "text" }, []],
    [{ type: "end" }, []],
  ])("%j", (line, events) => {
    expect(event(line)).toEqual(events);
  });

  test("a tool without a state is over already", () => {
    expect(event({ type: "tool", name: "sh" })).toMatchObject([
      { state: "start", id: "sh" },
      { state: "end", id: "sh" },
    ]);
  });

  test.each([
    [
      { type: "usage", input: 3, output: 1.6 },
      { input: 3, output: 2, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
    ],
    [
      { type: "usage", usage: { input: 9, cacheRead: 5, cacheWrite: 1, reasoning: 2 } },
      { input: 9, output: 0, cacheRead: 5, cacheWrite: 1, reasoning: 2 },
    ],
    [
      { type: "usage", input: 1e300, output: "x" },
      { input: 1_000_000_000_000, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
    ],
  ])("%j", (line, usage) => {
    expect(event(line)).toMatchObject([{ type: "usage", usage }]);
  });

  test.each([
    '{"type":"other"}',
    '{"type":["text"],"text":"a"}',
    '{"text":"a"}',
    '["type","text"]',
    '{"type":"text","text":"a"',
    'x {"type":"text","text":"a"}',
  ])("%s is part of the answer", (line) => {
    expect(read([line])).toMatchObject({ events: [{ type: "text", text: `${line}\n` }], outcome: { text: line } });
  });

  test("a known event that says nothing is a sign of life", () => {
    expect(read(['{"type":"usage"}']).events).toEqual([{ type: "activity" }]);
  });

  test("a truncated line is none", () => {
    const parser = new CommandParser({ program: "agent", schema: false, maySayNothing: true });
    expect(parser.output('{"type":"end"}', true)).toEqual([{ type: "text", text: '{"type":"end"}\n' }]);
    expect(parser.isComplete).toBe(false);
  });
});

describe("the answer", () => {
  test("is put together of lines and pieces", () => {
    const piece = (text: string): string => JSON.stringify({ type: "text", text });
    const { events, outcome } = read(["one\r", piece("tw"), piece("o"), "three", piece("four\n"), "five", ""]);
    expect(outcome.text).toBe("one\ntwo\nthree\nfour\nfive");
    expect(textOf(events).trimEnd()).toBe(outcome.text);
  });

  test("may come in pieces of JSON", () => {
    const pieces = ['{"ver', 'dict":"appr', 'ove"}'].map((text) => JSON.stringify({ type: "text", text }));
    expect(read(pieces, well, { schema: true, maySayNothing: false }).outcome).toMatchObject({
      kind: "success",
      answer: { verdict: "approve" },
    });
  });

  test("ends at the word end", () => {
    expect(read(["a", '{"type":"end"}', "b", '{"type":"error","error":{"type":"auth"}}']).outcome).toMatchObject({
      kind: "success",
      text: "a",
    });
  });
});

describe("errors", () => {
  const failed = (error: unknown): AdapterOutcome => read([JSON.stringify({ type: "error", error })]).outcome;

  test.each([
    ["2026-01-02T03:04:05Z", Date.UTC(2026, 0, 2, 3, 4, 5)],
    [1_767_323_045, 1_767_323_045_000],
    [1_767_323_045_123, 1_767_323_045_123],
    ["1767323045", 1_767_323_045_000],
    ["soon", null],
    [-1, null],
    [1e300, null],
    [{}, null],
  ])("a reset at %j", (resetAt, resetAtMs) => {
    expect(failed({ type: "rate_limit", reason: "per_day", message: "m", resetAt })).toMatchObject({
      kind: "error",
      failure: { type: "rate_limit", reason: "per_day", resetAtMs },
    });
  });

  test.each([
    [
      { type: "overloaded", message: "m", retryAfterMs: 1500.4 },
      { type: "overloaded", reason: null, retryAfterMs: 1500, retryable: true },
    ],
    [
      { type: "api", reason: "new word", message: "m" },
      { type: "api", reason: "unknown", message: "m" },
    ],
    [
      { type: "teapot", message: "m" },
      { type: "api", reason: "unknown", message: "m" },
    ],
    ["it is broken", { type: "api", reason: "unknown", message: "it is broken" }],
    [null, { type: "api", reason: "unknown", message: "it gave no message" }],
  ])("%j", (error, failure) => {
    expect(failed(error)).toMatchObject({ kind: "error", failure });
  });

  test.each(["refused", "max_turns", "permission_denied", "budget"] as const)(
    "%s is an outcome, not an error",
    (type) => {
      expect(failed({ type, message: "because" })).toEqual({
        kind: type,
        text: "because",
        answer: null,
        failure: null,
      });
    },
  );

  test("the first one counts, whatever follows", () => {
    const lines = [
      '{"type":"error","error":{"type":"auth","message":"first"}}',
      '{"type":"error","error":{"type":"api","message":"second"}}',
      '{"type":"end"}',
    ];
    expect(read(lines).outcome.failure).toMatchObject({ type: "auth", message: "first" });
    expect(read(lines, { kind: "exited", code: 1 }).outcome.failure).toMatchObject({ type: "auth" });
  });

  test("messages have a bounded length", () => {
    expect(failed({ type: "api", message: "x".repeat(100_000) }).failure?.message.length).toBeLessThan(5_000);
  });
});

describe("how the process ended", () => {
  test.each<[ExitStatus, string]>([
    [{ kind: "exited", code: 3 }, "agent ended with exit code 3: line 40"],
    [{ kind: "signalled", signal: "SIGKILL" }, "agent was ended by SIGKILL: line 40"],
    [{ kind: "vanished" }, "agent is gone, and nobody saw how it ended: line 40"],
    [{ kind: "never_started" }, "agent was never started: line 40"],
  ])("%j", (exit, message) => {
    const parser = new CommandParser({ program: "agent", schema: false, maySayNothing: true });
    parser.output("half", false);
    for (let line = 1; line <= 40; line += 1) parser.diagnostic(line === 40 ? "line 40" : "  ");
    expect(parser.end(exit)).toEqual({
      kind: "error",
      text: "half",
      answer: null,
      failure: { type: "api", reason: "crash", message, retryable: true, retryAfterMs: null, resetAtMs: null },
    });
  });

  test("what it said last stands in the message", () => {
    const parser = new CommandParser({ program: "agent", schema: false, maySayNothing: true });
    for (let line = 1; line <= 100; line += 1) parser.diagnostic(`${line} ${"x".repeat(10_000)}`);
    const { message } = parser.end({ kind: "exited", code: 1 }).failure ?? { message: "" };
    expect(message).toContain("100 xxx");
    expect(message.length).toBeLessThan(6_000);
  });
});

test("no line makes it throw, and it ends in some way", () => {
  const word = fc.constantFrom(
    "type",
    "text",
    "tool",
    "usage",
    "cost",
    "session",
    "error",
    "end",
    "message",
    "resetAt",
    "state",
    "start",
    "name",
    "__proto__",
    "toString",
  );
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.json(),
    fc
      .dictionary(word, fc.oneof(word, fc.jsonValue({ maxDepth: 2 }), fc.double()))
      .map((value) => JSON.stringify(value)),
  );
  const exit = fc.constantFrom<ExitStatus>(
    well,
    { kind: "exited", code: 1 },
    { kind: "signalled", signal: "SIGTERM" },
    { kind: "vanished" },
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(line, fc.boolean(), fc.boolean())), exit, fc.boolean(), (lines, end, schema) => {
      const parser = new CommandParser({ program: "agent", schema, maySayNothing: false });
      const events = lines.flatMap(([text, truncated, isError]) =>
        isError ? parser.diagnostic(text) : parser.output(text, truncated),
      );
      const { kind, failure } = parser.end(end);
      expect(events.map(({ type }) => type)).not.toContain("end");
      expect(failure !== null).toBe(kind === "error");
      if (kind === "success" && !parser.isComplete) expect(end).toEqual(well);
    }),
    { numRuns: 500 },
  );
});

test("deeply nested events do no harm", () => {
  expect(
    read([`{"type":"usage","input":1,"usage":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`]).outcome.kind,
  ).toBe("success");
});
