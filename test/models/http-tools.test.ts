import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import type { ApprovalDecision, CallEvent, CallSpec } from "../../src/engine/ports/adapter.ts";
import { verdictSchema } from "../../src/prompts/answer-schemas.ts";
import { at } from "../cli/played.ts";
import { callSpec, committed, seen, type Seen } from "./call-spec.ts";
import { anthropic, compatible, dialects, type Dialect, type Speech, type SpokenError } from "./dialects.ts";
import { adapterOf, asked, spoken } from "./http-subject.ts";
import { loopback, type LoopbackReply, type Place } from "./loopback.ts";

const server = loopback();

const call = (id: string, name: string, input: Readonly<Record<string, string>>) => ({ id, name, input });

/** A call in a repository with one file. */
function inRepository(more: Partial<CallSpec> = {}): CallSpec {
  const spec = callSpec(more);
  execFileSync("git", ["init", "--quiet", spec.workdir]);
  writeFileSync(join(spec.workdir, "a.txt"), "one\ntwo\n");
  return spec;
}

/** Lets a model speak once for each request; after its last word it says that again. */
function speaking(dialect: Dialect, speeches: readonly (Speech | LoopbackReply)[], spec: CallSpec) {
  const place = server.place((n) => {
    const speech = speeches[Math.min(n, speeches.length - 1)] ?? {};
    return "pieces" in speech ? speech : spoken(dialect, speech);
  });
  return { place, spec: asked(dialect, place, spec) };
}

async function work(
  dialect: Dialect,
  speeches: readonly (Speech | LoopbackReply)[],
  given: CallSpec,
): Promise<Seen & { readonly place: Place }> {
  const { place, spec } = speaking(dialect, speeches, given);
  return { ...(await seen(adapterOf(dialect).start(spec, committed))), place };
}

const tools = (events: readonly CallEvent[]) =>
  events.filter((event) => event.type === "tool").map(({ state, name, detail }) => `${state} ${name} ${detail}`);
const requestOf = (place: Place, n: number): string => JSON.stringify(place.sent[n]?.body);

describe.each(dialects)("$name: an implementer", (dialect) => {
  const usage = { input: 10, output: 5 };
  const check = {
    name: "test",
    run: "cat a.txt",
    timeoutMs: 3_600_000,
    exclusive: false,
    flakyRetries: 0,
    report: null,
  };

  test("looks, changes files, runs a check, and says what it did", async () => {
    const spec = inRepository({ checks: [check] });
    const { outcome, events, place } = await work(
      dialect,
      [
        { text: ["I look first."], calls: [call("c1", "read", { path: "a.txt" })], usage },
        {
          calls: [
            call("c2", "edit", { path: "a.txt", old: "two", new: "three" }),
            call("c3", "write", { path: "b/c.txt", text: "new\n" }),
            call("c4", "run_check", { name: "test" }),
          ],
          usage,
        },
        { text: ["Two is three now."], usage },
      ],
      spec,
    );
    expect(outcome).toEqual({ kind: "success", text: "Two is three now.", answer: null, failure: null });
    expect(readFileSync(join(spec.workdir, "a.txt"), "utf8")).toBe("one\nthree\n");
    expect(readFileSync(join(spec.workdir, "b/c.txt"), "utf8")).toBe("new\n");
    expect(tools(events)).toEqual([
      "start read a.txt",
      "end read a.txt",
      "start edit a.txt",
      "end edit a.txt",
      "start write b/c.txt",
      "end write b/c.txt",
      "start run_check test",
      "end run_check test",
    ]);
    expect(requestOf(place, 1)).toContain("1\\tone");
    expect(requestOf(place, 2)).toContain("test passed");
    expect(requestOf(place, 2)).toContain("I look first.");
    expect(events.filter(({ type }) => type === "usage")).toHaveLength(3);
  });

  test("runs checks with the environment of the gate, not with what is the model's own", async () => {
    const run = 'echo "<$MINE> <$OURS>"';
    const spec = inRepository({ checks: [{ ...check, run }], env: { pass: [], set: { OURS: "o" } } });
    const { place } = await work(
      dialect,
      [
        { calls: [call("c1", "run_check", { name: "test" })], usage },
        { text: ["Done."], usage },
      ],
      { ...spec, model: { ...spec.model, env: { pass: [], set: { MINE: "m" } } } },
    );
    expect(requestOf(place, 1)).toContain("<> <o>");
  });

  test("is told what it did wrong, and goes on", async () => {
    const spec = inRepository();
    const { outcome, place } = await work(
      dialect,
      [
        {
          calls: [
            call("c1", "read", { path: "../secret" }),
            call("c2", "shell", { command: "rm -rf /" }),
            call("c3", "read", { file: "a.txt" }),
            call("c4", "write", { path: "d.txt", text: "x" }),
          ],
        },
        { text: ["Done."] },
      ],
      spec,
    );
    expect(outcome).toMatchObject({ kind: "success", text: "Done." });
    expect(readFileSync(join(spec.workdir, "d.txt"), "utf8")).toBe("x");
    const told = requestOf(place, 1);
    expect(told).toContain("error: ");
    expect(told).toMatch(/unavailable tool 'shell'|no tool shell/);
    expect(told).toContain("Invalid input for tool read");
  });

  test("keeps what it did when its provider fails in the middle", async () => {
    const spec = inRepository();
    const limit = dialect.words.rate_limit ?? { status: 429, type: "x" };
    const { outcome, events } = await work(
      dialect,
      [
        { text: ["I write."], calls: [call("c1", "write", { path: "d.txt", text: "x" })], usage },
        { status: limit.status, pieces: [dialect.error(limit)] },
      ],
      spec,
    );
    expect(outcome).toMatchObject({ kind: "error", failure: { type: "rate_limit", reason: "throttled" } });
    expect(existsSync(join(spec.workdir, "d.txt"))).toBe(true);
    const inputs = events.flatMap((event) => (event.type === "usage" ? [event.usage.input] : []));
    expect(inputs).toEqual([usage.input, 0]);
  });
});

