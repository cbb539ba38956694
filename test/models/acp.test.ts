import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";

import type { CallSpec } from "../../src/engine/ports/adapter.ts";
import { contentOf, endAfterTest, scratchFolder } from "../processes/scratch.ts";
import { acp, acpAdapter, asAcp } from "./acp-subject.ts";
import { text, type Act } from "./acts.ts";
import { callSpec, committed, modelSettings, said, seen, type Seen } from "./call-spec.ts";

/** Lets an agent act; `words` change what it is. */
async function play(
  acts: readonly Act[],
  more: Partial<CallSpec> = {},
  words: readonly string[] = [],
): Promise<Seen & { readonly stderr: string }> {
  const spec = asAcp(acts, callSpec(more), words);
  const all = await seen(acpAdapter().start(spec, async (record) => endAfterTest(record)));
  return { ...all, stderr: readFileSync(join(spec.folder, "stderr"), "utf8") };
}

const report = z.object({ cwd: z.string(), env: z.record(z.string(), z.string()), input: z.string() });

/** What an agent is started with. */
async function startedWith(
  more: Partial<CallSpec>,
  environment: Readonly<Record<string, string>> = {},
): Promise<z.infer<typeof report>> {
  const file = join(scratchFolder(), "report.json");
  const spec = asAcp([{ act: "report", file }], callSpec(more));
  await seen(acpAdapter({ ...process.env, ...environment }).start(spec, committed));
  return report.parse(JSON.parse(readFileSync(file, "utf8")));
}

const secrets = { OPENAI_API_KEY: "a", GEMINI_API_KEY: "b", MY_KEY: "c" };
const pass = { pass: Object.keys(secrets), set: {} };

test("an agent gets its prompt whole", async () => {
  const prompt = `/-- "Do it",\n\`now\`\n${"é".repeat(300_000)}`;
  expect((await startedWith({ prompt })).input).toBe(prompt);
});

test("on a plan it is kept from keys that would pay instead, but for those that are named with it", async () => {
  const plan = await startedWith({ env: pass, model: modelSettings({ billing: "subscription" }) }, secrets);
  expect(Object.keys(plan.env).filter((name) => name in secrets)).toEqual(["MY_KEY"]);
  const own = modelSettings({ billing: "subscription", env: { pass: ["GEMINI_API_KEY"], set: {} } });
  expect((await startedWith({ model: own }, secrets)).env).toMatchObject({ GEMINI_API_KEY: "b" });
  const metered = await startedWith({ env: pass, model: modelSettings({ billing: "metered" }) }, secrets);
  expect(metered.env).toMatchObject(secrets);
});

test("it finds the folders of its login, and opencode is told to ask", async () => {
  const { env } = await startedWith({ permissions: "edits" }, { XDG_DATA_HOME: "/d", CODEX_HOME: "/c" });
  expect(env).toMatchObject({ XDG_DATA_HOME: "/d", CODEX_HOME: "/c" });
  expect(JSON.parse(env["OPENCODE_PERMISSION"] ?? "")).toMatchObject({ edit: "allow", bash: "ask" });
  const reading = await startedWith({ access: "read" });
  expect(JSON.parse(reading.env["OPENCODE_PERMISSION"] ?? "")).toMatchObject({ edit: "deny", bash: "deny" });
});

test("it is told its mode and its model", async () => {
  const { stderr, outcome } = await play([text("done")], { model: modelSettings({ model: "m-2" }) });
  expect(outcome.kind).toBe("success");
  expect(stderr.trim().split("\n")).toEqual([
    'session/set_model {"sessionId":"acp-1","modelId":"m-2"}',
    'session/set_mode {"sessionId":"acp-1","modeId":"autoEdit"}',
  ]);
});

test("a model it does not have is said, and it works with its own", async () => {
  const { events, outcome } = await play([text("done")], { model: modelSettings({ model: "m-9" }) });
  expect(said(events)[1]).toEqual({
    type: "retry",
    message: "mine did not take the model m-9: there is no m-9",
    delayMs: null,
  });
  expect(outcome.kind).toBe("success");
});

test("it logs in with a key it was given, and with no other", async () => {
  const env = { pass: [], set: { FAKE_KEY: "k" } };
  expect((await play([text("done")], { env }, ["login"])).outcome).toMatchObject({ kind: "success", text: "done" });
  const { outcome } = await play([text("done")], {}, ["login"]);
  expect(outcome).toMatchObject({ kind: "error", failure: { type: "auth", reason: "bad_key" } });
  expect(outcome.failure?.message).toContain("Log in with a browser");
});

test("files that it asks for are not written by anybody else", async () => {
  expect((await play([text("done")], {}, ["asks-files"])).outcome.text).toBe("files: -32601\ndone");
});

describe("a session", () => {
  const start = { kind: "resume", session: "s-7" } as const;

  test("is gone on with, and its past is not counted again", async () => {
    const { events, outcome } = await play([text("more"), { act: "cost", usd: 0.5 }], { start });
    expect(said(events)[0]).toEqual({ type: "session", session: "s-7" });
    expect(outcome).toMatchObject({ kind: "success", text: "more" });
    expect(events.filter(({ type }) => type === "cost")).toEqual([
      { type: "cost", cost: { micros: 500_000, source: "reported" } },
    ]);
  });

  test.each([["lost"], ["no-load"]])("that is %s is given back to be begun anew", async (word) => {
    const { outcome } = await play([text("more")], { start }, [word]);
    expect(outcome).toMatchObject({
      kind: "error",
      failure: { type: "not_found", reason: "session", retryable: true },
    });
  });
});

test("what it asked before its engine died is asked again, and answered once", async () => {
  const fresh = callSpec();
  const hasAsked = async (): Promise<void> => {
    await contentOf(join(fresh.folder, "stdout"), /request_permission/);
  };
  if (acp.orphan === undefined) throw new Error("it cannot lose its engine");
  const { process: record, spec } = await acp.orphan([{ act: "ask", command: "make" }, text("done")], fresh, hasAsked);
  const running = acpAdapter().start(
    { ...spec, start: { kind: "adopt", process: record, session: "acp-1" } },
    committed,
  );
  const { events, outcome } = await seen(running, (event) => {
    if (event.type === "approval") running.respond(event.id, "allow_always", null);
  });
  expect(events.filter(({ type }) => type === "approval")).toHaveLength(1);
  expect(outcome).toMatchObject({ kind: "success", text: "allowed\ndone" });
  const talk = readFileSync(join(spec.folder, "said"), "utf8").split("\n");
  expect(talk.filter((line) => line.startsWith("= session"))).toEqual(["= session"]);
  expect(talk.filter((line) => line.startsWith("= prompt"))).toHaveLength(1);
});
