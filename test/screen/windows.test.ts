import { describe, expect, test } from "vitest";

import type { TaskDetail } from "../../src/engine/ports/task-reads.ts";
import { RateMeter } from "../../src/screen/live-tails.ts";
import { clockStepMs } from "../../src/screen/screen-clock.ts";
import {
  answerTo,
  attempt,
  call,
  hold,
  minute,
  noon,
  question,
  run,
  runSnapshot,
  task,
  taskFacts,
  tasksSnapshot,
} from "../view/fixtures.ts";
import { engineOwner } from "./fake-ledger.ts";
import { openStore } from "./open-store.ts";

describe("the clock", () => {
  const done = task("D", "d", { state: "DONE" });
  const facts = {
    run: runSnapshot({ run: run({ state: "ended" }) }),
    tasks: tasksSnapshot([]),
    review: { questions: [] },
    movedAt: noon - 2 * minute,
  };
  const asked = question("q", "A");

  test.each([
    ["nothing there", facts, null],
    ["tasks that never began", { ...facts, tasks: tasksSnapshot([task("N", "n")]) }, null],
    ["something runs", { ...facts, run: runSnapshot(), tasks: tasksSnapshot([], { active: new Set(["A"]) }) }, 125],
    [
      "something ran when the engine died",
      { ...facts, run: runSnapshot({ engine: "died" }), tasks: tasksSnapshot([], { active: new Set(["A"]) }) },
      1_000,
    ],
    ["a run that waits", { ...facts, run: runSnapshot() }, 1_000],
    ["a hold with an end", { ...facts, tasks: tasksSnapshot([], { holds: [hold("a")] }) }, 1_000],
    ["a hold without one", { ...facts, tasks: tasksSnapshot([], { holds: [hold("a", { untilMs: null })] }) }, null],
    [
      "an answer to take back",
      { ...facts, review: { questions: [{ question: asked, answer: answerTo(asked) }] } },
      1_000,
    ],
    ["an old question", { ...facts, review: { questions: [{ question: asked, answer: null }] } }, 60_000],
    [
      "a run in which only a person is waited for",
      { ...facts, run: runSnapshot(), review: { questions: [{ question: asked, answer: null }] } },
      60_000,
    ],
    [
      "the same with a task that works on",
      {
        ...facts,
        run: runSnapshot(),
        tasks: tasksSnapshot([task("A", "a", { state: "QUALITY_GATE" })]),
        review: { questions: [{ question: asked, answer: null }] },
      },
      1_000,
    ],
    [
      "a question that is young",
      { ...facts, review: { questions: [{ question: { ...asked, askedAt: noon - 10_000 }, answer: null }] } },
      1_000,
    ],
    [
      "a notice",
      {
        ...facts,
        run: runSnapshot({ run: null, notices: [{ id: "1", at: noon - 5_000, level: "info" as const, text: "t" }] }),
      },
      1_000,
    ],
    ["old tasks", { ...facts, tasks: tasksSnapshot([done]) }, 60_000],
    ["tasks that just moved", { ...facts, tasks: tasksSnapshot([done]), movedAt: noon - 10_000 }, 1_000],
  ])("%s", (_what, given, stepMs) => {
    expect(clockStepMs(given, true, noon)).toBe(stepMs);
  });

  test("without motion nothing is faster than seconds", () => {
    expect(
      clockStepMs({ ...facts, run: runSnapshot(), tasks: tasksSnapshot([], { active: new Set(["A"]) }) }, false, noon),
    ).toBe(1_000);
  });

  test("it turns 8 times a second while something runs, and only while somebody looks", async () => {
    const { clock, store } = await openStore((ledger) => {
      ledger.run = run({ id: "run1" });
      ledger.lease = { owner: engineOwner, untilMs: noon + 3_600_000 };
      ledger.runningRows.push({ ...attempt("c1", "opus"), callRow: call("c1", "A") });
    });
    let told = 0;
    const stop = store.subscribe("clock", "", () => (told += 1));
    await clock.pass(200);
    told = 0;
    const { frame } = store.getSnapshot("clock", "");
    await clock.pass(1_000);
    expect(told).toBe(8);
    expect(store.getSnapshot("clock", "").frame - frame).toBe(8);
    stop();
    await clock.pass(1_000);
    expect(told).toBe(8);
  });

  test("at every key it is the present, and nobody is told", async () => {
    const { clock, store } = await openStore(() => {});
    let told = 0;
    store.subscribe("clock", "", () => (told += 1));
    await clock.pass(100);
    told = 0;
    await clock.pass(12_345);
    store.touch();
    expect(store.getSnapshot("clock", "").now).toBe(clock.now());
    expect(told).toBe(0);
  });
});

