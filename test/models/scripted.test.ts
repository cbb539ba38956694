import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { escapesFolder, type ScenarioEdit, type ScenarioRule } from "../../src/domain/scenario.ts";
import type { CallSpec, ModelAdapter, RunningCall } from "../../src/engine/ports/adapter.ts";
import { createScriptedAdapter } from "../../src/models/scripted/scripted.ts";
import { realFiles } from "../../src/models/scripted/scripted-files.ts";
import { pieces } from "../../src/models/scripted/scripted-pieces.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { scratchFolder } from "../processes/scratch.ts";
import { VirtualClock } from "../processes/virtual-clock.ts";
import { callSpec, committed, modelSettings, schema, seen, textOf, type Seen } from "./call-spec.ts";
import { conforms } from "./conformance.ts";
import { rule, scenarioOf, scripted, scriptedAdapter } from "./scripted-subject.ts";

conforms(scripted);

const model = modelSettings({ name: "mock", adapter: "scripted", scenario: "/s.yaml" });
const spec = (more: Partial<CallSpec> = {}): CallSpec => callSpec({ model, ...more });
const run = (adapter: ModelAdapter, given: CallSpec = spec()): Promise<Seen> => seen(adapter.start(given, committed));
const textBy = async (rules: readonly ScenarioRule[], given: CallSpec): Promise<string> =>
  (await run(scriptedAdapter(scenarioOf(rules)), given)).outcome.text;

describe("which rule decides", () => {
  const says = (text: string, on: ScenarioRule["on"], n: number | null = null): ScenarioRule =>
    rule({ text }, { on, n });

  test("the first that fits in all it names", async () => {
    const rules = [
      says("role", { role: "planner" }),
      says("task", { task: "B-2" }),
      says("step", { step: "S2" }),
      says("round", { round: 2 }),
      says("attempt", { attempt: 2 }),
      says("model", { model: "other" }),
      says("all", { role: "implementer", task: "A-1", step: "S1", round: 1, attempt: 1, model: "mock" }),
      says("rest", {}),
    ];
    expect(await textBy(rules, spec())).toBe("all");
    expect(await textBy(rules, spec({ role: "planner" }))).toBe("role");
    expect(await textBy(rules, spec({ task: "B-2", attempt: 2 }))).toBe("task");
    expect(await textBy(rules, spec({ step: "S2" }))).toBe("step");
    expect(await textBy(rules, spec({ round: 2 }))).toBe("round");
    expect(await textBy(rules, spec({ attempt: 2 }))).toBe("attempt");
    expect(await textBy(rules, spec({ model: { ...model, name: "other" } }))).toBe("model");
    expect(await textBy(rules, spec({ step: null }))).toBe("rest");
  });

  /** One call a key in one run; a new adapter each time is an engine that was started again. */
  async function texts(
    keys: readonly string[],
    rules: readonly ScenarioRule[],
    fresh: boolean,
  ): Promise<readonly string[]> {
    const given = spec();
    let adapter = scriptedAdapter(scenarioOf(rules));
    const all: string[] = [];
    for (const attemptKey of keys) {
      if (fresh) adapter = scriptedAdapter(scenarioOf(rules));
      all.push((await run(adapter, { ...given, attemptKey })).outcome.text);
    }
    return all;
  }

  test.each([false, true])("no more often than n says, also when the engine starts again: %s", async (fresh) => {
    const rules = [says("once", {}, 1), says("twice", {}, 2), says("ever", {})];
    expect(await texts(["a", "b", "c", "d", "e"], rules, fresh)).toEqual(["once", "twice", "twice", "ever", "ever"]);
  });

  test.each([false, true])("an attempt that runs again has the rule it had: %s", async (fresh) => {
    const rules = [says("once", {}, 1), says("twice", {}, 2), says("ever", {})];
    expect(await texts(["a", "b", "a", "c", "d", "b", "c", "d", "a"], rules, fresh)).toEqual([
      "once",
      "twice",
      "once",
      "twice",
      "ever",
      "twice",
      "twice",
      "ever",
      "once",
    ]);
  });

  test("nothing is left when all are used up: the usual", async () => {
    const keys = ["a", "b"];
    expect(await texts(keys, [says("once", {}, 1)], true)).toEqual(["once", "I have written down that S1 is done."]);
  });

  test("runs, scenarios and calls count for themselves", async () => {
    const rules = [says("once", {}, 1)];
    const [one, other] = [spec({ attemptKey: "a" }), spec({ attemptKey: "b" })];
    const adapter = scriptedAdapter(scenarioOf(rules));
    expect((await run(adapter, one)).outcome.text).toBe("once");
    expect((await run(adapter, { ...other, folder: one.folder })).outcome.text).not.toBe("once");
    expect((await run(adapter, other)).outcome.text).toBe("once");
    expect(
      (await run(adapter, { ...other, folder: one.folder, model: { ...model, scenario: "/t.yaml" } })).outcome.text,
    ).toBe("once");
  });

  test("counts stand beside the folder of the calls; what a kill cut there is skipped", async () => {
    const given = spec({ attemptKey: "a" });
    const file = join(given.folder, "../../../scripted-uses.ndjson");
    writeFileSync(file, '\n{"scenario":"/s.yaml","rule":0,"key":"z"}\n{"scenario":"/s.ya');
    const rules = [says("twice", {}, 2), says("ever", {})];
    expect(await textBy(rules, given)).toBe("twice");
    expect(await textBy(rules, { ...given, attemptKey: "b" })).toBe("ever");
    expect(await textBy(rules, given)).toBe("twice");
    expect(readFileSync(file, "utf8").split("\n").at(-1)).toBe('{"scenario":"/s.yaml","rule":0,"key":"a"}');
  });

  test("a changed scenario takes no rule that no longer fits", async () => {
    const given = spec();
    expect(await textBy([says("once", {}, 1)], given)).toBe("once");
    expect(await textBy([says("planner", { role: "planner" }, 1), says("rest", {})], given)).toBe("rest");
    expect(await textBy([], given)).not.toBe("once");
  });
});

