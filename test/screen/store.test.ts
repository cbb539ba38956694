import { describe, expect, test } from "vitest";

import { noUsage } from "../../src/domain/money.ts";
import type { TaskRow } from "../../src/domain/rows.ts";
import type { TaskDetail } from "../../src/engine/ports/task-reads.ts";
import type { ScreenStore } from "../../src/screen/store.ts";
import { windowAt } from "../../src/view/layout/list-window.ts";
import { taskList } from "../../src/view/tasks/task-list.ts";
import type { SliceName } from "../../src/view/screen/screen-source.ts";
import { answerTo, attempt, call, hold, noon, question, run, task, taskFacts, totals, usd } from "../view/fixtures.ts";
import { engineOwner } from "./fake-ledger.ts";
import { openStore, settings } from "./open-store.ts";

const detailOf = (row: TaskRow): TaskDetail => ({ ...taskFacts(row) });

class Watched {
  told = 0;
  constructor(store: ScreenStore, slice: SliceName, id = "") {
    store.subscribe(slice, id, () => {
      this.told += 1;
    });
  }
}

const moved = (id: string) =>
  ({ type: "task.moved", task: id, data: { from: "NEW", to: "PLANNING", reason: "begun" } }) as const;

const started = (id: string, callId: string) =>
  ({
    type: "attempt.started",
    task: id,
    call: callId,
    data: {
      attempt: 1,
      rerun: 0,
      model: "opus",
      adapter: "scripted",
      account: "a",
      provider: "p",
      billing: "free",
      folder: "f",
      base: null,
      session: null,
      reservation: null,
    },
  }) as const;

