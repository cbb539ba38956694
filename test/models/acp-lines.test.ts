import { describe, expect, test } from "vitest";

import type { AcpWish } from "../../src/models/acp/acp-setup.ts";
import { objectOfLine } from "../../src/models/json-line.ts";
import { chunk, ended, exited, folder, hear, prompted, update, type Heard } from "./acp-talk.ts";

const options = [
  { optionId: "yes", kind: "allow_once" },
  { optionId: "ever", kind: "allow_always" },
  { optionId: "never", kind: "reject_always" },
];
const request = (toolCall: object, given: readonly object[] = options): object => ({
  id: 0,
  method: "session/request_permission",
  params: { sessionId: "s-1", toolCall: { toolCallId: "t", title: "Do so", ...toolCall }, options: given },
});
const chosen = ({ words }: Heard): unknown => words[0]?.["result"] ?? null;
const selected = (optionId: string): object => ({ outcome: { outcome: "selected", optionId } });

describe("a turn", () => {
  test("messages stand on lines of their own, thoughts are no text", () => {
    const talker = prompted();
    const { events } = hear(
      talker,
      update("agent_thought_chunk", { content: { type: "text", text: "hm" } }),
      chunk("I ", { messageId: "a" }),
      chunk("look.", { messageId: "a" }),
      chunk("Done.", { messageId: "b" }),
      update("plan", { entries: [] }),
      update("agent_message_chunk", { content: { type: "image", data: "" } }),
      ended(),
    );
    expect(events[0]).toEqual({ type: "thinking", text: "hm" });
    expect(talker.end(exited)).toMatchObject({ kind: "success", text: "I look.\nDone." });
  });

  test("another session's words are not this one's", () => {
    const talker = prompted();
    const other = {
      method: "session/update",
      params: { sessionId: "s-2", update: { sessionUpdate: "agent_message_chunk" } },
    };
    expect(hear(talker, other).events).toEqual([]);
  });

  test("a tool begins when it is known what it is at, and ends once", () => {
    const talker = prompted();
    const { events } = hear(
      talker,
      update("tool_call", {
        toolCallId: "t",
        name: "Write",
        title: "Preparing…",
        status: "pending",
        rawInput: {},
        kind: "edit",
      }),
      update("tool_call_update", { toolCallId: "t", rawInput: { file_path: "/w/a.txt" }, title: "Write a.txt" }),
      update("tool_call_update", { toolCallId: "t", status: "completed" }),
      update("tool_call_update", { toolCallId: "t", status: "completed" }),
      update("tool_call_update", { toolCallId: "u", status: "failed", title: "Look", kind: "other" }),
      update("tool_call", {
        toolCallId: "v",
        status: "pending",
        title: "bash",
        kind: "execute",
        locations: [{ path: "/w" }],
      }),
      update("tool_call_update", { toolCallId: "v", status: "in_progress", rawInput: { command: "ls" } }),
    );
    expect(events).toEqual([
      { type: "tool", id: "t", state: "start", name: "Write", detail: "a.txt" },
      { type: "tool", id: "t", state: "end", name: "Write", detail: "a.txt" },
      { type: "tool", id: "u", state: "start", name: "Look", detail: "Look" },
      { type: "tool", id: "u", state: "end", name: "Look", detail: "Look" },
      { type: "tool", id: "v", state: "start", name: "execute", detail: "ls" },
    ]);
  });

  test.each([
    ["fs/write_text_file", { path: "/w/a", content: "x" }],
    ["terminal/create", { command: "ls" }],
    ["session/request_permission", {}],
    ["_other/thing", null],
  ])("%s, which nobody here does, is answered", (method, params) => {
    const { words } = hear(prompted(), { id: "x", method, params });
    expect(words).toEqual([
      { jsonrpc: "2.0", id: "x", error: { code: -32601, message: `Method not found: ${method}` } },
    ]);
  });

  test.each([
    [{ stopReason: "end_turn" }, "success"],
    [{ stopReason: "max_tokens" }, "max_turns"],
    [{ stopReason: "max_turn_requests" }, "max_turns"],
    [{ stopReason: "refusal" }, "refused"],
    [{ stopReason: "cancelled" }, "cancelled"],
    [{}, "success"],
  ])("%o is %s", (result, kind) => {
    const talker = prompted();
    hear(talker, ended(result));
    expect(talker.isComplete).toBe(true);
    expect(talker.end(exited).kind).toBe(kind);
  });

  test("an agent that gives up when it is denied something was denied", () => {
    const talker = prompted();
    hear(talker, request({ kind: "execute" }));
    talker.answer("0", "deny");
    hear(talker, ended({ stopReason: "cancelled" }));
    expect(talker.end(exited).kind).toBe("permission_denied");
  });

  test.each([
    [
      "claude",
      {
        usage: {
          inputTokens: 2000,
          outputTokens: 114,
          cachedReadTokens: 6000,
          cachedWriteTokens: 400,
          totalTokens: 8514,
        },
      },
      [8400, 114, 6000, 400, 0],
    ],
    [
      "codex",
      {
        usage: { inputTokens: 1808, outputTokens: 160, cachedReadTokens: 8192, thoughtTokens: 64, totalTokens: 10_160 },
      },
      [10_000, 160, 8192, 0, 64],
    ],
    [
      "opencode",
      { usage: { inputTokens: 976, outputTokens: 44, cachedReadTokens: 1024, thoughtTokens: 16, totalTokens: 2060 } },
      [2000, 60, 1024, 0, 16],
    ],
    ["gemini", { _meta: { quota: { token_count: { input_tokens: 6000, output_tokens: 80 } } } }, [6000, 80, 0, 0, 0]],
    [
      "one with the cache in its input",
      { usage: { inputTokens: 100, outputTokens: 5, cachedReadTokens: 60, totalTokens: 105 } },
      [100, 5, 60, 0, 0],
    ],
  ])("what %s counts", (_name, result, [input, output, cacheRead, cacheWrite, reasoning]) => {
    const { events } = hear(prompted(), ended({ stopReason: "end_turn", ...result }));
    expect(events).toMatchObject([{ type: "usage", usage: { input, output, cacheRead, cacheWrite, reasoning } }]);
  });

  test("unknown counts are none", () => {
    expect(hear(prompted(), ended({ stopReason: "end_turn", usage: null })).events).toEqual([]);
  });
});

