import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { CallSpec, ProcessRecord } from "../../src/engine/ports/adapter.ts";
import { claudeArguments } from "../../src/models/claude/claude-code.ts";
import { isAlive } from "../../src/processes/identity.ts";
import { endAfterTest, scratchFolder } from "../processes/scratch.ts";
import { text, type Act } from "./acts.ts";
import { callSpec, committed, modelSettings, schema, seen } from "./call-spec.ts";
import { asClaude, claudeAdapter } from "./claude-subject.ts";

/** What stands behind a flag; null: it is not there. */
function flag(spec: CallSpec, name: string): string | null {
  const args = claudeArguments(spec);
  const at = args.indexOf(name);
  return at < 0 ? null : (args[at + 1] ?? "");
}

describe("arguments", () => {
  test.each<[CallSpec["access"], CallSpec["permissions"], string, boolean]>([
    ["write", "ask", "default", false],
    ["write", "edits", "acceptEdits", false],
    ["write", "full", "bypassPermissions", false],
    ["read", "ask", "default", true],
    ["read", "edits", "default", true],
    ["read", "full", "default", true],
  ])("access %s with permissions %s: mode %s", (access, permissions, mode, isReadOnly) => {
    const spec = callSpec({ access, permissions });
    expect(flag(spec, "--permission-mode")).toBe(mode);
    const denied = flag(spec, "--disallowedTools")?.split(",") ?? [];
    expect(denied.includes("Write") && denied.includes("Edit") && denied.includes("NotebookEdit")).toBe(isReadOnly);
    expect(denied).toContain("EnterWorktree");
  });

  test("only what was chosen is said", () => {
    const plain = callSpec();
    for (const name of ["--model", "--json-schema", "--max-budget-usd", "--session-id", "--resume"]) {
      expect(flag(plain, name)).toBeNull();
    }
    const model = modelSettings({ model: "some-model" });
    const full = callSpec({ model, schema, budgetLeftMicros: 1_250_000, start: { kind: "fresh", session: "s-1" } });
    expect(flag(full, "--model")).toBe("some-model");
    expect(flag(full, "--json-schema")).toBe(JSON.stringify(schema));
    expect(flag(full, "--max-budget-usd")).toBe("1.250000");
    expect([flag(full, "--session-id"), flag(full, "--resume")]).toEqual(["s-1", null]);
    const resumed = callSpec({ start: { kind: "resume", session: "s-1" } });
    expect([flag(resumed, "--session-id"), flag(resumed, "--resume")]).toEqual([null, "s-1"]);
    expect(flag(callSpec({ budgetLeftMicros: 0 }), "--max-budget-usd")).toBe("0.000001");
  });
});

interface Report {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
}

const isReport = (value: unknown): value is Report => typeof value === "object" && value !== null && "env" in value;

async function reported(more: Partial<CallSpec>, environment: Readonly<Record<string, string>> = {}): Promise<Report> {
  const file = join(scratchFolder(), "report.json");
  const spec = asClaude([{ act: "report", file }, text("done")], callSpec(more));
  const adapter = claudeAdapter({ ...process.env, ...environment });
  expect((await seen(adapter.start(spec, committed))).outcome.kind).toBe("success");
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  if (!isReport(value)) throw new Error("no report");
  return value;
}