describe.each(dialects)("$name: a conversation that has become too long", (dialect) => {
  const overflows = (): LoopbackReply => {
    const words: Partial<Record<string, SpokenError>> = {
      anthropic: { status: 400, type: "invalid_request_error", message: "prompt is too long: 9 tokens > 8 maximum" },
      google: { status: 400, type: "INVALID_ARGUMENT", message: "The input exceeds the maximum number of tokens" },
    };
    const error = words[dialect.name] ?? { status: 400, type: "x", code: "context_length_exceeded" };
    return { status: error.status, pieces: [dialect.error(error)] };
  };
  const read = (id: string): Speech => ({ calls: [call(id, "read", { path: "long.txt" })] });
  const long = () => {
    const spec = inRepository();
    writeFileSync(join(spec.workdir, "long.txt"), "lorem\n".repeat(300));
    return spec;
  };

  test("goes on without the oldest results", async () => {
    const speeches = [read("c1"), read("c2"), read("c3"), overflows(), { text: ["Done."] }];
    const { outcome, place } = await work(dialect, speeches, long());
    expect(outcome).toMatchObject({ kind: "success", text: "Done." });
    const results = (n: number) => [
      requestOf(place, n).match(/lorem/g)?.length,
      requestOf(place, n).split("was left out").length - 1,
    ];
    expect([results(3), results(4)]).toEqual([
      [900, 0],
      [600, 1],
    ]);
  });

  test("ends where nothing more can be left out", async () => {
    const { outcome, place } = await work(dialect, [read("c1"), overflows()], long());
    expect(outcome.failure).toMatchObject({ type: "invalid_request", reason: "context_overflow", retryable: false });
    expect(place.sent).toHaveLength(2);
  });
});

