import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import type { AdapterOutcome, CallEvent } from "../../src/engine/ports/adapter.ts";
import type { LineParser } from "../../src/models/programs/line-parser.ts";
import { ClaudeParser } from "../../src/models/claude/claude-lines.ts";
import { CodexStream } from "../../src/models/codex/codex-stream.ts";
import { GeminiParser } from "../../src/models/gemini/gemini-lines.ts";
import { OpencodeParser } from "../../src/models/opencode/opencode-lines.ts";
import { statusOfCode, type ExitStatus } from "../../src/processes/gate.ts";

/** Streams of the real programs, which lie beside a checkout where somebody has them. */
const folder = join(import.meta.dirname, "..", "..", "..", "shared", "recorded");

const moment = () => ({ nowMs: Date.UTC(2026, 10, 21, 12), zoneOffsetMs: 0 });
const asked = { program: "recorded", schema: false, maySayNothing: true };
const parsers: Readonly<Record<string, () => LineParser>> = {
  claude: () => new ClaudeParser(asked, moment),
  codex: () => new CodexStream(asked, moment),
  gemini: () => new GeminiParser(asked, moment),
  opencode: () => new OpencodeParser(asked, moment),
};

const meta = z.object({ rc: z.number().nullable(), sig: z.string().nullable(), stderr: z.string() });
const expectation = z.object({
  outcome: z.array(z.string()),
  type: z.array(z.string()).optional(),
  reason: z.array(z.string()).optional(),
  resetAt: z.boolean().optional(),
  retryAfterMs: z.boolean().optional(),
});

interface Played {
  readonly events: readonly CallEvent[];
  readonly outcome: AdapterOutcome;
}

const linesOf = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");
const read = (name: string): string => readFileSync(join(folder, name), "utf8");

function exitOf({ rc, sig }: z.infer<typeof meta>): ExitStatus {
  if (rc !== null) return statusOfCode(rc);
  return sig === "SIGTERM" || sig === "SIGKILL" || sig === "SIGINT"
    ? { kind: "signalled", signal: sig }
    : { kind: "vanished" };
}

function play(name: string): Played {
  const said = meta.parse(JSON.parse(read(`${name}.meta.json`)));
  const parser = parsers[name.split("-")[0] ?? ""]?.();
  if (parser === undefined) throw new Error(`nobody reads ${name}`);
  const events = linesOf(read(`${name}.jsonl`)).flatMap((line) => parser.output(line, false));
  return {
    events: [...events, ...linesOf(said.stderr).flatMap((line) => parser.diagnostic(line))],
    outcome: parser.end(exitOf(said)),
  };
}

/** The words of recordings: a program that broke off has crashed, a denied permission is denied. */
function wordOf({ kind, failure }: AdapterOutcome): string {
  if (kind === "permission_denied") return "denied";
  return failure?.reason === "crash" ? "crashed" : kind;
}

const recordings = existsSync(folder)
  ? readdirSync(folder)
      .filter((name) => /^(?:claude|codex|gemini|opencode)-.*\.meta\.json$/.test(name))
      .map((name) => name.replace(/\.meta\.json$/, ""))
  : [];

describe.skipIf(recordings.length === 0)("recordings of real agents", () => {
  const expected = new Map(
    recordings.length === 0
      ? []
      : Object.entries(z.record(z.string(), expectation).parse(JSON.parse(read("expected.json")))),
  );

  test.each(recordings)("%s", (name) => {
    const { events, outcome } = play(name);
    expect(events.filter(({ type }) => type === "end")).toEqual([]);
    const wanted = expected.get(name);
    if (wanted === undefined) return;
    const { failure } = outcome;
    expect(wanted.outcome).toContain(wordOf(outcome));
    if (wordOf(outcome) !== "error") return;
    if (wanted.type !== undefined) expect(wanted.type).toContain(failure?.type);
    if (wanted.reason !== undefined) expect(wanted.reason).toContain(failure?.reason);
    if (wanted.resetAt === true) expect(failure?.resetAtMs).toEqual(expect.any(Number));
    if (wanted.retryAfterMs === true) expect(failure?.retryAfterMs).toEqual(expect.any(Number));
  });

  test("the numbers", () => {
    const rows = recordings.map((name) => {
      const { events, outcome } = play(name);
      const usage = events.flatMap((event) => (event.type === "usage" ? [event.usage] : []));
      const sum = (count: (one: (typeof usage)[number]) => number): number =>
        usage.reduce((all, one) => all + count(one), 0);
      const micros = events.reduce((all, event) => all + (event.type === "cost" ? (event.cost.micros ?? 0) : 0), 0);
      const { failure } = outcome;
      return {
        name: name.replace(/-\d+\.\d+\.\d+/, ""),
        outcome: wordOf(outcome),
        failure: failure === null ? "" : `${failure.type}/${failure.reason}`,
        wait: failure?.retryAfterMs ?? failure?.resetAtMs ?? "",
        tools: events.filter((event) => event.type === "tool" && event.state === "end").length,
        retries: events.filter(({ type }) => type === "retry").length,
        input: sum(({ input }) => input),
        output: sum(({ output }) => output),
        usd: micros / 1_000_000,
        listed: expected.has(name) ? "yes" : "",
      };
    });
    console.table(rows);
    expect(rows.filter(({ listed }) => listed !== "").length).toBe(
      [...expected.keys()].filter((name) => /^(?:claude|codex|gemini|opencode)-/.test(name)).length,
    );
  });
});

/** Both directions of a talk: what the program printed is "out". */
const spoken = z.object({ dir: z.enum(["in", "out"]), m: z.unknown() });

describe.skipIf(recordings.length === 0)("recorded talks with an app server", () => {
  test.each([
    ["auth", { type: "auth", reason: "bad_key", retryable: false }],
    ["notfound", { type: "not_found", reason: "model", retryable: false }],
    ["overloaded", { type: "overloaded", reason: null, retryable: true }],
  ])("%s", (name, failure) => {
    const parser = new CodexStream(asked, moment);
    const events = linesOf(read(`codex-0.169.0-appserver-${name}.jsonl`))
      .map((line) => spoken.parse(JSON.parse(line)))
      .flatMap(({ dir, m }) => (dir === "out" ? parser.output(JSON.stringify(m), false) : []));
    expect(events.filter(({ type }) => type !== "activity")).toMatchObject([{ type: "session" }]);
    expect(parser.isComplete).toBe(true);
    expect(parser.end({ kind: "exited", code: 0 })).toMatchObject({ kind: "error", failure });
  });
});