describe("ticks", () => {
  test("with nothing that has an age there is no timer, no read, no news", async () => {
    const { clock, ledger, store } = await openStore(() => {});
    const watched = [new Watched(store, "clock"), new Watched(store, "models")];
    await clock.pass(100);
    ledger.reads.clear();
    for (const each of watched) each.told = 0;
    await clock.pass(3_600_000);
    expect(clock.nextAt).toBeNull();
    expect(watched.map(({ told }) => told)).toEqual([0, 0]);
    expect(ledger.reads.size).toBe(0);
  });

  test("what happens after a pause is shown at once, what follows it within 33 ms", async () => {
    const { clock, ledger, store } = await openStore((of) => of.rows.push(task("A", "a"), task("B", "b")));
    const tasks = new Watched(store, "tasks");
    await clock.pass(1_000);
    ledger.rows[0] = task("A", "a", { state: "PLANNING" });
    ledger.happen(moved("A"));
    await clock.pass(0);
    expect(tasks.told).toBe(1);
    for (const state of ["PLAN_REVIEW", "PLAN_APPROVED"] as const) {
      ledger.rows[0] = task("A", "a", { state });
      ledger.happen(moved("A"));
      await clock.pass(10);
    }
    expect(tasks.told).toBe(1);
    await clock.pass(13);
    expect(tasks.told).toBe(2);
    expect(store.getSnapshot("tasks", "").rows[0]?.state).toBe("PLAN_APPROVED");
  });

  test("only those are told whose slice is another, and only what is watched is read", async () => {
    const { clock, ledger, store } = await openStore((of) => {
      of.rows.push(task("A", "a"), task("B", "b"));
      of.details.set("A", detailOf(task("A", "a"))).set("B", detailOf(task("B", "b")));
    });
    const [a, b, models, review] = [
      new Watched(store, "task", "A"),
      new Watched(store, "task", "B"),
      new Watched(store, "models"),
      new Watched(store, "review"),
    ];
    await clock.pass(100);
    expect([a.told, b.told]).toEqual([1, 1]);
    ledger.reads.clear();
    ledger.rows[0] = task("A", "a", { state: "PLANNING" });
    ledger.details.set("A", detailOf(ledger.rows[0]));
    ledger.happen(moved("A"));
    await clock.pass(100);
    expect([a.told, b.told, models.told, review.told]).toEqual([2, 1, 0, 0]);
    expect(Object.fromEntries(ledger.reads)).toEqual({ since: 2, get: 1, holds: 1, running: 1, runs: 1, detail: 1 });
  });

  test("what a task waits for is read of its own last event, and again only when something happened to it", async () => {
    const { clock, ledger, store } = await openStore((of) => {
      of.rows.push(task("A", "a", { state: "PLANNING" }), task("B", "b", { state: "DONE" }), task("C", "c"));
      of.happen({ type: "merge.done", task: "B", data: { commit: "m", into: "i", key: "k", tip: "t" } });
    });
    const tasks = () => store.getSnapshot("tasks", "");
    const watched = new Watched(store, "tasks");
    await clock.pass(100);
    expect([tasks().waits.size, tasks().reverted.size]).toEqual([0, 0]);
    const untilMs = clock.now() + 60_000;
    ledger.happen({
      type: "route.decided",
      task: "A",
      data: {
        key: "k",
        role: "planner",
        chosen: null,
        candidates: [],
        reason: "opus: its breaker rests",
        waits: { by: "breaker", untilMs },
      },
    });
    ledger.happen({ type: "merge.reverted", task: "B", data: { commit: "r", of: "m" } });
    await clock.pass(100);
    expect(tasks().waits).toEqual(new Map([["A", { kind: "breaker", untilMs, reason: "opus: its breaker rests" }]]));
    expect([...tasks().reverted]).toEqual(["B"]);
    const { waits, reverted } = tasks();
    watched.told = 0;
    ledger.happen({ type: "hold.set", data: { hold: hold("x") } });
    ledger.reads.clear();
    await clock.pass(100);
    expect([tasks().waits, tasks().reverted]).toEqual([waits, reverted]);
    expect([ledger.count("since"), tasks().waits === waits]).toEqual([1, true]);
    ledger.happen(started("A", "c1"));
    await clock.pass(100);
    expect([tasks().waits.size, tasks().reverted.size]).toEqual([0, 1]);
  });

  test("what is merged and not landed is known when nothing else is to be done", async () => {
    const done = (id: string) => task(id, id, { state: "DONE", mergeCommit: `m${id}` });
    const never = task("D", "never begun, as C fails", { spec: { needs: ["C"] } });
    const rows = [done("A"), done("B"), task("C", "c", { state: "PLANNING" }), never];
    const { clock, ledger, store } = await openStore((of) => of.rows.push(...rows));
    store.subscribe("tasks", "", () => undefined);
    const unlanded = async (): Promise<readonly string[]> => {
      await clock.pass(100);
      return [...(store.getSnapshot("tasks", "").unlanded ?? [])];
    };
    expect(await unlanded()).toEqual([]);
    ledger.rows[2] = task("C", "c", { state: "FAILED" });
    ledger.happen(moved("C"));
    ledger.happen({ type: "land.done", data: { into: "main", commit: "c", tasks: ["A"] } });
    expect(await unlanded()).toEqual(["B"]);
    ledger.happen({ type: "land.undone", data: { into: "main", from: "c", to: "b", tasks: ["A"] } });
    expect(await unlanded()).toEqual(["A", "B"]);
    ledger.rows.push(...["B.1", "B.2"].map((id) => ({ ...done(id), spec: { ...done(id).spec, parent: "B" } })));
    ledger.happen(moved("B.1"));
    expect(await unlanded()).toEqual(["A", "B"]);
  });

  test("the clock goes by seconds while a wait counts down", async () => {
    const { clock, ledger, store } = await openStore((of) => of.rows.push(task("A", "a", { state: "IMPLEMENTING" })));
    const watched = new Watched(store, "clock");
    ledger.happen({
      type: "key.committed",
      task: "A",
      data: { key: "g1/main/S1/implement/1/wait/until", inputs: "i", result: clock.now() + 600_000 },
    });
    await clock.pass(200_000);
    const before = store.getSnapshot("clock", "").now;
    await clock.pass(2_000);
    expect(store.getSnapshot("clock", "").now - before).toBe(2_000);
    expect(watched.told).toBeGreaterThan(2);
  });

  test("one look at many events reads each thing once", async () => {
    const { clock, ledger } = await openStore((of) =>
      of.rows.push(...Array.from({ length: 10 }, (_, i) => task(`T-${i}`, "t"))),
    );
    for (let i = 0; i < 10; i += 1)
      ledger.happen(moved(`T-${i}`), { type: "hold.set", data: { hold: hold("x") } }, moved(`T-${i}`));
    await clock.pass(100);
    expect(Object.fromEntries(ledger.reads)).toMatchObject({ get: 10, holds: 1, running: 1, runs: 1, breakers: 1 });
    expect(ledger.count("list")).toBe(0);
  });

  test("what nobody watches is read when somebody does again", async () => {
    const { clock, ledger, store } = await openStore((of) => of.details.set("A", detailOf(task("A", "old"))));
    const stop = store.subscribe("task", "A", () => {});
    await clock.pass(100);
    stop();
    ledger.details.set("A", detailOf(task("A", "new")));
    ledger.happen(moved("A"));
    await clock.pass(100);
    expect(store.getSnapshot("task", "A")?.task.spec.goal).toBe("old");
    const again = new Watched(store, "task", "A");
    await clock.pass(100);
    expect(again.told).toBe(1);
    expect(store.getSnapshot("task", "A")?.task.spec.goal).toBe("new");
  });

  test("a component that subscribes anew in one breath costs no read", async () => {
    const { clock, ledger, store } = await openStore((of) => of.details.set("A", detailOf(task("A", "a"))));
    store.subscribe("task", "A", () => {})();
    const stop = store.subscribe("task", "A", () => {});
    await clock.pass(100);
    ledger.reads.clear();
    stop();
    store.subscribe("task", "A", () => {});
    await clock.pass(100);
    expect(ledger.count("detail")).toBe(0);
  });

  test("other repositories concern nobody, their accounts' holds do", async () => {
    const { clock, ledger, store } = await openStore(() => {});
    const [models, tasks] = [new Watched(store, "models"), new Watched(store, "tasks")];
    ledger.happen({ ...moved("A"), repository: "other" });
    await clock.pass(100);
    expect(Object.fromEntries(ledger.reads)).toEqual({ since: 1 });
    ledger.holdRows.push(hold("opus-account"));
    ledger.happen({ type: "hold.set", data: { hold: hold("opus-account") }, repository: "other" });
    await clock.pass(100);
    expect([models.told, tasks.told]).toEqual([1, 1]);
    expect(store.getSnapshot("models", "").models.map(({ name, holds }) => [name, holds.length])).toEqual([
      ["opus", 1],
      ["gpt", 0],
    ]);
  });

  test("after a gap all is read anew instead of event by event", async () => {
    const { clock, ledger, store } = await openStore((of) => of.rows.push(task("A", "a")));
    const events = new Watched(store, "events");
    await clock.pass(100);
    ledger.reads.clear();
    ledger.rows.push(task("B", "b", { position: 1 }));
    ledger.happen(...Array.from({ length: 6_000 }, () => moved("A")));
    await clock.pass(100);
    expect(ledger.count("list")).toBe(1);
    expect(ledger.count("get")).toBe(0);
    expect(store.getSnapshot("tasks", "").rows).toHaveLength(2);
    expect(store.getSnapshot("events", "").events).toHaveLength(1_000);
    expect(events.told).toBe(1);
  });

  test("a ledger that cannot be read is said once, tried each second, and caught up with", async () => {
    const { clock, ledger, store } = await openStore((of) => of.rows.push(task("A", "a")));
    ledger.rows[0] = task("A", "a", { state: "PLANNING" });
    ledger.fault = new Error("it is locked");
    ledger.happen(moved("A"));
    await clock.pass(5_000);
    expect(store.getSnapshot("tasks", "").rows[0]?.state).toBe("NEW");
    expect(ledger.count("since")).toBeLessThan(8);
    ledger.fault = null;
    await clock.pass(2_000);
    expect(store.getSnapshot("tasks", "").rows[0]?.state).toBe("PLANNING");
    expect(store.getSnapshot("run", "").notices.map(({ text }) => text)).toEqual([
      "the ledger cannot be read: it is locked",
    ]);
  });
});