describe("an end from outside", () => {
  const slow = { name: "slow", run: "sleep 30", timeoutMs: 3_600_000, exclusive: false, flakyRetries: 0, report: null };

  test.each<[string, Speech | LoopbackReply, CallEvent["type"]]>([
    ["while a tool runs", { calls: [call("c1", "run_check", { name: "slow" })] }, "tool"],
    ["between two requests", { pieces: [...compatible.body({ text: ["I look."] }), { lets: "hang" }] }, "text"],
  ])("%s: nothing goes on", async (_what, first, at) => {
    const { place, spec } = speaking(compatible, [first, { text: ["Done."] }], inRepository({ checks: [slow] }));
    const running = adapterOf(compatible).start(spec, committed);
    const cancelled: Promise<void>[] = [];
    const { outcome, events } = await seen(running, (event) => {
      if (event.type === at && cancelled.length === 0) cancelled.push(running.cancel("stop"));
    });
    await Promise.all(cancelled);
    expect(outcome).toMatchObject({ kind: "cancelled", failure: null });
    expect(place.sent).toHaveLength(1);
    expect(tools(events).filter((line) => line.startsWith("start"))).toHaveLength(at === "tool" ? 1 : 0);
  });
});

describe("where a person is to be asked", () => {
  const asking = async (
    decisions: readonly ApprovalDecision[],
    speeches: readonly Speech[],
    given = inRepository(),
  ) => {
    const { place, spec } = speaking(compatible, speeches, { ...given, permissions: "ask" });
    const running = adapterOf(compatible).start(spec, committed);
    const approvals: CallEvent[] = [];
    const all = await seen(running, (event) => {
      if (event.type !== "approval") return;
      running.respond(event.id, decisions[approvals.push(event) - 1] ?? "deny", "not there");
    });
    return { ...all, place, approvals, workdir: spec.workdir };
  };
  const edit = call("c2", "edit", { path: "a.txt", old: "two", new: "three" });

  test("nothing is changed before; looking is free", async () => {
    const speeches = [{ calls: [call("c1", "read", { path: "a.txt" }), edit] }, { text: ["Done."] }];
    const { outcome, approvals, workdir } = await asking(["allow_once"], speeches);
    expect(outcome.kind).toBe("success");
    expect(approvals).toEqual([
      { type: "approval", id: "2/c2", tool: "edit", command: null, diff: "a.txt\n-two\n+three" },
    ]);
    expect(readFileSync(join(workdir, "a.txt"), "utf8")).toBe("one\nthree\n");
  });

  test("all that is said yes to is shown: the whole path, what is set, and how much is left out", async () => {
    const path = `${"x".repeat(240)}/b.sh`;
    const write = { id: "c1", name: "write", input: { path, text: "y".repeat(30_000), executable: true } };
    const { approvals } = await asking(["deny"], [{ calls: [write] }, { text: ["Well."] }]);
    const [asked] = approvals;
    const diff = asked?.type === "approval" ? (asked.diff ?? "") : "";
    expect(diff.split("\n").slice(0, 2)).toEqual([path, "executable: true"]);
    expect(diff).toMatch(/… and \d+ more characters that are not shown$/);
  });

  test("what is denied is not done, and the model is told why", async () => {
    const { outcome, events, place, workdir } = await asking(["deny"], [{ calls: [edit] }, { text: ["Well."] }]);
    expect(outcome).toMatchObject({ kind: "success", text: "Well." });
    expect(tools(events)).toEqual([]);
    expect(requestOf(place, 1)).toContain("error: this was not allowed: not there");
    expect(readFileSync(join(workdir, "a.txt"), "utf8")).toBe("one\ntwo\n");
  });

  test("what is always allowed is asked for once; a check shows its command", async () => {
    const check = { name: "t", run: "true", timeoutMs: 3_600_000, exclusive: false, flakyRetries: 0, report: null };
    const run = (id: string) => ({ calls: [call(id, "run_check", { name: "t" })] });
    const { approvals } = await asking(
      ["allow_always"],
      [run("c1"), run("c2"), { text: ["Done."] }],
      inRepository({ checks: [check] }),
    );
    expect(approvals).toMatchObject([{ tool: "run_check", command: "true" }]);
  });

  test("an end from outside ends the waiting", async () => {
    const { spec } = speaking(compatible, [{ calls: [edit] }], inRepository({ permissions: "ask" }));
    const running = adapterOf(compatible).start(spec, committed);
    const cancelled: Promise<void>[] = [];
    const { outcome } = await seen(running, (event) => {
      if (event.type === "approval") cancelled.push(running.cancel("stop"));
    });
    await Promise.all(cancelled);
    expect(outcome.kind).toBe("cancelled");
  });

  test("an answer nobody asked for is a bug", () => {
    const running = adapterOf(compatible).start(callSpec(), committed);
    expect(() => running.respond("c9", "deny", null)).toThrow("nothing asked");
  });
});

