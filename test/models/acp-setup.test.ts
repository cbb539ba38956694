import { describe, expect, test } from "vitest";

import type { AcpClient } from "../../src/models/acp/acp-lines.ts";
import { objectOfLine } from "../../src/models/json-line.ts";
import { begun, chunk, ended, exited, folder, hear, initialized, talkerOf, update } from "./acp-talk.ts";

describe("the way to the prompt", () => {
  test("initialize, session, prompt", () => {
    const talker = talkerOf();
    const [opening] = talker.opening();
    expect(objectOfLine(opening?.line ?? "")).toMatchObject({
      jsonrpc: "2.0",
      id: 0,
      method: "initialize",
      params: { protocolVersion: 1, clientCapabilities: { fs: { readTextFile: false }, terminal: false } },
    });
    expect(hear(talker, initialized())).toMatchObject({
      words: [{ id: 1, method: "session/new", params: { cwd: "/w", mcpServers: [] } }],
    });
    expect(hear(talker, begun())).toMatchObject({
      events: [{ type: "session", session: "s-1" }],
      words: [{ method: "session/prompt", params: { sessionId: "s-1", prompt: [{ type: "text", text: "Do it." }] } }],
    });
  });

  test("the same lines lead to the same words in an engine that adopts", () => {
    const lines = [initialized(), begun({ models: { availableModels: [] } }), { id: 6, result: {} }];
    const live = talkerOf({ model: "m" });
    const tags = [...live.opening().map(({ tag }) => tag), ...hear(live, ...lines).tags];
    const adopting = talkerOf({ model: "m", session: "s-1", isAdopted: true });
    expect([...adopting.opening().map(({ tag }) => tag), ...hear(adopting, ...lines).tags]).toEqual(tags);
    expect(tags).toEqual(["initialize", "session", "model", "prompt"]);
  });

  const modes = (currentModeId: string, ...ids: readonly string[]): object => ({
    modes: { currentModeId, availableModes: ids.map((id) => ({ id, name: id })) },
  });
  const gemini = modes("default", "default", "autoEdit", "yolo", "plan");
  const claude = modes("default", "default", "acceptEdits", "plan", "auto");
  const codex = modes("agent", "read-only", "workspace-write", "agent", "agent-full-access");
  const plans = modes("build", "build", "plan");

  test.each([
    ["gemini", gemini, [null, "autoEdit", "yolo", null]],
    ["claude", claude, [null, "acceptEdits", null, null]],
    ["codex", codex, ["read-only", "workspace-write", "agent-full-access", "read-only"]],
    ["an agent that plans", plans, [null, null, null, "plan"]],
    ["an agent without modes", {}, [null, null, null, null]],
  ])("the mode of %s", (_name, session, wanted) => {
    const rights = [
      { access: "write", permissions: "ask", folder },
      { access: "write", permissions: "edits", folder },
      { access: "write", permissions: "full", folder },
      { access: "read", permissions: "full", folder },
    ] as const;
    const said = rights.map((one) => {
      const talker = talkerOf({ rights: one });
      const [word] = hear(talker, initialized(), begun(session)).words.slice(1);
      return word?.["method"] === "session/set_mode" ? word["params"] : null;
    });
    expect(said).toEqual(wanted.map((modeId) => (modeId === null ? null : { sessionId: "s-1", modeId })));
  });

  const option = (id: string, category: string, currentValue: string, values: readonly object[]): object => ({
    id,
    category,
    type: "select",
    currentValue,
    options: values,
  });

  test("mode and model by the options of newer agents, also in groups", () => {
    const talker = talkerOf({ model: "Big One" });
    const models = [{ group: "g", name: "G", options: [{ value: "p/big", name: "Big One" }] }];
    const configOptions = [
      option("m", "model", "p/small", models),
      option("how", "mode", "build", [{ value: "edits", name: "Accept edits" }]),
    ];
    const { words } = hear(talker, initialized(), begun({ configOptions, models: { availableModels: [] } }));
    expect(words[1]).toMatchObject({
      method: "session/set_config_option",
      params: { sessionId: "s-1", configId: "m", value: "p/big" },
    });
    expect(hear(talker, { id: 6, result: {} }).words).toMatchObject([{ params: { configId: "how", value: "edits" } }]);
    expect(hear(talker, { id: 5, result: {} }).words).toMatchObject([{ method: "session/prompt" }]);
  });

  test("a model that is not taken is said, and the work goes on", () => {
    const refusing = talkerOf({ model: "m-9" });
    hear(refusing, initialized(), begun({ models: { currentModelId: "m-1", availableModels: [] } }));
    const refused = hear(refusing, { id: 6, error: { code: -32602, message: "no m-9" } });
    expect(refused.events).toMatchObject([{ type: "retry", message: "mine did not take the model m-9: no m-9" }]);
    expect(refused.words).toMatchObject([{ method: "session/prompt" }]);
    const without = hear(talkerOf({ model: "m-9" }), initialized(), begun());
    expect(without.events).toMatchObject([{ type: "session" }, { type: "retry" }]);
    expect(without.words.at(-1)).toMatchObject({ method: "session/prompt" });
  });

  test("an agent of another version is not asked", () => {
    const talker = talkerOf();
    expect(hear(talker, initialized({ protocolVersion: 2 })).words).toEqual([]);
    expect(talker.isComplete).toBe(true);
    expect(talker.end(exited)).toMatchObject({ kind: "error", failure: { type: "invalid_request", retryable: false } });
  });

  const authMethods = [
    { id: "web", name: "Log in with a browser" },
    { id: "key", type: "env_var", name: "Key", vars: [{ name: "A_KEY" }, { name: "B", optional: true }] },
  ];
  const wantsLogin = (id: number): object => ({ id, error: { code: -32000, message: "Authentication required" } });

  test("it logs in once with a key that the agent was given", () => {
    const talker = talkerOf({ variables: new Set(["A_KEY"]) });
    expect(hear(talker, initialized({ authMethods }), wantsLogin(1)).words.at(-1)).toMatchObject({
      method: "authenticate",
      params: { methodId: "key" },
    });
    expect(hear(talker, { id: 4, result: null }).words).toMatchObject([{ id: 7, method: "session/new" }]);
    hear(talker, wantsLogin(7));
    expect(talker.end(exited).failure).toMatchObject({ type: "auth", retryable: false });
  });

  test("what needs a person is an error of the account", () => {
    const talker = talkerOf();
    expect(hear(talker, initialized({ authMethods }), wantsLogin(1)).words).toHaveLength(1);
    const { failure } = talker.end(exited);
    expect(failure).toMatchObject({ type: "auth", reason: "bad_key" });
    expect(failure?.message).toContain("Log in with a browser");
  });
});

