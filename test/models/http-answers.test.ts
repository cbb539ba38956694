import { dirname, join } from "node:path";
import { describe, expect, test, vi } from "vitest";

import type { CallEvent, CallSpec } from "../../src/engine/ports/adapter.ts";
import { verdictSchema } from "../../src/prompts/answer-schemas.ts";
import { at } from "../cli/played.ts";
import { callSpec, committed, seen, textOf, type Seen } from "./call-spec.ts";
import { anthropic, compatible, dialects, google, openai, type Dialect, type Speech } from "./dialects.ts";
import { adapterOf, asked, spoken } from "./http-subject.ts";
import { loopback, type LoopbackReply, type Place } from "./loopback.ts";

const server = loopback();

const verdict = { verdict: "approve", summary: "fine", findings: [], closed: [] };
const whole: Speech = { text: [JSON.stringify(verdict)] };

/** Asks a server that answers one request after the other like this. */
async function converse(
  dialect: Dialect,
  replies: readonly (Speech | LoopbackReply)[],
  more: Partial<CallSpec> = {},
): Promise<Seen & { readonly place: Place; readonly bodies: readonly unknown[] }> {
  const place = server.place((n) => {
    const reply = replies[Math.min(n, replies.length - 1)] ?? {};
    return "pieces" in reply ? reply : spoken(dialect, reply);
  });
  const spec = asked(dialect, place, callSpec({ role: "synthesizer", access: "read", ...more }));
  const all = await seen(adapterOf(dialect).start(spec, committed));
  return { ...all, place, bodies: place.sent.map(({ body }) => body) };
}

const usages = (events: readonly CallEvent[]) => events.filter((event) => event.type === "usage");

describe("what is sent", () => {
  test.each<[string, Dialect, path: string, schemaAt: readonly string[]]>([
    ["anthropic", anthropic, "v1/messages", ["output_config", "format", "schema"]],
    ["openai", openai, "v1/responses", ["text", "format", "schema"]],
    [
      "google",
      google,
      "v1beta/models/test-model:streamGenerateContent?alt=sse",
      ["generationConfig", "responseJsonSchema"],
    ],
    ["openai-compatible", compatible, "v1/chat/completions", ["response_format", "json_schema", "schema"]],
  ])("%s: streaming, with the schema as the provider's own", async (_name, dialect, path, schemaAt) => {
    const place = server.place(() => spoken(dialect, whole));
    const spec = asked(dialect, place, callSpec({ role: "synthesizer", access: "read", schema: verdictSchema }));
    const { outcome } = await seen(adapterOf(dialect).start(spec, committed));
    expect(outcome).toMatchObject({ kind: "success", answer: verdict });
    expect(place.sent.map((sent) => sent.path)).toEqual([path]);
    expect(at(place.sent[0]?.body, ...schemaAt, "required")).toEqual(at(verdictSchema, "required"));
    expect(JSON.stringify(place.sent[0]?.body)).not.toContain("Your last message");
  });

  test("nothing is stored at OpenAI; calls of one role in one repository share a cache", async () => {
    const workdir = callSpec().workdir;
    const keyOf = async (more: Partial<CallSpec>): Promise<unknown> => {
      const { bodies } = await converse(openai, [{ text: ["yes"] }], more);
      expect(at(bodies[0], "store")).toBe(false);
      return at(bodies[0], "prompt_cache_key");
    };
    const one = await keyOf({ workdir: join(dirname(workdir), "A-1") });
    expect(one).toMatch(/^gandy:[0-9a-f]{16}:synthesizer:[0-9a-f]{16}$/);
    expect(String(one).length).toBeLessThanOrEqual(64);
    expect(await keyOf({ workdir: join(dirname(workdir), "A-2") })).toBe(one);
    expect(await keyOf({ workdir: join(dirname(workdir), "A-1"), role: "analyst" })).not.toBe(one);
    expect(await keyOf({ workdir: join(workdir, "A-1") })).not.toBe(one);
  });

  const [rules, task] = [`The rules.${" Mind them.".repeat(300)}\n`, `\nThe task.${" Do it.".repeat(300)}\n`];
  const marks = { run: rules.length, task: rules.length + task.length };

  test("Anthropic is told where what stays in a run ends, and where what stays in a task", async () => {
    const { bodies } = await converse(anthropic, [{ text: ["yes"] }], {
      prompt: `${rules}${task}\nThe round.\n`,
      marks,
    });
    const mark = { type: "ephemeral" };
    expect(at(bodies[0], "messages")).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: rules, cache_control: mark },
          { type: "text", text: task, cache_control: mark },
          { type: "text", text: "\nThe round.\n" },
        ],
      },
    ]);
    expect(at(bodies[0], "cache_control")).toBeUndefined();
  });

  test("Anthropic is told nothing of a beginning that is too short to be kept, and never more than four marks", async () => {
    const short = await converse(anthropic, [{ text: ["yes"] }], {
      prompt: "The rules.\n\nThe task.\n",
      marks: { run: 11, task: 11 },
    });
    expect(JSON.stringify(short.bodies)).not.toContain("cache_control");
    const list: Speech = { calls: [{ id: "call_1", name: "list", input: { path: "" } }] };
    const { bodies } = await converse(anthropic, [list, list, list, list, list, { text: ["yes"] }], {
      role: "implementer",
      access: "write",
      prompt: `${rules}${task}\nThe round.\n`,
      marks,
    });
    expect(bodies).toHaveLength(6);
    const firsts = bodies.map((body) => JSON.stringify(at(body, "messages", 0)));
    expect(new Set(firsts).size).toBe(1);
    for (const body of bodies) expect(JSON.stringify(body).split('"cache_control"').length - 1).toBe(3);
  });

  test("a schema that is told in words stands with what is the same for all, before the task", async () => {
    const { bodies } = await converse(compatible, [{ text: ["yes"] }], {
      role: "code_reviewer",
      schema: verdictSchema,
      prompt: `${rules}${task}`,
      marks,
    });
    const text = String(at(bodies[0], "messages", 0, "content"));
    expect(text.startsWith(`${rules}\nYour last message is one JSON object`)).toBe(true);
    expect(text.endsWith(task)).toBe(true);
  });

  test.each(dialects)("$name: a prompt that stays as a whole is one part", async (dialect) => {
    const { outcome } = await converse(dialect, [{ text: ["yes"] }], {
      prompt: "The rules.\n",
      marks: { run: 11, task: 11 },
    });
    expect(outcome.kind).toBe("success");
  });
});