describe("tasks", () => {
  test("a change among 10,000 reads one row and keeps all others; the selection stays on its task", async () => {
    const many = Array.from({ length: 10_000 }, (_, i) => task(`T-${i}`, "t", { position: i }));
    const { clock, ledger, store } = await openStore((of) => of.rows.push(...many));
    const before = store.getSnapshot("tasks", "").rows;
    const choice = { filter: "", sort: "needs", reverse: false } as const;
    const cursor = { id: "T-20", row: 5, index: 20 };
    ledger.rows[7_000] = task("T-7000", "t", { position: 7_000, state: "AWAITING_HUMAN" });
    ledger.happen(moved("T-7000"));
    await clock.pass(100);
    const snapshot = store.getSnapshot("tasks", "");
    expect(ledger.count("list")).toBe(0);
    expect(ledger.count("get")).toBe(1);
    expect(snapshot.rows.filter((row, index) => row !== before[index]).map(({ id }) => id)).toEqual(["T-7000"]);
    const list = taskList(snapshot, null, choice);
    const shown = windowAt(cursor, list.entries.length, 30, (id) => list.indexOf.get(id));
    expect(list.entries[0]?.row.id).toBe("T-7000");
    expect(list.entries[shown.selected]?.row.id).toBe("T-20");
    expect(shown.selected - shown.top).toBe(5);
  });

  test("tasks that come, go or move are read as a list in its order", async () => {
    const { clock, ledger, store } = await openStore((of) =>
      of.rows.push(task("A", "a"), task("B", "b", { position: 1 })),
    );
    ledger.rows = [task("B", "b", { position: 1 }), task("C", "c", { position: 2 })];
    ledger.happen(
      { type: "task.dropped", task: "A", data: { reason: "gone" } },
      {
        type: "task.added",
        task: "C",
        data: { spec: task("C", "c").spec, digest: "d", settingsDigest: "s", pipelineVersion: 1 },
      },
    );
    await clock.pass(100);
    expect(store.getSnapshot("tasks", "").rows.map(({ id }) => id)).toEqual(["B", "C"]);
  });

  test("active tasks and the accounts of models stand beside the rows", async () => {
    const { clock, ledger, store } = await openStore((of) => of.rows.push(task("A", "a")));
    ledger.runningRows.push({ ...attempt("c1", "opus"), callRow: call("c1", "A") });
    ledger.happen(started("A", "c1"));
    await clock.pass(100);
    const { active, accounts } = store.getSnapshot("tasks", "");
    expect([...active]).toEqual(["A"]);
    expect(accounts).toEqual({
      opus: { account: "opus-account", provider: "opus-provider" },
      gpt: { account: "gpt-account", provider: "gpt-provider" },
    });
  });
});

