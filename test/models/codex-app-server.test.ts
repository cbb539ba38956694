import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import type { CallSpec } from "../../src/engine/ports/adapter.ts";
import { appArguments, createCodexAdapter } from "../../src/models/codex/codex.ts";
import { appRights, type AppTurn } from "../../src/models/codex/codex-app-server.ts";
import { turnFailure } from "../../src/models/codex/codex-errors.ts";
import { CodexLimits } from "../../src/models/codex/codex-limits.ts";
import { CodexStream, CodexClient } from "../../src/models/codex/codex-stream.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { contentOf, scratchFolder } from "../processes/scratch.ts";
import type { Act } from "./acts.ts";
import { asAppServer, codexAppServer, ports } from "./agent-subjects.ts";
import { callSpec, committed, modelSettings, said, schema, seen } from "./call-spec.ts";
import { node } from "./command-subject.ts";
import { asked, exited, moment } from "./read-fixture.ts";

const turn: AppTurn = {
  prompt: "Do it.",
  schema: null,
  thread: null,
  model: "m-1",
  rights: { sandbox: "workspace-write", approvalPolicy: "on-request" },
  hasPlan: false,
};

const sayings = z.looseObject({ method: z.string().optional() });
const linesOf = (says: readonly { readonly line: string }[]) => says.map(({ line }) => sayings.parse(JSON.parse(line)));

/** A talker that was told these messages. */
function told(more: Partial<AppTurn>, ...messages: readonly object[]) {
  const talker = new CodexClient(asked, moment, undefined, { ...turn, ...more });
  const says = [...talker.opening()];
  const events = messages.flatMap((message) => {
    const found = talker.output(JSON.stringify(message), false);
    says.push(...talker.replies());
    return found;
  });
  return { talker, says, lines: linesOf(says), events: said(events) };
}

const initialized = { id: "initialize", result: {} };
const started = { id: "thread", result: { thread: { id: "th-1" }, cwd: "/repo" } };
const notify = (method: string, params: object) => ({ method, params: { threadId: "th-1", ...params } });
const completed = notify("turn/completed", { turn: { status: "completed", error: null } });

describe("what is said", () => {
  test("a new thread and one turn", () => {
    const { lines, events } = told({}, initialized, started, completed);
    expect(lines.map(({ method }) => method)).toEqual(["initialize", "initialized", "thread/start", "turn/start"]);
    expect(lines[2]?.params).toEqual({
      model: "m-1",
      sandbox: "workspace-write",
      approvalPolicy: "on-request",
    });
    expect(lines[3]?.params).toEqual({
      threadId: "th-1",
      input: [{ type: "text", text: "Do it.", text_elements: [] }],
    });
    expect(events).toEqual([{ type: "session", session: "th-1" }]);
  });

  test("a thread that goes on, and the schema of the answer", () => {
    const { lines } = told({ thread: "th-0", schema }, initialized, started);
    expect(lines.at(-2)).toMatchObject({
      method: "thread/resume",
      params: { threadId: "th-0", sandbox: "workspace-write", excludeTurns: true },
    });
    expect(lines.at(-1)).toMatchObject({ method: "turn/start", params: { outputSchema: schema } });
  });

  test("each thing under a tag of its own, and the same after the same lines", () => {
    const request = { id: 0, method: "item/commandExecution/requestApproval", params: { command: "ls" } };
    const once = told({ hasPlan: true }, initialized, { id: "limits", result: {} }, started, request);
    const again = told({ hasPlan: true }, initialized, { id: "limits", result: {} }, started, request);
    expect(once.says).toEqual(again.says);
    expect(new Set(once.says.map(({ tag }) => tag)).size).toBe(once.says.length);
    expect(once.says.every(({ tag }) => /^[\w ]+$/.test(tag))).toBe(true);
  });

  test("a plan is asked for its limits before anything else", () => {
    const methods = (...messages: readonly object[]) =>
      told({ hasPlan: true }, initialized, ...messages).lines.map(({ method }) => method);
    expect(methods().slice(1)).toEqual(["initialized", "account/rateLimits/read"]);
    const refused = { id: "limits", error: { code: -32600, message: "authentication required" } };
    expect(methods(refused, started).slice(-2)).toEqual(["thread/start", "turn/start"]);
    const open = { id: "limits", result: { rateLimits: { primary: { usedPercent: 99, resetsAt: 1 } } } };
    expect(methods(open, started).slice(-2)).toEqual(["thread/start", "turn/start"]);
  });

  test("what nobody here knows is answered, so that it does not wait", () => {
    const { lines } = told({}, { id: 7, method: "item/tool/requestUserInput", params: {} });
    expect(lines.at(-1)).toMatchObject({ id: 7, error: { code: -32601 } });
  });

  test("answers have the id of the question, as it was", () => {
    const { talker } = told({}, initialized, started, { id: 0, method: "item/fileChange/requestApproval", params: {} });
    expect(linesOf(talker.answer("0", "allow_always", null))).toEqual([{ id: 0, result: { decision: "accept" } }]);
    expect(linesOf(talker.answer("0", "deny", null))).toEqual([{ id: 0, result: { decision: "decline" } }]);
  });

  test("why it was denied is told to the turn, as a refusal has no words", () => {
    const underWay = { id: "turn", result: { turn: { id: "turn-9" } } };
    const request = { id: 0, method: "item/fileChange/requestApproval", params: {} };
    const { talker } = told({}, initialized, started, underWay, request);
    const [steer, answer] = linesOf(talker.answer("0", "deny", "rather not"));
    expect(steer).toMatchObject({ method: "turn/steer", params: { threadId: "th-1", expectedTurnId: "turn-9" } });
    expect(JSON.stringify(steer)).toContain("rather not");
    expect(answer).toEqual({ id: 0, result: { decision: "decline" } });
    const late = { id: steer?.["id"], error: { code: -32600, message: "no active turn" } };
    talker.output(JSON.stringify(late), false);
    expect(talker.isComplete).toBe(false);
  });
});