describe("what a running call says", () => {
  test("is read at each tick while somebody looks, and told only when it is new", async () => {
    const { clock, store, tails } = await openStore((ledger) => {
      ledger.run = run({ id: "run1" });
      ledger.lease = { owner: engineOwner, untilMs: noon + 3_600_000 };
      ledger.runningRows.push({ ...attempt("c1", "opus"), callRow: call("c1", "A") });
    });
    tails.set("c1", { text: "I look", tool: null, bytes: 6 });
    let told = 0;
    const stop = store.subscribe("live", "opus", () => (told += 1));
    await clock.pass(50);
    expect(store.getSnapshot("live", "opus")).toMatchObject({ text: "I look", tool: null });
    told = 0;
    tails.set("c1", { text: "I look at it", tool: "Read a.ts", bytes: 12 });
    await clock.pass(34);
    expect(store.getSnapshot("live", "opus")).toMatchObject({ text: "I look at it", tool: "Read a.ts" });
    expect(told).toBe(1);
    stop();
    tails.set("c1", { text: "unseen", tool: null, bytes: 18 });
    await clock.pass(1_000);
    expect(store.getSnapshot("live", "opus").text).toBe("I look at it");
  });

  test("is looked at more seldom while it says nothing, and is empty when the call is over", async () => {
    const looks = new Map<string, number>();
    const { clock, ledger, store } = await openStore(
      (ledger) => {
        ledger.run = run({ id: "run1" });
        ledger.runningRows.push({ ...attempt("c1", "opus"), callRow: call("c1", "A") });
      },
      {
        scratch: {
          read: (id) => {
            looks.set(id, (looks.get(id) ?? 0) + 1);
            return { text: "t", tool: null, bytes: 1 };
          },
        },
      },
    );
    store.subscribe("live", "opus", () => {});
    await clock.pass(5_000);
    looks.clear();
    await clock.pass(1_000);
    expect(looks.get("c1")).toBe(4);
    ledger.runningRows = [];
    ledger.happen({
      type: "call.ended",
      task: "A",
      call: "c1",
      data: { outcome: "success", failure: null, model: "opus", attempts: 1 },
    });
    await clock.pass(100);
    expect(store.getSnapshot("live", "opus")).toEqual({ text: "", tool: null, rates: [] });
  });

  test("has its bytes by seconds, the present one last", () => {
    const meter = new RateMeter();
    expect(meter.sample(10_100, "c", 5)).toEqual([5]);
    expect(meter.sample(10_900, "c", 8)).toEqual([8]);
    const same = meter.sample(10_950, "c", 8);
    expect(meter.sample(10_960, "c", 8)).toBe(same);
    expect(meter.sample(13_000, "c", 9)).toEqual([8, 0, 0, 1]);
    expect(meter.sample(13_500, "d", 4)).toEqual([8, 0, 0, 5]);
    expect(meter.sample(13_000_000, "d", 4)).toHaveLength(30);
  });
});