describe("what is told", () => {
  const usage = { input: 4200, cacheRead: 3000, output: 60, reasoning: 20 };

  test.each<[string, Dialect, raw: unknown]>([
    ["anthropic", anthropic, { cache_creation: { ephemeral_5m_input_tokens: 0 }, service_tier: "standard" }],
    ["openai", openai, { input_tokens: 4200, service_tier: "default" }],
    ["google", google, { candidatesTokenCount: 40, thoughtsTokenCount: 20 }],
    ["openai-compatible", compatible, { prompt_tokens: 4200 }],
  ])("%s: what a request used, once, with the provider's own record", async (_name, dialect, raw) => {
    const { events } = await converse(dialect, [{ text: ["yes"], usage }]);
    expect(usages(events)).toMatchObject([{ usage: { ...usage, cacheWrite: 0 }, raw }]);
  });

  test("what Anthropic wrote into its cache is part of the input, by its time to live", async () => {
    const { events } = await converse(anthropic, [{ text: ["yes"], usage: { ...usage, cacheWrite: 200 } }]);
    expect(usages(events)).toMatchObject([
      {
        usage: { ...usage, cacheWrite: 200 },
        raw: { cache_creation: { ephemeral_5m_input_tokens: 200, ephemeral_1h_input_tokens: 0 } },
      },
    ]);
  });

  test("what a compatible server wrote into a cache", async () => {
    const { events } = await converse(compatible, [
      { text: ["yes"], usage: { ...usage, cacheWrite: 100 }, cost: 0.95 },
    ]);
    expect(usages(events)).toMatchObject([{ usage: { cacheRead: 3000, cacheWrite: 100 } }]);
    expect(events).toContainEqual({ type: "cost", cost: { micros: 950_000, source: "reported" } });
  });

  test("no use and no cost where a server tells neither", async () => {
    const { events, outcome } = await converse(compatible, [{ text: ["yes"] }]);
    expect(outcome.kind).toBe("success");
    expect(events.filter(({ type }) => type === "usage" || type === "cost")).toEqual([]);
  });

  test.each(dialects)("$name: thoughts beside the text", async (dialect) => {
    const { events, outcome } = await converse(dialect, [{ thinking: "Hm.", text: ["y", "es"] }]);
    expect(events.filter(({ type }) => type === "thinking")).toEqual([{ type: "thinking", text: "Hm." }]);
    expect([textOf(events), outcome.text]).toEqual(["yes", "yes"]);
  });

  test("nothing is written past the screen", async () => {
    const warned = [vi.spyOn(process, "emitWarning"), vi.spyOn(console, "warn"), vi.spyOn(console, "error")];
    const error = { status: 500, pieces: ["no"] };
    for (const dialect of dialects)
      await converse(dialect, [error], { schema: { type: "object", properties: { x: { type: "array" } } } });
    for (const spy of warned) {
      expect(spy).not.toHaveBeenCalled();
      spy.mockRestore();
    }
  });
});