describe("a reader", () => {
  const reading = (more: Partial<CallSpec> = {}): CallSpec =>
    inRepository({ role: "code_reviewer", access: "read", schema: verdictSchema, ...more });
  const verdict = { verdict: "approve", summary: "fine", findings: [], closed: [] };
  const look: Speech = { calls: [call("c1", "read", { path: "a.txt" })] };
  const namesIn = (body: unknown): string[] => JSON.stringify(body).match(/"name":"(?:\w+)"/g) ?? [];

  test.each(dialects)("$name: may look around, and answers by the schema", async (dialect) => {
    const { outcome, place } = await work(dialect, [look, { text: [JSON.stringify(verdict)] }], reading());
    expect(outcome).toMatchObject({ kind: "success", answer: verdict });
    expect(requestOf(place, 1)).toContain("1\\tone");
    const names = namesIn(at(place.sent[0]?.body, "tools")).join(" ");
    expect(names).toContain("search");
    expect(names).not.toMatch(/write|edit|delete|run_check/);
  });

  test.each(dialects)("$name: an answer that does not fit is mended without looking again", async (dialect) => {
    const { outcome, place } = await work(
      dialect,
      [look, { text: ["I approve."] }, { text: [JSON.stringify(verdict)] }],
      reading(),
    );
    expect(outcome).toMatchObject({ kind: "success", answer: verdict });
    expect(place.sent).toHaveLength(3);
    const body = place.sent[2]?.body;
    const chosen = at(body, "tool_choice", "type") ?? at(body, "tool_choice") ?? at(body, "toolConfig");
    const none = { anthropic: "none", openai: "none", google: { functionCallingConfig: { mode: "NONE" } } };
    expect(chosen).toEqual(at(none, dialect.name));
  });

  test("cannot write, whatever it asks for", async () => {
    const spec = reading();
    const write: Speech = { calls: [call("c1", "write", { path: "d.txt", text: "x" })] };
    await work(compatible, [write, { text: [JSON.stringify(verdict)] }], spec);
    expect(existsSync(join(spec.workdir, "d.txt"))).toBe(false);
  });

  test("who only thinks is offered none", async () => {
    for (const role of ["analyst", "synthesizer"] as const) {
      const { place } = await work(compatible, [{ text: [JSON.stringify(verdict)] }], reading({ role }));
      expect(at(place.sent[0]?.body, "tools")).toBeUndefined();
    }
  });

  test("a model that knows no tools does without", async () => {
    const error = { status: 400, type: "invalid_request_error", message: "this model does not support tools" };
    const refusal = { status: 400, pieces: [compatible.error(error)] };
    const { outcome, place } = await work(compatible, [refusal, { text: [JSON.stringify(verdict)] }], reading());
    expect(outcome).toMatchObject({ kind: "success", answer: verdict });
    expect(place.sent.map(({ body }) => at(body, "response_format", "type"))).toEqual([undefined, "json_schema"]);
    // Without tools nobody implements.
    const writing = await work(compatible, [refusal], inRepository());
    expect(writing.outcome.failure).toMatchObject({ type: "invalid_request", retryable: false });
    expect(writing.place.sent).toHaveLength(1);
  });
});

test("Anthropic keeps a conversation that grows", async () => {
  const { place } = await work(
    anthropic,
    [{ calls: [call("c1", "list", { path: "" })] }, { text: ["Done."] }],
    inRepository(),
  );
  expect(place.sent.map(({ body }) => at(body, "cache_control"))).toEqual([
    { type: "ephemeral" },
    { type: "ephemeral" },
  ]);
});

test("a conversation that goes round in circles comes to an end", async () => {
  const { outcome, place } = await work(compatible, [{ calls: [call("c", "list", { path: "" })] }], inRepository());
  expect(outcome).toMatchObject({ kind: "max_turns", failure: null });
  expect(place.sent).toHaveLength(50);
});