describe("permissions", () => {
  const inside = { kind: "edit", locations: [{ path: "/w/a.txt" }] };
  const rights = (permissions: "ask" | "edits" | "full", access: "read" | "write" = "write"): Partial<AcpWish> => ({
    rights: { access, permissions, folder },
  });

  test("a person sees the command, or the lines that change", () => {
    const talker = prompted(rights("ask"));
    const [, command] = hear(talker, request({ kind: "execute", rawInput: { command: ["rm", "-r", "x"] } })).events;
    expect(command).toEqual({ type: "approval", id: "0", tool: "execute", command: "rm -r x", diff: null });
    const lines = Array.from({ length: 20 }, (_, at) => `line ${at}`);
    const content = [
      { type: "diff", path: "/w/b.txt", oldText: lines.join("\n"), newText: lines.with(9, "new").join("\n") },
    ];
    const [, edit] = hear(talker, { ...request({ ...inside, toolCallId: "u", content }), id: "x" }).events;
    expect(edit).toMatchObject({ type: "approval", id: '"x"', tool: "edit", command: null });
    expect(edit?.type === "approval" ? edit.diff?.split("\n") : null).toEqual([
      "--- b.txt",
      "+++ b.txt",
      "@@ line 10 @@",
      " line 6",
      " line 7",
      " line 8",
      "-line 9",
      "+new",
      " line 10",
      " line 11",
      " line 12",
    ]);
  });

  test.each([
    ["allow_once", options, selected("yes")],
    // What the agent takes it for may be more than what a person was asked for.
    ["allow_always", options, selected("yes")],
    ["allow_always", options.slice(1), selected("ever")],
    ["allow_once", options.slice(1), { outcome: { outcome: "cancelled" } }],
    ["deny", options, selected("never")],
    ["allow_always", options.slice(0, 1), selected("yes")],
    ["deny", options.slice(0, 2), { outcome: { outcome: "cancelled" } }],
    ["allow_once", [], { outcome: { outcome: "cancelled" } }],
  ] as const)("%s", (decision, given, result) => {
    const talker = prompted();
    hear(talker, request({ kind: "execute" }, given));
    const [say] = talker.answer("0", decision);
    expect(say?.tag).toBe("answer 0");
    expect(objectOfLine(say?.line ?? "")).toEqual({ jsonrpc: "2.0", id: 0, result });
    expect(talker.answer("unknown", decision)).toEqual([]);
  });

  test("who offers no way to say yes, and gives up, was denied", () => {
    const talker = prompted();
    hear(talker, request({ kind: "execute" }, []));
    talker.answer("0", "allow_once");
    hear(talker, ended({ stopReason: "cancelled" }));
    expect(talker.end(exited).kind).toBe("permission_denied");
  });

  test("a denied tool is over", () => {
    const talker = prompted();
    hear(talker, request({ kind: "execute" }));
    talker.answer("0", "deny");
    expect(hear(talker, chunk("well")).events).toMatchObject([
      { type: "tool", id: "t", state: "end" },
      { type: "text" },
    ]);
  });

  const asked = "a person";
  test.each([
    ["edits", "write", inside, "yes"],
    ["edits", "write", { kind: "edit", locations: [{ path: "b/c.txt" }] }, "yes"],
    ["edits", "write", { kind: "edit", locations: [{ path: "/w/../etc/x" }] }, asked],
    [
      "edits",
      "write",
      { kind: "edit", content: [{ type: "diff", path: "/etc/x", newText: "" }], locations: [{ path: "/w/a" }] },
      asked,
    ],
    ["edits", "write", { kind: "edit" }, asked],
    ["edits", "write", { kind: "execute" }, asked],
    ["edits", "write", {}, asked],
    ["ask", "write", inside, asked],
    ["ask", "write", { kind: "read", locations: [{ path: "/w/a" }] }, "yes"],
    ["ask", "write", { kind: "read", locations: [{ path: "/home/me/.ssh/id" }] }, asked],
    ["full", "write", { kind: "execute" }, "yes"],
    ["full", "read", inside, "never"],
    ["full", "read", { kind: "execute" }, "never"],
    ["ask", "read", { kind: "search" }, "yes"],
    ["ask", "read", { kind: "read", locations: [{ path: "/elsewhere" }] }, "never"],
  ] as const)("with %s, to %s: %o is decided by %s", (permissions, access, toolCall, by) => {
    const heard = hear(prompted(rights(permissions, access)), request(toolCall));
    const approvals = heard.events.filter(({ type }) => type === "approval");
    expect(chosen(heard)).toEqual(by === asked ? null : selected(by));
    expect(approvals).toHaveLength(by === asked ? 1 : 0);
  });
});