describe("a session is gone on with", () => {
  const resumed = (): AcpClient => talkerOf({ session: "s-1" });
  const cost = (amount: number): object =>
    update("usage_update", { used: 1, size: 2, cost: { amount, currency: "USD" } });

  test("what it tells of before belongs to earlier attempts", () => {
    const talker = resumed();
    expect(hear(talker, initialized()).words).toMatchObject([
      { id: 3, method: "session/load", params: { sessionId: "s-1", cwd: "/w", mcpServers: [] } },
    ]);
    const told = [update("user_message_chunk", { content: { type: "text", text: "old" } }), chunk("old"), cost(1)];
    const loaded = hear(talker, ...told, { id: 3, result: null });
    expect(loaded.events).toEqual([{ type: "session", session: "s-1" }]);
    expect(loaded.words).toMatchObject([{ method: "session/prompt", params: { sessionId: "s-1" } }]);
    const { events } = hear(talker, chunk("new"), cost(1.5), ended());
    expect(events).toEqual([
      { type: "text", text: "new" },
      { type: "cost", cost: { micros: 500_000, source: "reported" } },
    ]);
  });

  test("what is still told when it is loaded ends before another answer", () => {
    const talker = resumed();
    const modes = { currentModeId: "acceptEdits", availableModes: [{ id: "acceptEdits", name: "x" }] };
    const { words } = hear(talker, initialized(), { id: 3, result: { modes } }, chunk("old"));
    expect(words.at(-1)).toMatchObject({ method: "session/set_mode" });
    expect(hear(talker, { id: 5, result: {} }, chunk("new")).events).toEqual([{ type: "text", text: "new" }]);
  });

  test("a cost whose beginning is not known is not said", () => {
    const talker = resumed();
    hear(talker, initialized(), { id: 3, result: {} });
    expect(hear(talker, cost(2)).events).toEqual([]);
    expect(hear(talker, cost(2.25)).events).toEqual([{ type: "cost", cost: { micros: 250_000, source: "reported" } }]);
  });

  test.each([
    [initialized({ agentCapabilities: {} }), []],
    [
      initialized(),
      [{ id: 3, error: { code: -32603, message: "Internal error", data: { details: "No such thing." } } }],
    ],
    [initialized(), [{ id: 3, error: { code: -32602, message: "Session not found: s-1" } }]],
  ])("one that cannot be is begun anew by whoever asked", (first, more) => {
    const talker = resumed();
    hear(talker, first, ...more);
    expect(talker.isComplete).toBe(true);
    expect(talker.end(exited).failure).toMatchObject({ type: "not_found", reason: "session", retryable: true });
  });

  test("without a replay where that is all there is", () => {
    const agentCapabilities = { sessionCapabilities: { resume: {} } };
    expect(hear(resumed(), initialized({ agentCapabilities })).words).toMatchObject([{ method: "session/resume" }]);
  });
});