describe("diffs", () => {
  const row = task("A", "a", { baseCommit: "b1", commit: "c1" });
  const with_ = (question_: TaskDetail["question"]): TaskDetail => ({ ...taskFacts(row), question: question_ });

  test("are of the question's commits, else of all the task did, and loaded once", async () => {
    const asked: string[] = [];
    const { clock, ledger, store } = await openStore((of) => of.details.set("A", with_(null)), {
      loadDiff: (from, to) => {
        asked.push(`${from}..${to}`);
        return Promise.resolve(`diff ${from} ${to}`);
      },
    });
    const seen: string[] = [];
    store.subscribe("diff", "A", () => seen.push(store.getSnapshot("diff", "A").state));
    await clock.pass(100);
    expect(store.getSnapshot("diff", "A")).toEqual({ state: "ready", text: "diff b1 c1", note: null });
    ledger.details.set("A", with_(question("q", "A", { evidence: { from: "f", to: "t", base: "b" } })));
    ledger.happen({ type: "question.asked", task: "A", data: { question: question("q", "A") } });
    await clock.pass(100);
    expect(store.getSnapshot("diff", "A").text).toBe("diff f t");
    ledger.details.set("A", with_(null));
    ledger.happen({ type: "question.withdrawn", task: "A", data: { question: "q", reason: "r" } });
    await clock.pass(100);
    expect(store.getSnapshot("diff", "A").text).toBe("diff b1 c1");
    expect(asked).toEqual(["b1..c1", "f..t"]);
    expect(seen).toEqual(["ready", "loading", "ready", "ready"]);
  });

  test("that cannot be made say why, and are tried again later", async () => {
    let broken = true;
    const { clock, ledger, store } = await openStore((of) => of.details.set("A", with_(null)), {
      loadDiff: () => (broken ? Promise.reject(new Error("bad object b1")) : Promise.resolve("diff")),
    });
    store.subscribe("diff", "A", () => {});
    await clock.pass(100);
    expect(store.getSnapshot("diff", "A")).toEqual({ state: "failed", text: "", note: "bad object b1" });
    broken = false;
    await clock.pass(20_000);
    ledger.happen({ type: "note", task: "A", data: { level: "info", text: "t" } });
    await clock.pass(100);
    expect(store.getSnapshot("diff", "A").state).toBe("ready");
  });

  test.each([
    ["no task", null],
    ["nothing done", task("A", "a")],
    ["nothing changed", task("A", "a", { baseCommit: "x", commit: "x" })],
  ])("there is none: %s", async (_what, done) => {
    const { clock, store } = await openStore((of) => done === null || of.details.set("A", { ...taskFacts(done) }));
    store.subscribe("diff", "A", () => {});
    await clock.pass(100);
    expect(store.getSnapshot("diff", "A").state).toBe("none");
  });
});

describe("drafts", () => {
  const draft = {
    text: "Please add jitter",
    comments: [{ file: "a.ts", line: 3, side: "new" as const, text: "here" }],
  };

  test("are known at once, written after a pause in the writing, and found again", async () => {
    const { clock, store, kept } = await openStore(() => {});
    store.subscribe("draft", "q", () => {});
    for (const text of ["P", "Pl", "Please add jitter"]) {
      store.saveDraft("q", { ...draft, text });
      await clock.pass(200);
    }
    expect(store.getSnapshot("draft", "q")).toEqual(draft);
    expect(kept.size).toBe(0);
    await clock.pass(100);
    expect([...kept.keys()]).toEqual(["q"]);
    const next = await openStore(() => {}, {
      drafts: { get: async (key) => kept.get(key) ?? null, put: async () => {} },
    });
    next.store.subscribe("draft", "q", () => {});
    await next.clock.pass(100);
    expect(next.store.getSnapshot("draft", "q")).toEqual(draft);
  });

  test("that wait for a pause are written when the screen is left; an emptied one is removed", async () => {
    const { store, kept } = await openStore(() => {});
    store.saveDraft("q", draft);
    store.saveDraft("p", null);
    await store.close();
    expect(kept.get("p")).toBeNull();
    expect(kept.get("q")).toContain("jitter");
  });

  test("what was kept wrongly is no draft, and one that cannot be kept is said", async () => {
    const { clock, store } = await openStore(() => {}, {
      drafts: { get: () => Promise.resolve("{"), put: () => Promise.reject(new Error("disk full")) },
    });
    store.subscribe("draft", "q", () => {});
    await clock.pass(100);
    expect(store.getSnapshot("draft", "q")).toBeNull();
    store.saveDraft("q", draft);
    await clock.pass(1_000);
    expect(store.getSnapshot("run", "").notices.map(({ text }) => text)).toEqual([
      "the draft could not be kept: disk full",
    ]);
  });
});