describe("what the program is given", () => {
  test("a prompt of any length and any letters", async () => {
    const prompt = `--help\n$(touch x) \`id\` "quoted"\n${"é漢\u{1f600} ".repeat(100_000)}`;
    const { input, argv } = await reported({ prompt });
    expect(input).toBe(prompt);
    expect(argv.join(" ")).not.toContain("touch x");
  });

  const keys = {
    ANTHROPIC_API_KEY: "metered",
    ANTHROPIC_AUTH_TOKEN: "another",
    CLAUDE_CODE_USE_BEDROCK: "1",
    CLAUDE_CODE_OAUTH_TOKEN: "plan",
    CLAUDE_CONFIG_DIR: "/config",
    ANTHROPIC_BASE_URL: "http://127.0.0.1:9",
    OPENAI_API_KEY: "stranger",
    CLAUDECODE: "1",
  };
  const pass = Object.keys(keys).filter(
    (name) => !["OPENAI_API_KEY", "CLAUDECODE", "ANTHROPIC_BASE_URL"].includes(name),
  );

  test("the key and the address of the settings are used, whatever else is there", async () => {
    const model = modelSettings({ billing: "metered", keyEnv: "WORK_KEY", baseUrl: "http://127.0.0.1:9" });
    const { env } = await reported({ model }, { ...keys, WORK_KEY: "sk-work" });
    expect([env["ANTHROPIC_API_KEY"], env["ANTHROPIC_BASE_URL"]]).toEqual(["sk-work", "http://127.0.0.1:9"]);
    expect(env["CLAUDE_CODE_OAUTH_TOKEN"]).toBeUndefined();
  });

  test("a subscription pays, whatever is in the environment and passed on", async () => {
    const { env } = await reported({ model: modelSettings({ billing: "subscription" }), env: { pass, set: {} } }, keys);
    expect(env).toMatchObject({ CLAUDE_CODE_OAUTH_TOKEN: "plan", CLAUDE_CONFIG_DIR: "/config" });
    for (const name of ["ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "CLAUDE_CODE_USE_BEDROCK"])
      expect(env[name]).toBeUndefined();
  });

  test("a key pays where calls are metered", async () => {
    const { env } = await reported({ model: modelSettings({ billing: "metered" }) }, keys);
    expect(env["ANTHROPIC_API_KEY"]).toBe("metered");
    expect(env["CLAUDE_CODE_OAUTH_TOKEN"]).toBeUndefined();
    for (const name of ["OPENAI_API_KEY", "CLAUDECODE", "ANTHROPIC_BASE_URL"]) expect(env[name]).toBeUndefined();
  });

  test("no retries and no second requests of its own", async () => {
    const { env } = await reported({});
    expect(env).toMatchObject({
      CLAUDE_CODE_DISABLE_BACKGROUND_TASKS: "1",
      CLAUDE_CODE_MAX_RETRIES: "0",
      CLAUDE_CODE_DISABLE_NONSTREAMING_FALLBACK: "1",
      DISABLE_AUTOUPDATER: "1",
    });
  });
});

describe("how it is ended", () => {
  const started = async (acts: readonly Act[]) => {
    const records: ProcessRecord[] = [];
    const running = claudeAdapter().start(asClaude(acts, callSpec()), async (record) => {
      endAfterTest(record);
      records.push(record);
    });
    const cancelled: Promise<void>[] = [];
    const all = await seen(running, (event) => {
      if (event.type === "text" && event.text.includes("\n")) cancelled.push(running.cancel("stop"));
    });
    await Promise.all(cancelled);
    expect(records.some(isAlive)).toBe(false);
    return all;
  };

  test("interrupted, it says what it has used", async () => {
    const acts: readonly Act[] = [
      { act: "usage", input: 10, output: 2 },
      { act: "cost", usd: 0.25 },
      text("first"),
      { act: "hang" },
    ];
    const { events, outcome } = await started(acts);
    expect(outcome).toMatchObject({ kind: "cancelled", failure: null });
    expect(events).toContainEqual({ type: "cost", cost: { micros: 250_000, source: "reported" } });
    expect(events.filter(({ type }) => type === "usage")).toHaveLength(1);
  });

  test("a resumed session is told apart from a fresh one", async () => {
    const spec = asClaude(
      [text("on"), { act: "cost", usd: 0.5 }],
      callSpec({ start: { kind: "resume", session: "s-7" } }),
    );
    const { events, outcome } = await seen(claudeAdapter().start(spec, committed));
    expect(outcome.kind).toBe("success");
    expect(events).toContainEqual({ type: "session", session: "s-7" });
    expect(events).toContainEqual({ type: "cost", cost: { micros: 500_000, source: "reported" } });
  });
});

test("a program that is not there is said to be so", async () => {
  const spec = callSpec({ model: modelSettings({ adapter: "claude-code", name: "opus" }) });
  const { outcome } = await seen(claudeAdapter({ PATH: scratchFolder() }).start(spec, committed));
  expect(outcome.failure).toMatchObject({ type: "not_found", reason: "spawn", retryable: false });
  expect(outcome.failure?.message).toContain("claude");
});

test.each([
  ["a session that was booked before is the whole session's", 100, null],
  ["a fresh session is the attempt's", 0, 900_000],
])("after a change of engines the total of %s", async (_what, before, micros) => {
  const counted = { input: before, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
  const gone = { pid: 4_194_000, startTime: "long ago" };
  const spec = callSpec({ start: { kind: "adopt", process: gone, session: "s-1" }, counted });
  const used = { inputTokens: 3000, outputTokens: 300, costUSD: 0.9 };
  const result = { type: "result", subtype: "success", is_error: false, session_id: "s-1", result: "Done.", usage: {} };
  const lines = { ...result, total_cost_usd: 0.9, modelUsage: { m: used } };
  writeFileSync(join(spec.folder, "stdout"), `${JSON.stringify(lines)}\n`);
  writeFileSync(join(spec.folder, "stderr"), "");
  writeFileSync(join(spec.folder, "exit"), `${gone.pid} 0\n`);
  const { events, outcome } = await seen(claudeAdapter().start(spec, committed));
  expect(outcome.kind).toBe("success");
  const costs = events.flatMap((event) => (event.type === "cost" ? [event.cost.micros] : []));
  expect(costs).toEqual(micros === null ? [] : [micros]);
});