describe("without a rule", () => {
  test.each<[CallSpec["role"], object]>([
    ["planner", { steps: [{ id: "S1" }] }],
    ["plan_reviewer", { verdict: "approve", findings: [] }],
    ["code_reviewer", { verdict: "approve", findings: [] }],
    ["analyst", { complexity: 1 }],
    ["synthesizer", { text: "All agree." }],
    ["ask", { text: "This is what mock says." }],
  ])("a %s", async (role, answer) => {
    for (const given of [spec({ role, schema }), spec({ role, schema, model: { ...model, scenario: null } })]) {
      expect((await run(scriptedAdapter(scenarioOf([rule("usual")])), given)).outcome).toMatchObject({
        kind: "success",
        answer,
      });
    }
    const { outcome } = await run(scriptedAdapter(scenarioOf([])), spec({ role }));
    expect(outcome).toMatchObject({ kind: "success", answer: null });
    expect(outcome.text).not.toBe("");
  });

  test("an implementer appends its key", async () => {
    const given = spec();
    const adapter = scriptedAdapter(scenarioOf([]));
    await run(adapter, given);
    await run(adapter, { ...given, key: "A-1/g1/main/S2/implement/1" });
    expect(readFileSync(join(given.workdir, "gandy-scripted/A-1.txt"), "utf8")).toBe(
      "A-1/g1/main/S1/implement/1\nA-1/g1/main/S2/implement/1\n",
    );
  });

  test("a rule that says only how fast leaves the usual", async () => {
    const given = spec();
    await run(scriptedAdapter(scenarioOf([rule("usual", { delayMs: 1, costMicros: 5 })])), given);
    expect(existsSync(join(given.workdir, "gandy-scripted/A-1.txt"))).toBe(true);
  });

  test("a rule with no edits changes nothing", async () => {
    const given = spec();
    expect((await run(scriptedAdapter(scenarioOf([rule({ edits: [] })])), given)).outcome.kind).toBe("success");
    expect(readdirSync(given.workdir)).toEqual([]);
  });
});