describe.each(dialects)("$name: an answer that does not fit", (dialect) => {
  const usage = { input: 10, output: 5 };
  test.each<[string, Speech, fault: string]>([
    ["no JSON", { text: ["I approve."], usage }, "it holds no JSON object"],
    ["a wrong value", { text: ['{"verdict":"maybe"}'], usage }, "verdict: "],
  ])("is asked for once more: %s", async (_what, first, fault) => {
    const { outcome, bodies, events } = await converse(dialect, [first, { ...whole, usage }], {
      schema: verdictSchema,
    });
    expect(outcome).toMatchObject({ kind: "success", answer: verdict });
    expect(bodies).toHaveLength(2);
    expect(JSON.stringify(bodies[1])).toContain(`Your answer cannot be used: ${fault}`);
    expect(JSON.stringify(bodies[1])).toContain(JSON.stringify(first.text?.[0]).slice(1, -1));
    expect(usages(events).map((event) => event.usage.input)).toEqual([10, 10]);
  });

  test("is not asked for a third time", async () => {
    const { outcome, bodies } = await converse(dialect, [{ text: ["no"] }], { schema: verdictSchema });
    expect(outcome.failure).toMatchObject({ type: "parse", reason: "no_answer", retryable: false });
    expect(bodies).toHaveLength(2);
  });

  test("is judged by who asked when its second form is no better", async () => {
    const { outcome } = await converse(dialect, [{ text: ['{"verdict":"maybe"}'] }, { text: ["That was it."] }], {
      schema: verdictSchema,
    });
    expect(outcome).toMatchObject({ kind: "success", answer: { verdict: "maybe" } });
  });

  test("is not asked for again after an error", async () => {
    const limit = dialect.words.rate_limit ?? { status: 429, type: "x" };
    const { outcome, bodies } = await converse(
      dialect,
      [
        { text: ["no"], usage },
        { status: limit.status, pieces: [dialect.error(limit)] },
      ],
      { schema: verdictSchema },
    );
    expect(outcome.failure).toMatchObject({ type: "rate_limit", reason: "throttled" });
    expect(bodies).toHaveLength(2);
  });

  test.each<["length" | "filter", object]>([
    ["length", { kind: "error", failure: { type: "parse", reason: "no_answer", retryable: false } }],
    ["filter", { kind: "refused", failure: null }],
  ])("is no answer: %s", async (finish, expected) => {
    const text = '{"verdict":"appr';
    const { outcome, bodies } = await converse(dialect, [{ text: [text], finish }], { schema: verdictSchema });
    expect(outcome).toMatchObject(expected);
    expect(outcome.text).toBe(text);
    expect(bodies).toHaveLength(1);
  });
});

describe("a server that knows no schemas", () => {
  const refusal = (message: string): LoopbackReply => ({
    status: 400,
    pieces: [compatible.error({ status: 400, type: "invalid_request_error", message })],
  });

  test.each([
    "This response_format type is unavailable now",
    "'response_format.type' must be 'json_schema' or 'text'",
    "model does not support grammar",
  ])("is asked in words: %s", async (message) => {
    const place = server.place((n) => (n === 0 ? refusal(message) : spoken(compatible, whole)));
    const adapter = adapterOf(compatible);
    const spec = asked(compatible, place, callSpec({ role: "synthesizer", access: "read", schema: verdictSchema }));
    expect((await seen(adapter.start(spec, committed))).outcome).toMatchObject({ kind: "success", answer: verdict });
    // The next call knows.
    expect((await seen(adapter.start(spec, committed))).outcome).toMatchObject({ kind: "success", answer: verdict });
    const formats = place.sent.map(({ body }) => at(body, "response_format", "type"));
    expect(formats).toEqual(["json_schema", undefined, undefined]);
    expect(JSON.stringify(place.sent[1]?.body)).toContain("one JSON object that fits this JSON Schema");
  });

  test("is asked in words also when it only mends an answer", async () => {
    const refused = refusal("response_format is not supported");
    const replies = [{ text: ["I approve."] }, refused, whole];
    const { outcome, bodies } = await converse(compatible, replies, { schema: verdictSchema, role: "code_reviewer" });
    expect(outcome).toMatchObject({ kind: "success", answer: verdict });
    expect(bodies.map((body) => at(body, "response_format", "type"))).toEqual([undefined, "json_schema", undefined]);
  });

  test("is not asked again about anything else", async () => {
    const { outcome, bodies } = await converse(compatible, [refusal("max_tokens is too large")], {
      schema: verdictSchema,
    });
    expect(outcome.failure).toMatchObject({ type: "invalid_request", reason: "bad_request" });
    expect(bodies).toHaveLength(1);
  });
});