test("a limit of the plan that is known at the start ends the call before it began", () => {
  const resetsAt = moment().nowMs / 1000 + 600;
  const answer = {
    rateLimits: { primary: { usedPercent: 100, resetsAt }, secondary: { usedPercent: 3, resetsAt: 9 } },
  };
  const { talker, lines } = told({ hasPlan: true }, initialized, { id: "limits", result: answer });
  expect(talker.isComplete).toBe(true);
  expect(lines.at(-1)?.["method"]).toBe("account/rateLimits/read");
  expect(talker.end(exited(0))).toMatchObject({
    kind: "error",
    failure: { type: "rate_limit", reason: "plan_limit", resetAtMs: resetsAt * 1000 },
  });
});

test.each([
  [{ ordinaryUsageAllowed: false, rateLimits: {} }, true],
  [{ ordinaryUsageAllowed: true, rateLimits: { primary: { usedPercent: 100 } } }, false],
  [{ ordinaryUsageAllowed: null, rateLimits: { rateLimitReachedType: "rate_limit_reached" } }, true],
  [{ rateLimits: { secondary: { usedPercent: 101 } } }, true],
  [{ rateLimits: { secondary: { usedPercent: 101 }, credits: { hasCredits: true, unlimited: false } } }, false],
  [{ rateLimits: null }, false],
  [{}, false],
])("the limits %j", (answer, isUsedUp) => {
  expect(new CodexLimits().isUsedUp(answer)).toBe(isUsedUp);
});