describe("the run and the models", () => {
  test("where nobody is paid by the token there is no cap, and the cost is that of all", async () => {
    const models = settings.models.map((model) => ({ ...model, billing: "subscription" as const }));
    const { store } = await openStore((ledger) => {
      ledger.settings = { ...settings, models };
      ledger.totalRows.push(totals("opus"), totals("gpt", { cost: usd(1, "estimated") }));
    });
    expect(store.getSnapshot("run", "")).toMatchObject({ capMicros: null, cost: usd(1.92, "estimated") });
  });

  test("the run has its settings and its cost, and what nobody was called for cost nothing", async () => {
    const { clock, ledger, store } = await openStore(() => {});
    expect(store.getSnapshot("run", "")).toMatchObject({
      repository: "acme/shop",
      permissions: "edits",
      capMicros: 25_000_000,
      scripted: true,
      cost: { micros: 0, source: "reported" },
    });
    ledger.totalRows.push(totals("opus"), totals("gpt", { cost: usd(1, "estimated") }));
    ledger.happen(
      {
        type: "call.ended",
        task: "A",
        call: "c",
        data: { outcome: "success", failure: null, model: "opus", attempts: 1 },
      },
      {
        type: "budget.settled",
        task: "A",
        data: { reservation: null, cost: usd(1), usage: totals("a").usage, model: "opus", day: "d" },
      },
    );
    await clock.pass(100);
    expect(store.getSnapshot("run", "").cost).toEqual(usd(0.92));
    expect(store.getSnapshot("models", "").models[0]).toMatchObject({
      name: "opus",
      parallel: 2,
      totals: { calls: 12 },
      breaker: null,
      holds: [],
    });
    expect(ledger.count("settings")).toBe(0);
  });

  test("when it will be done is asked for at most once a minute, and only while it works", async () => {
    let asked = 0;
    const forecast = () => Promise.resolve({ lowMs: 60_000 * ++asked, highMs: 600_000, from: 5 });
    const { clock, ledger, store } = await openStore(
      (fresh) => {
        fresh.run = run({ id: "run1", startedAt: noon });
        fresh.lease = { owner: engineOwner, untilMs: noon + 600_000 };
      },
      { forecast },
    );
    const happens = async () => {
      ledger.happen({
        type: "budget.settled",
        data: { reservation: null, cost: usd(1), usage: noUsage, model: "opus", day: "d" },
      });
      await clock.pass(50);
    };
    const shown = () => store.getSnapshot("run", "").doneAt;
    expect(shown()).toEqual({ from: noon + 60_000, to: noon + 600_000 });
    await happens();
    expect(asked).toBe(1);
    await clock.pass(60_000);
    await happens();
    expect(asked).toBe(2);
    expect(shown()?.from).toBeGreaterThan(noon + 180_000 - 1);
    ledger.run = run({ id: "run1", startedAt: noon, paused: true });
    ledger.happen({ type: "run.paused", data: { actor: { kind: "person", name: "a", pid: null } } });
    await clock.pass(50);
    expect(shown()).toBeUndefined();
  });

  test("without any run the settings at hand are shown", async () => {
    const { store } = await openStore(
      (of) => {
        of.run = null;
      },
      { settings: () => Promise.resolve(settings) },
    );
    expect(store.getSnapshot("run", "")).toMatchObject({ run: null, engine: "absent", permissions: "edits" });
    expect(store.getSnapshot("models", "").models.map(({ name }) => name)).toEqual(["opus", "gpt"]);
  });
});

