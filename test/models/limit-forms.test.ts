import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Failure } from "../../src/domain/failure.ts";
import type { AdapterName } from "../../src/domain/settings.ts";
import { parserOf } from "../../src/models/parsers.ts";
import { classifyError, errorSignal } from "../../src/models/provider-errors.ts";
import { limitHold } from "../../src/policy/limit-hold.ts";
import { retryDelay } from "../../src/policy/retry.ts";
import { settings } from "../policy/sample.ts";
import { asked, exited } from "./read-fixture.ts";

/** Seven in the evening two hours east of UTC, before each reset that the recordings name. */
const moment = () => ({ nowMs: Date.UTC(2026, 10, 20, 17), zoneOffsetMs: () => 7_200_000 });

/** The failure of a recorded output, as a call would end with it. */
function failureOf(adapter: AdapterName, lines: readonly string[], stderr: readonly string[] = []): Failure | null {
  const parser = parserOf(adapter, asked, moment);
  if (parser === null) throw new Error(`${adapter} has no parser`);
  for (const line of lines) parser.output(line, false);
  for (const line of stderr) parser.diagnostic(line);
  return parser.end(exited(1)).failure;
}

const fixture = (name: string): readonly string[] =>
  readFileSync(join(import.meta.dirname, "..", "fixtures", name), "utf8")
    .trim()
    .split("\n");

/** What becomes of it: the end of the hold in ISO, "a person", or null where it is no limit. */
function holdUntil(failure: Failure | null): string | null {
  const { retry, holds } = settings();
  if (failure === null || retryDelay(retry.call, 1, failure, 0).kind !== "hold") return null;
  const { untilMs } = limitHold(failure, moment().nowMs, { ...holds, resumes: 0 });
  return untilMs === null ? "a person" : new Date(untilMs).toISOString();
}

const gemini = (text: string): readonly string[] => [
  '{"type":"init","session_id":"s","model":"m"}',
  JSON.stringify({
    type: "result",
    status: "error",
    error: { type: "unknown", message: `[API Error: ${text}]` },
    stats: {},
  }),
];

test.each<[string, Failure | null, string | null]>([
  [
    "a plan of claude names its reset",
    failureOf("claude-code", fixture("claude/plan-limit.jsonl")),
    "2026-11-21T03:36:33.000Z",
  ],
  ["a spent credit of claude", failureOf("claude-code", fixture("claude/credit.jsonl")), "a person"],
  ["a plan of codex names a time of day", failureOf("codex", fixture("codex/limit.jsonl")), "2026-11-21T01:00:00.000Z"],
  ["a spent quota behind opencode", failureOf("opencode", fixture("opencode/quota.jsonl")), "a person"],
  [
    "a daily quota of gemini names no end",
    failureOf("gemini", gemini("You have exhausted your daily quota on this model.")),
    "2026-11-20T18:00:00.000Z",
  ],
  [
    "a plan of gemini names a time of day",
    failureOf("gemini", gemini("Usage limit reached for all models.\nAccess resets at 9:30 PM.")),
    "2026-11-20T19:30:00.000Z",
  ],
  [
    "a command that says its reset",
    failureOf("command", [
      '{"type":"error","error":{"type":"rate_limit","reason":"plan_limit","message":"x","resetAt":"2026-11-22T00:00:00Z"}}',
    ]),
    "2026-11-22T00:00:00.000Z",
  ],
  [
    "a command that is to wait long",
    failureOf("command", ['{"type":"error","error":{"type":"rate_limit","message":"x","retryAfterMs":600000}}']),
    "2026-11-20T17:10:00.000Z",
  ],
  [
    "a command that is to wait a little is tried again",
    failureOf("command", ['{"type":"error","error":{"type":"rate_limit","message":"x","retryAfterMs":6000}}']),
    null,
  ],
])("%s", (_, failure, until) => {
  expect(holdUntil(failure)).toBe(until);
});

const openai = (code: string): string => JSON.stringify({ error: { message: "m", type: code, code } });
const google = (quotaId: string, retryDelay: string): string =>
  JSON.stringify({
    error: {
      code: 429,
      message: "m",
      status: "RESOURCE_EXHAUSTED",
      details: [
        { "@type": "type.googleapis.com/google.rpc.QuotaFailure", violations: [{ quotaId }] },
        { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay },
      ],
    },
  });
const anthropic = JSON.stringify({ type: "error", error: { type: "rate_limit_error", message: "m" } });

test.each<[string, string, Readonly<Record<string, string>>, string | null]>([
  ["seconds to wait, more than a minute", anthropic, { "retry-after": "3600" }, "2026-11-20T18:00:00.000Z"],
  ["a date of HTTP", anthropic, { "Retry-After": "Fri, 20 Nov 2026 20:00:00 GMT" }, "2026-11-20T20:00:00.000Z"],
  ["a unified reset", anthropic, { "anthropic-ratelimit-unified-reset": "1795219200" }, "2026-11-21T00:00:00.000Z"],
  ["seconds to wait, less than a minute", anthropic, { "retry-after": "30" }, null],
  ["a spent quota", openai("insufficient_quota"), {}, "a person"],
  ["a cap on spending ends with the month", openai("enforced_spend_limit_reached"), {}, "2026-12-01T00:00:00.000Z"],
  ["a day's quota", google("RequestsPerDayPerProject", "40000s"), {}, "2026-11-21T04:06:40.000Z"],
  ["a minute's quota", google("RequestsPerMinutePerProject", "20s"), {}, null],
])("over HTTP: %s", (_, body, headers, until) => {
  expect(holdUntil(classifyError(errorSignal(429, body, headers), moment()))).toBe(until);
});
