import { expect, test } from "vitest";

import { Bug } from "../../../src/domain/assert.ts";
import type { NewEvent } from "../../../src/domain/events.ts";
import { LeaseLost } from "../../../src/domain/lease-lost.ts";
import {
  added,
  claimed,
  event,
  hold,
  moves,
  owner,
  repository,
  run,
  runStarted,
  started,
  type OpenFresh,
} from "../sample.ts";

const note = (text: string): NewEvent => event("note", { level: "info", text }, { task: "A" });

export function logConformance(open: OpenFresh): void {
  test("an append comes back as it was, with its place", async () => {
    const { ledger, clock } = open();
    const [first] = await ledger.log.append({ repository, run, events: [{ ...runStarted(), correlation: "c1" }] });
    clock.ms += 5;
    const [, second] = await ledger.log.append({ repository, run, events: [added("A"), note("hello")] });
    expect(first).toMatchObject({
      pos: 1,
      seq: 1,
      at: 1_000_000,
      run,
      repository,
      type: "run.started",
      correlation: "c1",
    });
    expect(second).toEqual({
      pos: 3,
      seq: 3,
      at: 1_000_005,
      run,
      repository,
      task: "A",
      type: "note",
      data: { level: "info", text: "hello" },
    });
    expect(await ledger.log.since(2)).toEqual([second]);
    expect(await ledger.log.head()).toBe(3);
  });

  test("each stream counts by itself, and the account's events know the run that wrote them", async () => {
    const { ledger } = open();
    await ledger.log.append({
      repository,
      run: "R1",
      events: [note("1"), event("hold.set", { hold: hold("h1") }), note("2")],
    });
    await ledger.log.append({ repository, run: "R2", events: [note("3")] });
    await ledger.log.append({ repository: null, run: null, events: [note("4")] });
    const events = await ledger.log.since(0);
    expect(events.map(({ seq, run }) => [seq, run])).toEqual([
      [1, "R1"],
      [1, "R1"],
      [2, "R1"],
      [1, "R2"],
      [2, null],
    ]);
    expect((await ledger.log.since(0, { run: "R1", types: ["hold.set"] })).map(({ pos }) => pos)).toEqual([2]);
  });

  test("filters by repository, run, task and type, oldest or newest first", async () => {
    const { ledger } = open();
    await started(ledger, "A", "B");
    await ledger.log.append({ repository: "other", run: "R9", events: [note("elsewhere")] });
    for (let i = 0; i < 5; i += 1) await ledger.log.append({ repository, run, events: [note(String(i))] });
    const texts = async (filter: Parameters<typeof ledger.log.since>[1], pos = 0): Promise<readonly string[]> =>
      (await ledger.log.since(pos, filter)).map((one) => (one.type === "note" ? one.data.text : one.type));
    expect(await texts({ repository: "other" })).toEqual(["elsewhere"]);
    expect(await texts({ run, types: ["note"], limit: 2 })).toEqual(["0", "1"]);
    expect(await texts({ run, types: ["note"], limit: 2, last: true })).toEqual(["3", "4"]);
    expect(await texts({ repository, task: "B" })).toEqual(["task.added", "task.begun"]);
    const head = await ledger.log.head();
    expect(await texts({ repository, task: "A" }, head - 2)).toEqual(["3", "4"]);
    expect(await texts({}, head)).toEqual([]);
  });

  test("an illegal event undoes its whole batch", async () => {
    const { ledger } = open();
    await started(ledger, "A");
    const head = await ledger.log.head();
    const bad: readonly (readonly NewEvent[])[] = [
      [note("x"), ...moves("A", "PLANNING", "PLAN_REVIEW")],
      [note("x"), ...moves("A", "NEW", "DONE")],
      [note("x"), ...moves("unknown", "NEW", "PLANNING")],
      [note("x"), added("A")],
      [
        event("note", { level: "info", text: "x" }),
        event("attempt.spawned", { attempt: 1, rerun: 0, pid: 1, startTime: "" }, { call: "c" }),
      ],
      [
        event("budget.settled", {
          reservation: null,
          cost: { micros: Number.NaN, source: "reported" },
          usage: { input: Number.NaN, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
          model: "m",
          day: "d",
        }),
      ],
    ];
    for (const events of bad) {
      await expect(ledger.log.append({ repository, run, events })).rejects.toThrow(Bug);
      expect(await ledger.log.head()).toBe(head);
    }
    expect((await ledger.tasks.get(repository, "A"))?.state).toBe("NEW");
    await ledger.log.append({ repository, run, events: [note("goes on")] });
    expect((await ledger.log.since(head)).map(({ pos, seq }) => pos - seq)).toEqual([0]);
  });

  test("a fenced append needs the lease, and needs no more than that nobody took it", async () => {
    const opened = open();
    const { ledger, clock } = opened;
    await started(ledger, "A");
    const fence = await claimed(opened, "A");
    clock.ms += 60_000;
    await ledger.log.append({ repository, run, fence, events: [note("late, but nobody took it")] });
    const other = await claimed(opened, "A", 2);
    await expect(ledger.log.append({ repository, run, fence, events: [note("too late")] })).rejects.toThrow(LeaseLost);
    await expect(ledger.log.append({ repository, run, fence: { ...other, task: "B" }, events: [] })).rejects.toThrow(
      LeaseLost,
    );
    await ledger.log.append({ repository, run, fence: other, events: [note("mine")] });
    await ledger.leases.release(other);
    await expect(ledger.log.append({ repository, run, fence: other, events: [note("gone")] })).rejects.toThrow(
      LeaseLost,
    );
    expect((await ledger.log.since(0, { types: ["note"] })).length).toBe(2);
  });

  test("followers are called after the commit; one that throws or writes stops nothing", async () => {
    const errors: unknown[] = [];
    const { ledger } = open({ onFollowerError: (error) => errors.push(error) });
    const seen: number[] = [];
    const stop = ledger.log.follow(() => {
      throw new Error("follower");
    });
    const stopWriter = ledger.log.follow(() => {
      void ledger.log.head().then((head) => seen.push(head));
      if (seen.length === 0 && errors.length === 1)
        void ledger.log.append({ repository, run, events: [note("reaction")] });
    });
    await ledger.log.append({ repository, run, events: [note("1"), note("2")] });
    expect(await ledger.log.head()).toBe(3);
    expect(errors).toHaveLength(2);
    stop();
    await ledger.leases.claim({ repository, task: "A", owner: owner(1), untilMs: 1, isDead: () => false });
    expect(errors).toHaveLength(2);
    await ledger.log.append({ repository, run, events: [note("4")] });
    await ledger.log.head();
    expect(seen.at(-1)).toBe(4);
    stopWriter();
    const calls = seen.length;
    await ledger.log.append({ repository, run, events: [note("5")] });
    expect(seen).toHaveLength(calls);
    expect(errors).toHaveLength(2);
  });

  test("a hook before the commit undoes it, one after it leaves it and wakes nobody", async () => {
    let dieAt: string | null = null;
    const { ledger } = open({
      onCommit: (when, n) => {
        if (dieAt === `${when} ${n}`) throw new Error(`died ${when} ${n}`);
      },
    });
    let woken = 0;
    ledger.log.follow(() => (woken += 1));
    await ledger.log.append({ repository, run, events: [note("1")] });
    dieAt = "before 2";
    await expect(ledger.log.append({ repository, run, events: [note("2")] })).rejects.toThrow("died before 2");
    expect(await ledger.log.head()).toBe(1);
    dieAt = "after 2";
    await expect(ledger.log.append({ repository, run, events: [note("2")] })).rejects.toThrow("died after 2");
    expect(await ledger.log.head()).toBe(2);
    expect(woken).toBe(1);
    expect(ledger.checkIntegrity()).toEqual([]);
  });

  test("text from outside comes back letter by letter", async () => {
    const { ledger } = open();
    const hostile = [
      "\u0000 \u001b[31m",
      "\ud800 lone",
      "'; DROP TABLE event; --",
      "\u2028",
      "😀".repeat(5000),
      '{"a":1}',
    ];
    for (const text of hostile) await ledger.log.append({ repository, run, events: [note(text)] });
    const back = (await ledger.log.since(0)).map((one) => (one.type === "note" ? one.data.text : ""));
    expect(back).toEqual(hostile);
    expect(ledger.checkIntegrity()).toEqual([]);
  });
}