describe("events", () => {
  test("the log of a task and of all grow by what comes, without being read again", async () => {
    const { clock, ledger, store } = await openStore((of) => of.happen(moved("A"), moved("B")));
    const [all, a] = [new Watched(store, "events"), new Watched(store, "events", "A")];
    await clock.pass(100);
    ledger.reads.clear();
    ledger.happen(
      moved("B"),
      { ...moved("A"), repository: "other" },
      { type: "breaker.moved", data: { model: "opus", from: "open", to: "closed", reason: "reset" }, repository: null },
    );
    await clock.pass(100);
    expect([all.told, a.told]).toEqual([2, 1]);
    expect(store.getSnapshot("events", "").events.map(({ pos }) => pos)).toEqual([1, 2, 3, 5]);
    expect(store.getSnapshot("events", "A").events.map(({ pos }) => pos)).toEqual([1]);
    expect(ledger.count("since")).toBe(1);
  });

  test("no more than 2,000 are kept", async () => {
    const { clock, ledger, store } = await openStore(() => {});
    store.subscribe("events", "", () => {});
    for (let i = 0; i < 3; i += 1) {
      await clock.pass(100);
      ledger.happen(...Array.from({ length: 900 }, () => moved("A")));
    }
    await clock.pass(100);
    const { events } = store.getSnapshot("events", "");
    expect([events.length, events.at(-1)?.pos]).toEqual([2_000, 2_700]);
  });
});

test("an answer that still may be taken back is beside its question", async () => {
  const asked = question("q1", "A");
  const { clock, ledger, store } = await openStore((of) => of.questionRows.push({ question: asked, answer: null }));
  ledger.questionRows = [{ question: asked, answer: answerTo(asked) }];
  ledger.happen({ type: "question.answered", task: "A", data: { answer: answerTo(asked) } });
  await clock.pass(100);
  expect(store.getSnapshot("review", "").questions[0]?.answer?.action).toBe("approve");
  ledger.questionRows = [];
  ledger.happen({ type: "key.committed", task: "A", data: { key: "k", inputs: "i", result: null } });
  await clock.pass(100);
  expect(store.getSnapshot("review", "").questions).toEqual([]);
});