describe("on a virtual clock", () => {
  /** Lets time pass in steps until the call is over; the time it took. */
  async function timed(
    clock: VirtualClock,
    running: RunningCall,
    stepMs: number,
  ): Promise<Seen & { readonly tookMs: number }> {
    const over = new AbortController();
    const all = seen(running).finally(() => over.abort());
    const began = clock.now();
    await clock.pass(0);
    while (!over.signal.aborted) await clock.pass(stepMs);
    return { ...(await all), tookMs: clock.now() - began };
  }

  test("the delay and the pace are its time", async () => {
    const clock = new VirtualClock();
    const words = "x".repeat(4 * 1_000);
    const scenario = scenarioOf([rule({ text: words, edits: [{ kind: "write", path: "a.txt", text: "x" }] })], {
      delayMs: 60_000,
      tokensPerS: 100,
    });
    const { tookMs, events, outcome } = await timed(
      clock,
      scriptedAdapter(scenario, clock).start(spec(), committed),
      10,
    );
    expect(outcome.text).toBe(words);
    expect(textOf(events)).toBe(words);
    expect(tookMs).toBeGreaterThanOrEqual(70_000);
    expect(tookMs).toBeLessThan(80_000);
  });

  test("what it changes, it changes at the end", async () => {
    const clock = new VirtualClock();
    const given = spec();
    const path = join(given.workdir, "a.txt");
    const scenario = scenarioOf([rule({ text: "words", edits: [{ kind: "write", path: "a.txt", text: "x" }] })], {
      delayMs: 1_000,
      tokensPerS: 1,
    });
    const running = scriptedAdapter(scenario, clock).start(given, committed);
    const all = seen(running);
    await clock.pass(999);
    await clock.pass(1);
    expect(existsSync(path)).toBe(false);
    for (let i = 0; i < 10; i += 1) await clock.pass(1_000);
    expect(existsSync(path)).toBe(true);
    expect((await all).outcome.kind).toBe("success");
  });

  test("cancelled, it changes nothing", async () => {
    const clock = new VirtualClock();
    const given = spec();
    const scenario = scenarioOf([rule("usual")], { delayMs: 1_000, tokensPerS: 1 });
    const running = scriptedAdapter(scenario, clock).start(given, committed);
    const all = seen(running);
    await clock.pass(1_000);
    await running.cancel("lease_lost");
    expect((await all).outcome).toMatchObject({ kind: "cancelled", failure: null });
    expect((await all).outcome.text).not.toBe("");
    expect(readdirSync(given.workdir)).toEqual([]);
  });

  test("no time at all where none is asked for", async () => {
    const clock = new VirtualClock();
    expect((await run(scriptedAdapter(scenarioOf([]), clock))).outcome.kind).toBe("success");
    expect(clock.started).toBe(0);
  });

  test("a reset is counted from the end of the call", async () => {
    const clock = new VirtualClock();
    const end = {
      kind: "error",
      type: "rate_limit",
      reason: "plan_limit",
      message: "m",
      retryAfterMs: null,
      resetInMs: 10_000,
    } as const;
    const { outcome } = await timed(
      clock,
      scriptedAdapter(scenarioOf([rule({ end })], { delayMs: 5_000, tokensPerS: 0 }), clock).start(spec(), committed),
      5_000,
    );
    expect(outcome.failure?.resetAtMs).toBe(15_000);
  });
});

describe("money", () => {
  test("tokens are counted by letters where the rule does not say; it costs nothing", async () => {
    const { events } = await run(
      scriptedAdapter(scenarioOf([rule({ text: "12345678" })])),
      spec({ prompt: "x".repeat(100) }),
    );
    expect(events.filter(({ type }) => type === "usage" || type === "cost")).toMatchObject([
      { usage: { input: 25, output: 2 } },
      { cost: { micros: 0, source: "reported" } },
    ]);
  });

  test("a crash tells nothing of its money", async () => {
    const { events } = await run(
      scriptedAdapter(scenarioOf([rule({ text: "half", end: { kind: "crash", exitCode: 137 } })])),
    );
    expect(events.map(({ type }) => type)).toEqual(["text", "end"]);
  });

  test("over the budget, it does not begin", async () => {
    const adapter = scriptedAdapter(scenarioOf([rule({ text: "a" }, { costMicros: 11 })]));
    expect((await run(adapter, spec({ budgetLeftMicros: 10 }))).events).toMatchObject([
      { type: "end", outcome: { kind: "budget", failure: null } },
    ]);
    expect((await run(adapter, spec({ budgetLeftMicros: 11 }))).outcome.kind).toBe("success");
  });
});

