import { describe, expect, test } from "vitest";

import type { AdapterOutcome, CallEvent } from "../../src/engine/ports/adapter.ts";
import type { LineParser } from "../../src/models/programs/line-parser.ts";
import { ClaudeParser } from "../../src/models/claude/claude-lines.ts";
import { CodexStream } from "../../src/models/codex/codex-stream.ts";
import { GeminiParser } from "../../src/models/gemini/gemini-lines.ts";
import { OpencodeParser } from "../../src/models/opencode/opencode-lines.ts";
import { endingOf, linesOf, recordedMoment, recordingsOf } from "./recordings.ts";

const asked = { program: "recorded", schema: false, maySayNothing: true };
const parsers: Readonly<Record<string, () => LineParser>> = {
  claude: () => new ClaudeParser(asked, recordedMoment),
  codex: () => new CodexStream(asked, recordedMoment),
  gemini: () => new GeminiParser(asked, recordedMoment),
  opencode: () => new OpencodeParser(asked, recordedMoment),
};

interface Expected {
  readonly word: string;
  /** In milliseconds: until when, or for how long. */
  readonly wait?: number;
  readonly tools?: number;
  readonly retries?: number;
  readonly tokens?: readonly [input: number, output: number];
  readonly usd?: number;
}

/** A program that broke off has crashed; what a request for a permission ended is denied. */
const expected: Readonly<Record<string, Readonly<Record<string, Expected>>>> = {
  claude: {
    budget: { word: "budget", tokens: [4200, 57], usd: 0.00674 },
    credit: { word: "rate_limit/quota_exhausted" },
    cut: { word: "network/cut", retries: 1 },
    "cut-midway": { word: "success", tokens: [4200, 20], usd: 0.006 },
    denied: { word: "permission_denied", tools: 1, tokens: [8400, 114], usd: 0.01348 },
    gateway: { word: "api/server", retries: 1 },
    interrupted: { word: "cancelled", tokens: [4200, 15], usd: 0.0059 },
    invalid: { word: "invalid_request/bad_request" },
    killed: { word: "api/crash" },
    malformed: { word: "success", tokens: [8400, 21], usd: 0.01162 },
    "max-turns": { word: "max_turns", tools: 1, tokens: [4200, 57], usd: 0.00674 },
    ok: { word: "success", tools: 1, tokens: [8400, 114], usd: 0.01348 },
    overloaded: { word: "overloaded", retries: 2 },
    "plan-limit": { word: "rate_limit/plan_limit", wait: Date.UTC(2030, 0, 15, 3, 36, 33) },
    "session-taken": { word: "api/crash" },
    "unknown-session": { word: "not_found/session" },
  },
  codex: {
    cut: { word: "network/cut" },
    "cut-midway": { word: "overloaded" },
    "failed-command": { word: "success", tools: 1, tokens: [10_000, 160] },
    gateway: { word: "api/server" },
    interrupted: { word: "api/crash" },
    "no-model": { word: "not_found/model" },
    "no-network": { word: "api/crash", retries: 6 },
    ok: { word: "success", tools: 1, tokens: [10_000, 160] },
    overloaded: { word: "overloaded" },
    "plan-limit": { word: "rate_limit/plan_limit", wait: Date.UTC(2030, 0, 16, 3) },
    schema: { word: "success", tools: 1, tokens: [10_000, 160] },
    silent: { word: "api/crash" },
    "throttled-after-retries": { word: "rate_limit/throttled", retries: 5 },
    "throttled-midway": { word: "rate_limit/throttled", wait: 1500 },
  },
  gemini: {
    auth: { word: "auth/bad_key" },
    "cut-midway": { word: "network/cut" },
    gateway: { word: "api/crash", retries: 1 },
    invalid: { word: "invalid_request/bad_request" },
    malformed: { word: "parse/bad_stream" },
    "no-model": { word: "not_found/model" },
    ok: { word: "success", tools: 1, tokens: [6000, 120] },
    overloaded: { word: "overloaded" },
    plan: { word: "success", tools: 1, tokens: [6000, 120] },
    quota: { word: "rate_limit/plan_limit" },
    terminated: { word: "api/crash" },
    throttled: { word: "rate_limit/throttled", wait: 2500 },
    "throttled-until-killed": { word: "api/crash", retries: 4 },
    "too-long": { word: "invalid_request/context_overflow" },
  },
  opencode: {
    gateway: { word: "api/crash" },
    ok: { word: "success", tools: 1, tokens: [4000, 120], usd: 0.002636 },
    quota: { word: "api/crash" },
    resumed: { word: "success", tokens: [2000, 60], usd: 0.001318 },
    terminated: { word: "api/crash" },
    throttled: { word: "rate_limit/throttled", wait: 2000 },
    "too-long": { word: "invalid_request/context_overflow" },
    "unknown-session": { word: "not_found/session" },
  },
};

interface Played {
  readonly events: readonly CallEvent[];
  readonly outcome: AdapterOutcome;
}

function play(dialect: string, name: string): Played {
  const parser = parsers[dialect]?.();
  if (parser === undefined) throw new Error(`nobody reads ${dialect}`);
  const { exit, stderr } = endingOf(`${dialect}/${name}`);
  const events = linesOf(`${dialect}/${name}`).flatMap((line) => parser.output(line, false));
  return { events: [...events, ...stderr.flatMap((line) => parser.diagnostic(line))], outcome: parser.end(exit) };
}

const wordOf = ({ kind, failure }: AdapterOutcome): string =>
  failure === null ? kind : [failure.type, failure.reason].filter((part) => part !== null).join("/");

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);

function figuresOf({ events, outcome }: Played): Required<Expected> {
  const usage = events.flatMap((event) => (event.type === "usage" ? [event.usage] : []));
  const micros = events.map((event) => (event.type === "cost" ? (event.cost.micros ?? 0) : 0));
  return {
    word: wordOf(outcome),
    wait: outcome.failure?.retryAfterMs ?? outcome.failure?.resetAtMs ?? 0,
    tools: events.filter((event) => event.type === "tool" && event.state === "end").length,
    retries: events.filter(({ type }) => type === "retry").length,
    tokens: [sum(usage.map(({ input }) => input)), sum(usage.map(({ output }) => output))],
    usd: sum(micros) / 1_000_000,
  };
}

const nothing = { wait: 0, tools: 0, retries: 0, tokens: [0, 0], usd: 0 } as const;

describe.each(Object.keys(parsers))("recordings of %s", (dialect) => {
  test.each(recordingsOf(dialect))("%s", (name) => {
    const played = play(dialect, name);
    expect(figuresOf(played)).toEqual({ ...nothing, ...expected[dialect]?.[name] });
    expect(played.events.filter(({ type }) => type === "end")).toEqual([]);
  });

  test("each of them is expected to be something", () => {
    expect(recordingsOf(dialect)).toEqual(Object.keys(expected[dialect] ?? {}).toSorted());
  });
});

describe("recorded talks with an app server", () => {
  test.each([
    ["auth", { type: "auth", reason: "bad_key", retryable: false }],
    ["no-model", { type: "not_found", reason: "model", retryable: false }],
    ["overloaded", { type: "overloaded", reason: null, retryable: true }],
  ])("%s", (name, failure) => {
    const parser = new CodexStream(asked, recordedMoment);
    const events = linesOf(`app-server/${name}`).flatMap((line) => parser.output(line, false));
    expect(events.filter(({ type }) => type !== "activity")).toMatchObject([{ type: "session" }]);
    expect(parser.isComplete).toBe(true);
    expect(parser.end({ kind: "exited", code: 0 })).toMatchObject({ kind: "error", failure });
  });
});