describe("what is read", () => {
  const delta = (itemId: string, text: string) => notify("item/agentMessage/delta", { itemId, delta: text });
  const item = (name: string, fields: object) => notify(`item/${name}`, { item: fields });

  test("text in pieces is not said again as a whole", () => {
    const { talker, events } = told(
      {},
      started,
      delta("a", "I will "),
      delta("a", "look."),
      item("completed", { type: "agentMessage", id: "a", text: "I will look." }),
      item("completed", { type: "agentMessage", id: "b", text: "Whole." }),
      delta("c", "End"),
      completed,
    );
    expect(events.filter(({ type }) => type === "text").length).toBe(5);
    expect(talker.end(exited(0))).toMatchObject({ kind: "success", text: "I will look.\nWhole.\nEnd" });
  });

  test("thoughts, tools and their details", () => {
    const change = { path: "/repo/src/a.ts", kind: { type: "update", move_path: null }, diff: "@@ -1 +1 @@\n-a\n+b\n" };
    const command = { type: "commandExecution", id: "t1", command: "/bin/bash -lc 'ls src'" };
    const { events } = told(
      {},
      started,
      notify("item/reasoning/summaryTextDelta", { itemId: "r", delta: "Hm." }),
      item("completed", { type: "reasoning", id: "r", summary: ["Hm."], content: [] }),
      item("completed", { type: "reasoning", id: "r2", summary: ["So."], content: ["It is."] }),
      item("started", command),
      item("completed", { ...command, status: "completed", exitCode: 0 }),
      item("completed", { type: "fileChange", id: "t2", changes: [change] }),
      item("started", { type: "mcpToolCall", id: "t3", server: "s", tool: "lookup" }),
      item("started", { type: "contextCompaction", id: "x" }),
    );
    expect(
      events.map((event) => ("state" in event ? `${event.state} ${event.name} ${event.detail}`.trim() : event)),
    ).toEqual([
      { type: "session", session: "th-1" },
      { type: "thinking", text: "Hm." },
      { type: "thinking", text: "So.\nIt is." },
      "start commandExecution ls src",
      "end commandExecution ls src",
      "start fileChange src/a.ts",
      "end fileChange src/a.ts",
      "start lookup",
    ]);
  });

  test("what a thread has used, also one that goes on and those of helpers", () => {
    const used = (threadId: string, inputTokens: number, outputTokens: number) =>
      notify("thread/tokenUsage/updated", { threadId, tokenUsage: { total: { inputTokens, outputTokens } } });
    const counted = { input: 100, output: 10, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
    const parser = new CodexStream(asked, moment, counted);
    const events = [
      started,
      used("th-1", 100, 10),
      used("th-1", 150, 30),
      used("helper", 40, 4),
      used("th-1", 160, 31),
      used("helper", 50, 5),
    ].flatMap((line) => parser.output(JSON.stringify(line), false));
    expect(
      events.flatMap((event) => (event.type === "usage" ? [[event.usage.input, event.usage.output]] : [])),
    ).toEqual([
      [50, 20],
      [40, 4],
      [10, 1],
      [10, 1],
    ]);
  });

  test("what a thread had used before is not used again, though helpers were booked with it", () => {
    const used = (inputTokens: number, outputTokens: number) =>
      notify("thread/tokenUsage/updated", { threadId: "th-1", tokenUsage: { total: { inputTokens, outputTokens } } });
    const counted = { input: 500, output: 50, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
    const parser = new CodexStream(asked, moment, counted);
    const events = [
      started,
      used(100, 10),
      notify("turn/started", { threadId: "th-1", turn: {} }),
      used(150, 30),
    ].flatMap((line) => parser.output(JSON.stringify(line), false));
    expect(events).toContainEqual(
      expect.objectContaining({ type: "usage", usage: { ...counted, input: 50, output: 20 } }),
    );
    expect(events.filter(({ type }) => type === "usage")).toHaveLength(1);
  });

  test("helpers have no words and no end of ours", () => {
    const helper = { threadId: "helper" };
    const { talker, events } = told(
      {},
      started,
      { method: "thread/started", params: { thread: { id: "helper" } } },
      notify("item/agentMessage/delta", { ...helper, itemId: "a", delta: "mine" }),
      notify("item/completed", { ...helper, item: { type: "agentMessage", id: "b", text: "mine" } }),
      notify("item/started", { ...helper, item: { type: "webSearch", id: "w", query: "how" } }),
      notify("turn/completed", { ...helper, turn: { status: "failed" } }),
    );
    expect(talker.isComplete).toBe(false);
    expect(events.map(({ type }) => type)).toEqual(["session", "tool"]);
  });

  test("an approval has the command a shell is given, or the diff of the change it is for", () => {
    const changes = [{ path: "/repo/new.txt", kind: { type: "add" }, diff: "one\ntwo\n" }];
    const { events } = told(
      {},
      started,
      { id: 0, method: "item/commandExecution/requestApproval", params: { command: "bash -lc 'npm i'", cwd: "/repo" } },
      item("started", { type: "fileChange", id: "f", changes }),
      { id: "1", method: "item/fileChange/requestApproval", params: { itemId: "f", grantRoot: null } },
    );
    expect(events.filter(({ type }) => type === "approval")).toEqual([
      { type: "approval", id: "0", tool: "commandExecution", command: "npm i", diff: null },
      {
        type: "approval",
        id: "1",
        tool: "fileChange",
        command: null,
        diff: "--- /dev/null\n+++ new.txt\n+one\n+two",
      },
    ]);
  });

  test("notices that it tries again are no end, and the same one again is no sign of life", () => {
    const error = { message: "Reconnecting... 1/5", codexErrorInfo: "other", additionalDetails: "cut" };
    const notice = notify("error", { error, willRetry: true });
    const { talker, events } = told({}, started, notice);
    expect(events.at(-1)).toEqual({ type: "retry", message: "Reconnecting... 1/5 (cut)", delayMs: null });
    expect(talker.output(JSON.stringify(notice), false)).toEqual([]);
    expect(talker.isComplete).toBe(false);
  });

  test.each([
    ["interrupted", null, "cancelled"],
    ["failed", "cyberPolicy", "refused"],
    ["failed", "tooManyDenials", "permission_denied"],
    ["failed", "sessionBudgetExceeded", "budget"],
    ["failed", "somethingNew", "error"],
  ])("a turn that is %s by %s", (status, codexErrorInfo, kind) => {
    const error = { message: "no", codexErrorInfo, additionalDetails: null };
    const { talker } = told({}, started, notify("turn/completed", { turn: { status, error } }));
    expect(talker.end(exited(0)).kind).toBe(kind);
  });

  test.each([
    ["no rollout found for thread id 0a0b", "not_found", true],
    ["invalid session id: invalid character", "not_found", true],
    ["unknown field `x`", "invalid_request", false],
  ])("a request that is refused: %s", (message, type, retryable) => {
    const { talker } = told({}, initialized, { id: "thread", error: { code: -32600, message } });
    expect(talker.isComplete).toBe(true);
    expect(talker.end(exited(0))).toMatchObject({ kind: "error", failure: { type, retryable } });
  });

  test("an error counts when the program ends badly before the turn is over", () => {
    const error = { message: "no", codexErrorInfo: "unauthorized", additionalDetails: null };
    const { talker } = told({}, started, notify("error", { error, willRetry: false }));
    expect(talker.end(exited(1))).toMatchObject({ failure: { type: "auth", reason: "bad_key" } });
  });

  test("of the lines of exec, as exec", () => {
    const parser = new CodexStream(asked, moment);
    for (const line of [
      "warning: old",
      '{"type":"later"}',
      '{"type":"thread.started","thread_id":"th-2"}',
      '{"type":"item.completed","item":{"id":"i","type":"agent_message","text":"Done."}}',
      '{"type":"turn.completed","usage":{"input_tokens":3,"output_tokens":1}}',
    ])
      parser.output(line, false);
    expect(parser.end(exited(0))).toMatchObject({ kind: "success", text: "Done." });
    expect(parser.isNoServer).toBe(false);
  });
});

const status = (httpStatusCode: number | null) => ({ httpStatusCode });

test.each([
  ["unexpected status 401 Unauthorized: no, url: http://x", { httpConnectionFailed: status(401) }, "auth", "bad_key"],
  ["no", "unauthorized", "auth", "bad_key"],
  ["Missing environment variable: `MY_KEY`.", "other", "auth", "bad_key"],
  ["exceeded retry limit", { responseTooManyFailedAttempts: status(429) }, "rate_limit", "throttled"],
  ["slow down", "rateLimitExceeded", "rate_limit", "throttled"],
  ["You’ve hit your usage limit.", "usageLimitExceeded", "rate_limit", "plan_limit"],
  ["Quota exceeded. Check your plan and billing details.", "usageLimitExceeded", "rate_limit", "quota_exhausted"],
  ["busy", "serverOverloaded", "overloaded", null],
  ["no flex", "flexUnavailable", "overloaded", null],
  ["high demand", "internalServerError", "api", "server"],
  ["unexpected status 502 Bad Gateway: <html>, url: x", { httpConnectionFailed: status(502) }, "api", "server"],
  ["cut", { responseStreamDisconnected: status(null) }, "network", "cut"],
  ["cut", { responseStreamConnectionFailed: status(null) }, "network", "cut"],
  ["stream disconnected before completion: error sending request", "other", "network", "cut"],
  ["no such thing", "modelNotFound", "not_found", "model"],
  ["too long", "contextWindowExceeded", "invalid_request", "context_overflow"],
  ["no", "badRequest", "invalid_request", "bad_request"],
  ["hm", { somethingNew: {} }, "api", "unknown"],
  ["hm", null, "api", "unknown"],
])("the error %s %j", (message, codexErrorInfo, type, reason) => {
  const error = { message, codexErrorInfo, additionalDetails: null };
  expect(turnFailure(error, new CodexLimits(), moment())).toMatchObject({ type, reason });
});

test("a limit ends when the last window that is used up begins anew", () => {
  const limits = new CodexLimits();
  limits.note({
    primary: { usedPercent: 100, resetsAt: 2_000_000_000 },
    secondary: { usedPercent: 80, resetsAt: 9e9 },
  });
  limits.note({ primary: null, secondary: null });
  const error = { message: "You’ve hit your usage limit. Try again at 3:00 AM.", codexErrorInfo: "usageLimitExceeded" };
  expect(turnFailure(error, limits, moment()).resetAtMs).toBe(2_000_000_000_000);
  expect(turnFailure(error, new CodexLimits(), moment()).resetAtMs).toBe(Date.UTC(2026, 2, 2, 1));
});

test("what an agent may do", () => {
  const rights = (permissions: CallSpec["permissions"], access: CallSpec["access"]): string =>
    Object.values(appRights({ permissions, access })).join(" ");
  expect((["ask", "edits", "full"] as const).map((permissions) => rights(permissions, "write"))).toEqual([
    "read-only untrusted",
    "workspace-write on-request",
    "danger-full-access never",
  ]);
  expect(rights("full", "read")).toBe("read-only never");
});

const report = z.object({ argv: z.array(z.string()), env: z.record(z.string(), z.string()), input: z.string() });

describe("the program", () => {
  test("is given its prompt over the pipe, its provider as a setting, and nobody else's key", async () => {
    const file = join(scratchFolder(), "report.json");
    const prompt = `-- "Do it"\n${"x".repeat(300_000)}`;
    const model = modelSettings({ keyEnv: "MY_KEY", baseUrl: "http://127.0.0.1:9/v1" });
    const spec = asAppServer([{ act: "report", file }], callSpec({ prompt, model }));
    const secrets = { MY_KEY: "mine", CODEX_HOME: "/c", OPENAI_API_KEY: "a", CODEX_API_KEY: "b" };
    const environment = { ...process.env, HOME: scratchFolder(), ...secrets };
    const { outcome } = await seen(createCodexAdapter({ clock: systemClock, environment }).start(spec, committed));
    expect(outcome.kind).toBe("success");
    const { argv, env, input } = report.parse(JSON.parse(readFileSync(file, "utf8")));
    expect(input).toBe(prompt);
    expect(env).toMatchObject({ MY_KEY: "mine", CODEX_HOME: "/c" });
    expect([env["OPENAI_API_KEY"], env["CODEX_API_KEY"]]).toEqual([undefined, undefined]);
    expect(argv[0]).toBe("app-server");
    const provider = argv.find((part) => part.startsWith("model_providers."));
    expect(provider).toContain('base_url="http://127.0.0.1:9/v1",env_key="MY_KEY"');
    expect(provider).toContain("request_max_retries=0,stream_max_retries=0");
    expect(appArguments(callSpec()).join(" ")).not.toContain("model_provider");
  });

  test("goes on with a thread, and books what that has grown by", async () => {
    const counted = { input: 100, output: 20, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
    const given = callSpec({ start: { kind: "resume", session: "th-7" }, counted });
    const spec = asAppServer([{ act: "usage", input: 160, output: 50 }], given);
    const { events } = await seen(createCodexAdapter(ports()).start(spec, committed));
    expect(said(events).slice(0, 2)).toMatchObject([
      { type: "session", session: "th-7" },
      { type: "usage", usage: { input: 60, output: 30 } },
    ]);
  });
});

test("what it asked before its engine died is asked by the next one, and answered once", async () => {
  const acts: readonly Act[] = [{ act: "ask", command: "npm i" }];
  const given = callSpec();
  const { orphan } = codexAppServer;
  if (orphan === undefined) throw new Error("it cannot lose its engine");
  const hasAsked = async (): Promise<void> => {
    await contentOf(join(given.folder, "stdout"), /requestApproval/);
  };
  const { process: child, spec } = await orphan(acts, given, hasAsked);
  const adopt = { kind: "adopt", process: child, session: null } as const;
  const running = createCodexAdapter(ports()).start({ ...spec, start: adopt }, committed);
  const { events, outcome } = await seen(running, (event) => {
    if (event.type === "approval") running.respond(event.id, "allow_once", null);
  });
  expect(events.filter(({ type }) => type === "approval")).toMatchObject([{ command: "npm i" }]);
  expect(outcome).toMatchObject({ kind: "success", text: "allowed" });
  const words = readFileSync(join(spec.folder, "said"), "utf8").split("\n");
  expect(words.filter((line) => line.startsWith("= "))).toEqual([
    "= initialize",
    "= initialized",
    "= thread",
    "= turn",
    "= answer 0",
  ]);
});

describe("a program that is no app server", () => {
  const program = `
    const isServer = process.argv.includes("app-server");
    if (isServer) {
      console.error("error: unrecognized subcommand 'app-server'");
      process.exit(2);
    }
    console.log('{"type":"thread.started","thread_id":"th-3"}');
    console.log('{"type":"item.completed","item":{"id":"i","type":"agent_message","text":"' + process.argv.length + '"}}');
    console.log('{"type":"turn.completed","usage":{}}');`;
  const [name, ...flags] = node;
  const old = (script: string): CallSpec =>
    callSpec({ model: modelSettings({ adapter: "codex", argv: [name, ...flags, "-e", script, "--"] }) });

  test("is run by exec", async () => {
    const pids: number[] = [];
    const running = createCodexAdapter(ports()).start(old(program), async ({ pid }) => void pids.push(pid));
    const { events, outcome } = await seen(running);
    expect(outcome).toMatchObject({ kind: "success", failure: null });
    expect(events.filter(({ type }) => type === "session")).toEqual([{ type: "session", session: "th-3" }]);
    expect(pids).toHaveLength(2);
  });

  test("and fails as exec too has failed", async () => {
    const { outcome } = await seen(
      createCodexAdapter(ports()).start(
        old('console.error("Error: unknown variant in `x`" + process.argv.at(-1)); process.exit(1)'),
        committed,
      ),
    );
    expect(outcome).toMatchObject({ kind: "error", failure: { type: "invalid_request" } });
    expect(outcome.failure?.message).toMatch(/-$/);
  });

  test("is not tried again when it was cancelled", async () => {
    const pids: number[] = [];
    const running = createCodexAdapter(ports()).start(old("setInterval(() => {}, 1000)"), async ({ pid }) => {
      pids.push(pid);
      void running.cancel("stop");
    });
    expect((await seen(running)).outcome.kind).toBe("cancelled");
    expect(pids.length).toBeLessThan(2);
  });
});

test("what it tells of the plan's windows is told: all of them, with what an update has changed", () => {
  const { talker } = told({ hasPlan: true }, initialized);
  const windows = (message: object) =>
    talker.output(JSON.stringify(message), false).flatMap((event) => (event.type === "limits" ? event.windows : []));
  const primary = { usedPercent: 38, windowDurationMins: 300, resetsAt: 1_795_232_193 };
  const secondary = { usedPercent: 5, windowDurationMins: 10_080, resetsAt: 1_795_500_000 };
  expect(windows({ id: "limits", result: { rateLimits: { primary, secondary } } })).toEqual([
    { name: "5h", share: 0.38, resetAtMs: 1_795_232_193_000 },
    { name: "7d", share: 0.05, resetAtMs: 1_795_500_000_000 },
  ]);
  const update = { method: "account/rateLimits/updated", params: { rateLimits: { primary: { usedPercent: 40 } } } };
  expect(windows(update).map(({ name, share }) => `${name} ${share}`)).toEqual(["5h 0.4", "7d 0.05"]);
});