describe("edits", () => {
  const edit = async (given: CallSpec, edits: readonly ScenarioEdit[]): Promise<Seen> =>
    await run(scriptedAdapter(scenarioOf([rule({ text: "t", edits })])), given);

  test("write, append, delete", async () => {
    const given = spec();
    const path = (name: string): string => join(given.workdir, name);
    writeFileSync(path("old"), "old", { mode: 0o755 });
    const before = statSync(path("old")).mode;
    writeFileSync(path("gone"), "x");
    await edit(given, [
      { kind: "write", path: "old", text: "new" },
      { kind: "append", path: "a/b/c", text: "1" },
      { kind: "append", path: "a/b/c", text: "2" },
      { kind: "delete", path: "gone" },
      { kind: "delete", path: "never/was" },
    ]);
    expect(readdirSync(given.workdir).toSorted()).toEqual(["a", "old"]);
    expect([readFileSync(path("old"), "utf8"), readFileSync(path("a/b/c"), "utf8")]).toEqual(["new", "12"]);
    expect(statSync(path("old")).mode).toBe(before);
  });

  test.each([
    ["../out"],
    ["/tmp/out"],
    ["link/out"],
    ["dangling/out"],
    ["out-link"],
    [".git/hooks/pre-commit"],
    ["file/out"],
    ["folder"],
    ["a/../../out"],
  ])("nothing is changed through %s", async (path) => {
    const given = spec();
    const outside = scratchFolder();
    writeFileSync(join(outside, "out"), "safe");
    mkdirSync(join(given.workdir, "folder"));
    writeFileSync(join(given.workdir, "file"), "x");
    symlinkSync(outside, join(given.workdir, "link"));
    symlinkSync(join(outside, "none"), join(given.workdir, "dangling"));
    symlinkSync(join(outside, "out"), join(given.workdir, "out-link"));
    for (const kind of ["write", "append"] as const) {
      const { outcome } = await edit(given, [{ kind, path, text: "evil" }]);
      expect(outcome).toMatchObject({ kind: "error", failure: { type: "invalid_request", reason: "bad_request" } });
      expect(outcome.failure?.message).toContain(path);
    }
    expect(readdirSync(outside)).toEqual(["out"]);
    expect(readFileSync(join(outside, "out"), "utf8")).toBe("safe");
  });

  test("a link is deleted itself, never what it names", async () => {
    const given = spec();
    writeFileSync(join(given.workdir, "kept"), "x");
    symlinkSync("kept", join(given.workdir, "link"));
    await edit(given, [{ kind: "delete", path: "link" }]);
    expect(readdirSync(given.workdir)).toEqual(["kept"]);
  });

  test("those before a failed one are done, those after it are not", async () => {
    const given = spec();
    await edit(given, [
      { kind: "write", path: "a", text: "" },
      { kind: "write", path: "../b", text: "" },
      { kind: "write", path: "c", text: "" },
    ]);
    expect(readdirSync(given.workdir)).toEqual(["a"]);
  });

  test.each(["a", "a/b.c", "a b", "...", "a..b", ".gitignore"])("the path %j stays inside", (path) => {
    expect(escapesFolder(path)).toBe(false);
  });
});

test("a scenario with problems fails the call, and is read once", async () => {
  let reads = 0;
  const adapter = createScriptedAdapter({
    clock: systemClock,
    files: realFiles,
    loadScenario: (file) => {
      reads += 1;
      const problem = { file, line: 3, column: 4, code: "wrong_type", message: "n must be a whole number", hint: null };
      return { scenario: null, problems: [problem, problem] };
    },
  });
  for (const attemptKey of ["a", "b"]) {
    const { outcome } = await run(adapter, spec({ attemptKey }));
    expect(outcome.failure).toMatchObject({
      type: "invalid_request",
      message: "/s.yaml:3:4: error: n must be a whole number (and 1 more)",
    });
  }
  expect(reads).toBe(1);
});

test("adopted, it begins anew", async () => {
  const start = { kind: "adopt", process: { pid: 1, startTime: "" }, session: null } as const;
  expect((await run(scriptedAdapter(scenarioOf([rule({ text: "again" })])), spec({ start }))).outcome).toMatchObject({
    kind: "success",
    text: "again",
  });
});

test("a disk that fails is thrown, not hidden", async () => {
  const files = {
    ...realFiles,
    append: () => {
      throw new Error("no space left");
    },
  };
  await expect(run(scriptedAdapter(scenarioOf([rule({ text: "a" }, { n: 1 })]), systemClock, files))).rejects.toThrow(
    "no space left",
  );
});

test("text is cut into the same pieces by the same seed, and never through a character", () => {
  const text = "\u{1f600}漢a".repeat(200);
  expect(pieces(text, "7/a")).toEqual(pieces(text, "7/a"));
  expect(pieces(text, "7/a")).not.toEqual(pieces(text, "8/a"));
  expect(pieces(text, "7/a").join("")).toBe(text);
  for (const piece of pieces(text, "7/a")) expect(piece.isWellFormed()).toBe(true);
  expect(pieces("", "7/a")).toEqual([]);
});