describe("errors", () => {
  const failed = (error: object, stderr: readonly string[] = []): unknown => {
    const talker = prompted();
    for (const one of stderr) talker.diagnostic(one);
    hear(talker, { id: 2, error });
    const { failure } = talker.end(exited);
    return `${failure?.type}/${failure?.reason}`;
  };
  const internal = (message: string, data?: object): object => ({
    code: -32603,
    message: `Internal error: ${message}`,
    data,
  });

  test.each([
    [{ code: -32000, message: "Authentication required" }, "auth/bad_key"],
    [
      {
        code: 400,
        message:
          '{"error":{"code":400,"message":"no","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}',
      },
      "auth/bad_key",
    ],
    [{ code: 429, message: "You exceeded your current quota. Please retry in 2.5s." }, "rate_limit/throttled"],
    [{ code: 429, message: "You exceeded your current quota\nSuggested retry after 7s." }, "rate_limit/throttled"],
    [{ code: 429, message: "You have exhausted your daily quota on this model." }, "rate_limit/plan_limit"],
    [{ code: 503, message: "busy" }, "overloaded/null"],
    [internal("Incorrect API key provided: x", { errorName: "APIError" }), "auth/bad_key"],
    [internal("too much", { errorName: "ContextOverflowError" }), "invalid_request/context_overflow"],
    [internal("API Error: 429", { errorKind: "rate_limit" }), "rate_limit/throttled"],
    [internal("You've hit your limit · resets 3:36am (UTC)", { errorKind: "rate_limit" }), "rate_limit/plan_limit"],
    [internal("it broke", { errorKind: "server_error" }), "api/server"],
    [internal("it broke", { status: 529 }), "overloaded/null"],
    [{ code: -32602, message: "params" }, "invalid_request/bad_request"],
    [{ code: -32002, message: "what?" }, "not_found/null"],
    [{ code: -32603 }, "api/unknown"],
    [{}, "api/unknown"],
  ])("%o is %s", (error, word) => {
    expect(failed(error)).toBe(word);
  });

  test("a daily limit that only standard error names", () => {
    const error = { code: 429, message: "Rate limit exceeded. Try again later." };
    expect(failed(error)).toBe("rate_limit/throttled");
    expect(failed(error, ["x TerminalQuotaError: used up"])).toBe("rate_limit/plan_limit");
  });

  test("words of an error in a turn that ends well are no error", () => {
    const talker = prompted();
    hear(talker, chunk("Selected model is at capacity. 429 Too Many Requests"), ended());
    expect(talker.end(exited)).toMatchObject({ kind: "success", failure: null });
  });
});
