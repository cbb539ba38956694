import { expect, test } from "vitest";

import { failure } from "../../../src/domain/failure.ts";
import { LeaseLost } from "../../../src/domain/lease-lost.ts";
import { addCost, type Cost } from "../../../src/domain/money.ts";
import type { AttemptEnd, ReservationRequest } from "../../../src/engine/ports/calls.ts";
import type { LimitReport } from "../../../src/policy/limit-hold.ts";
import { settings } from "../../policy/sample.ts";
import {
  attemptEnded,
  attemptStarted,
  callStarted,
  cents,
  claimed,
  event,
  hold,
  repository,
  run,
  started,
  owner,
  usage,
  type OpenFresh,
} from "../sample.ts";

const noCaps = { taskMicros: null, runMicros: null, dayMicros: null };
const want = (id: string, micros: number, caps: Partial<ReservationRequest["caps"]> = {}): ReservationRequest => ({
  id,
  model: "opus",
  micros,
  caps: { ...noCaps, ...caps },
  day: "2030-01-01",
});
const ended = (reservation: string | null, cost: Cost, breaker: AttemptEnd["breaker"] = null): AttemptEnd => ({
  reservation,
  cost,
  usage,
  model: "opus",
  day: "2030-01-01",
  breaker,
});
const taskScope = `task:${repository}/A`;

export function callsConformance(open: OpenFresh): void {
  test("a call with its attempts, and what they add up to", async () => {
    const { ledger, clock } = open();
    await started(ledger, "A");
    expect((await ledger.tasks.get(repository, "A"))?.cost).toEqual({ micros: 0, source: "reported" });
    await ledger.calls.begin(
      { repository, run, events: [callStarted("A", "c1"), attemptStarted("A", "c1")] },
      want("r1", 500),
    );
    expect(await ledger.calls.find(repository, "A", "g1/main/plan/1")).toMatchObject({
      call: { id: "c1", state: "running", model: "opus", step: "S1" },
      attempts: [{ attempt: 1, state: "intended", pid: null, counted: false }],
    });
    expect(await ledger.calls.find(repository, "A", "g1/main/plan/2")).toBeNull();
    await ledger.log.append({
      repository,
      run,
      events: [
        event("attempt.spawned", { attempt: 1, rerun: 0, pid: 42, startTime: "9" }, { task: "A", call: "c1" }),
        event("attempt.session", { attempt: 1, session: "s" }, { task: "A", call: "c1" }),
      ],
    });
    expect(await ledger.account.running(repository)).toMatchObject([
      { state: "spawned", pid: 42, startTime: "9", session: "s", callRow: { id: "c1" } },
    ]);
    clock.ms += 10;
    const failed = attemptEnded("A", "c1", 1, { outcome: "error", cost: { micros: null, source: "unsettled" } });
    const retried = event(
      "call.retried",
      {
        attempt: 1,
        model: "opus",
        nextAt: 77,
        failure: { type: "api", reason: null, message: "m", retryable: true, retryAfterMs: null, resetAtMs: null },
      },
      { task: "A", call: "c1" },
    );
    await ledger.calls.end(
      { repository, run, events: [failed, retried] },
      ended("r1", { micros: null, source: "unsettled" }),
    );
    expect((await ledger.calls.find(repository, "A", "g1/main/plan/1"))?.call).toMatchObject({
      nextAt: 77,
      attempts: 1,
    });
    await ledger.calls.begin({ repository, run, events: [attemptStarted("A", "c1", 2, { model: "gpt" })] }, null);
    const done = event(
      "call.ended",
      { outcome: "success", failure: null, model: "gpt", attempts: 2 },
      { task: "A", call: "c1" },
    );
    await ledger.calls.end(
      { repository, run, events: [attemptEnded("A", "c1", 2, { model: "gpt" }), done] },
      ended(null, cents(1)),
    );
    const sum = addCost({ micros: null, source: "unsettled" }, cents(1));
    const task = await ledger.tasks.get(repository, "A");
    expect(task).toMatchObject({ attempts: 2, cost: sum, model: "gpt", usage: { input: 200, output: 40 } });
    expect(await ledger.calls.find(repository, "A", "g1/main/plan/1")).toMatchObject({
      call: { state: "ended", outcome: "success", attempts: 2, cost: sum, nextAt: null, endedAt: clock.ms },
      attempts: [
        { attempt: 1, outcome: "error", cost: { micros: null, source: "unsettled" } },
        { attempt: 2, outcome: "success", model: "gpt" },
      ],
    });
    expect(await ledger.runs.totals(run)).toMatchObject([
      { model: "gpt", calls: 1, failures: 0, cost: cents(1), durationMs: 100 },
      { model: "opus", calls: 1, failures: 1, cost: { micros: null, source: "unsettled" } },
    ]);
    expect(await ledger.account.running(null)).toEqual([]);
    expect(ledger.checkIntegrity()).toEqual([]);
  });

  test("a call that was cut off is taken up again, and is over where its task has begun anew", async () => {
    const { ledger, clock } = open();
    await started(ledger, "A");
    await ledger.calls.begin({ repository, run, events: [callStarted("A", "c1"), attemptStarted("A", "c1")] }, null);
    const cut = attemptEnded("A", "c1", 1, { outcome: "cancelled", counted: false });
    await ledger.calls.end({ repository, run, events: [cut] }, ended(null, cents(1)));
    const calls = async () => (await ledger.tasks.detail(repository, "A"))?.calls;
    expect(await calls()).toMatchObject([{ state: "running", outcome: null }]);
    await ledger.log.append({
      repository,
      run,
      events: [event("task.moved", { from: "NEW", to: "FAILED", reason: "aborted" }, { task: "A" })],
    });
    expect(await calls()).toMatchObject([{ state: "ended", outcome: "cancelled", endedAt: clock.ms }]);
  });

  test("calls that meet a limit together hold their account once, and shorten nobody's hold", async () => {
    const { ledger, clock } = open();
    const resetAtMs = clock.ms + 60_000;
    const meet = async (task: string, call: string): Promise<void> => {
      await started(ledger, task);
      const begun = { repository, run, events: [callStarted(task, call), attemptStarted(task, call)] };
      await ledger.calls.begin(begun, null);
    };
    const report = (call: string): LimitReport => ({
      id: `h-${call}`,
      account: "max",
      failure: failure("rate_limit", "over", { reason: "plan_limit", resetAtMs }),
      sinceMs: clock.ms,
      settings: settings().holds,
    });
    const end = async (task: string, call: string): Promise<void> =>
      await ledger.calls.end(
        { repository, run, events: [attemptEnded(task, call, 1, { outcome: "error", counted: false })] },
        { ...ended(null, cents(1)), limit: report(call) },
      );
    await meet("A", "c1");
    await meet("B", "c2");
    await end("A", "c1");
    await end("B", "c2");
    expect(await ledger.account.holds()).toMatchObject([
      { id: "h-c1", scope: "account", target: "max", untilMs: resetAtMs, by: "limit", resumes: 0 },
    ]);
    const set = await ledger.log.since(0, { types: ["hold.set"] });
    expect(set).toMatchObject([{ task: "A", call: "c1", run }]);
    clock.ms = resetAtMs;
    await ledger.log.append({
      repository: null,
      run: null,
      events: [
        event("hold.released", { id: "h-c1", by: { kind: "engine", name: "engine", pid: null }, reason: "over" }),
      ],
    });
    clock.ms += 1;
    await meet("C", "c3");
    await end("C", "c3");
    expect(await ledger.account.holds()).toMatchObject([{ id: "h-c3", resumes: 1 }]);
    const kept = { ...hold("kept"), scope: "account", target: "max", untilMs: null, by: "person" } as const;
    await ledger.log.append({ repository: null, run: null, events: [event("hold.set", { hold: kept })] });
    await meet("D", "c4");
    await end("D", "c4");
    expect(await ledger.account.holds()).toEqual([kept]);
    expect(ledger.checkIntegrity()).toEqual([]);
  });

  test("a crashed attempt runs again under its number and is not counted", async () => {
    const { ledger } = open();
    await started(ledger, "A");
    await ledger.calls.begin(
      { repository, run, events: [callStarted("A", "c1"), attemptStarted("A", "c1", 1, { reservation: "r1" })] },
      want("r1", 500),
    );
    expect(await ledger.calls.unended(repository)).toMatchObject([
      { call: "c1", attempt: 1, task: "A", run, reservation: "r1" },
    ]);
    expect(await ledger.calls.unended("other")).toEqual([]);
    const crashed = attemptEnded("A", "c1", 1, {
      outcome: "crashed",
      counted: false,
      cost: { micros: null, source: "unsettled" },
    });
    await ledger.calls.end({ repository, run, events: [crashed] }, ended("r1", { micros: null, source: "unsettled" }));
    await expect(ledger.calls.end({ repository, run, events: [crashed] }, ended(null, cents(1)))).rejects.toThrow(
      "is not running",
    );
    await expect(ledger.calls.begin({ repository, run, events: [attemptStarted("A", "c1", 1)] }, null)).rejects.toThrow(
      "twice",
    );
    await ledger.calls.begin({ repository, run, events: [attemptStarted("A", "c1", 1, { rerun: 1 })] }, null);
    expect(await ledger.calls.unended(repository)).toMatchObject([
      { rerun: 1, state: "intended", pid: null, cost: { source: "unknown" } },
    ]);
    await ledger.calls.end(
      { repository, run, events: [attemptEnded("A", "c1", 1, { rerun: 1 })] },
      ended(null, cents(1)),
    );
    expect(await ledger.tasks.get(repository, "A")).toMatchObject({
      attempts: 1,
      cost: { micros: 10_000, source: "unsettled" },
    });
    expect(await ledger.runs.totals(run)).toMatchObject([{ model: "opus", calls: 1, failures: 0, durationMs: 200 }]);
    expect(await ledger.account.spend(`run:${run}`)).toEqual({
      micros: 10_500,
      tokens: 240,
      reservedMicros: 0,
      unknownCalls: 1,
    });
  });

  test("what a session was booked with, but for one attempt", async () => {
    const { ledger } = open();
    await started(ledger, "A");
    const none = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
    const usage = { input: 100, output: 20, cacheRead: 60, cacheWrite: 5, reasoning: 7 };
    for (const [attempt, session] of [["s-1"], ["s-1"], ["s-2"]].map(
      ([one], index) => [index + 1, one ?? null] as const,
    )) {
      const begun = attempt === 1 ? [callStarted("A", "c1")] : [];
      await ledger.calls.begin(
        { repository, run, events: [...begun, attemptStarted("A", "c1", attempt, { session })] },
        null,
      );
      await ledger.calls.end(
        { repository, run, events: [attemptEnded("A", "c1", attempt, { session, usage })] },
        ended(null, cents(1)),
      );
    }
    const booked = (session: string, attempt: number) => ledger.calls.usageOf(session, { call: "c1", attempt });
    expect(await booked("s-1", 9)).toEqual({ input: 200, output: 40, cacheRead: 120, cacheWrite: 10, reasoning: 14 });
    expect(await booked("s-1", 2)).toEqual(usage);
    expect(await booked("s-2", 3)).toEqual(none);
    expect(await booked("s-3", 1)).toEqual(none);
  });

  test("what a session was booked with before a crash, though a rerun has taken its place", async () => {
    const { ledger } = open();
    await started(ledger, "A");
    const usage = { input: 100, output: 20, cacheRead: 60, cacheWrite: 5, reasoning: 7 };
    const of = { session: "s-1", usage };
    const cut = [
      callStarted("A", "c1"),
      attemptStarted("A", "c1", 1, { session: "s-1" }),
      attemptEnded("A", "c1", 1, { ...of, outcome: "crashed", counted: false }),
    ];
    await ledger.calls.begin({ repository, run, events: cut }, null);
    await ledger.calls.begin(
      { repository, run, events: [attemptStarted("A", "c1", 1, { rerun: 1, session: "s-1" })] },
      null,
    );
    expect(await ledger.calls.usageOf("s-1", { call: "c1", attempt: 1 })).toEqual(usage);
  });

  test("a call whose cost is not known counts as what it had reserved", async () => {
    const { ledger } = open();
    await started(ledger, "A");
    const batch = { repository, run, events: [event("note", { level: "info" as const, text: "x" }, { task: "A" })] };
    expect(await ledger.calls.begin(batch, want("r1", 600, { taskMicros: 1_000 }))).toBeNull();
    await ledger.calls.end(batch, ended("r1", { micros: null, source: "unsettled" }));
    const spend = { micros: 600, tokens: 120, reservedMicros: 0, unknownCalls: 1 };
    expect(await ledger.account.spend(taskScope)).toEqual(spend);
    expect(await ledger.calls.begin(batch, want("r2", 500, { taskMicros: 1_000 }))).toMatchObject({ by: "spend" });
  });

  test("a call that was cut off counts as what it had reserved, or as more where that is known", async () => {
    const { ledger } = open();
    await started(ledger, "A");
    const batch = { repository, run, events: [event("note", { level: "info" as const, text: "x" }, { task: "A" })] };
    await ledger.calls.begin(batch, want("r1", 600));
    await ledger.calls.end(batch, ended("r1", { micros: 20, source: "unsettled" }));
    await ledger.calls.begin(batch, want("r2", 600));
    await ledger.calls.end(batch, ended("r2", { micros: 700, source: "unsettled" }));
    expect(await ledger.account.spend(taskScope)).toMatchObject({ micros: 1_300, reservedMicros: 0 });
  });

  test("what costs more than was reserved is booked in full, and said", async () => {
    const { ledger } = open();
    await started(ledger, "A");
    const batch = { repository, run, events: [event("note", { level: "info" as const, text: "x" }, { task: "A" })] };
    await ledger.calls.begin(batch, want("r1", 600, { taskMicros: 1_000 }));
    await ledger.calls.end(batch, ended("r1", { micros: 1_150, source: "reported" }));
    const [settled] = await ledger.log.since(0, { run, types: ["budget.settled"] });
    expect(settled?.data).toMatchObject({ overMicros: 550 });
    expect(await ledger.calls.begin(batch, want("r2", 1, { taskMicros: 1_000 }))).toEqual({
      scope: "task",
      wantedMicros: 1,
      leftMicros: 0,
      by: "spend",
    });
  });

  test("what nobody pays by the token counts its tokens and takes nothing from a budget", async () => {
    const { ledger } = open();
    await started(ledger, "A");
    const batch = { repository, run, events: [event("note", { level: "info" as const, text: "x" }, { task: "A" })] };
    await ledger.calls.end(batch, { ...ended(null, cents(900)), notional: true });
    await ledger.calls.end(batch, { ...ended(null, { micros: null, source: "unsettled" }), notional: true });
    const nothing = { micros: 0, tokens: 240, reservedMicros: 0, unknownCalls: 0 };
    expect(await ledger.account.spend(taskScope)).toEqual(nothing);
    expect(await ledger.account.spend("day:2030-01-01")).toEqual(nothing);
    expect(await ledger.calls.begin(batch, want("r1", 1_000, { dayMicros: 1_000 }))).toBeNull();
  });

  test("money is reserved under every cap and settled in one go", async () => {
    const { ledger } = open();
    await started(ledger, "A");
    const batch = { repository, run, events: [event("note", { level: "info" as const, text: "x" }, { task: "A" })] };
    expect(await ledger.calls.begin(batch, want("r1", 600, { taskMicros: 1_000 }))).toBeNull();
    expect(await ledger.account.spend(taskScope)).toEqual({
      micros: 0,
      tokens: 0,
      reservedMicros: 600,
      unknownCalls: 0,
    });
    const head = await ledger.log.head();
    expect(await ledger.calls.begin(batch, want("r2", 500, { taskMicros: 1_000 }))).toEqual({
      scope: "task",
      wantedMicros: 500,
      leftMicros: 400,
      by: "reservations",
    });
    expect(await ledger.log.head()).toBe(head);
    expect(await ledger.calls.begin(batch, want("r2", 500, { runMicros: 2_000, dayMicros: 1_099 }))).toMatchObject({
      scope: "day",
    });
    expect(await ledger.calls.begin(batch, want("r2", 400, { taskMicros: 1_000, runMicros: 1_000 }))).toBeNull();
    await ledger.calls.end(batch, ended("r1", { micros: 550, source: "reported" }));
    expect(await ledger.account.spend("day:2030-01-01")).toEqual({
      micros: 550,
      tokens: 120,
      reservedMicros: 400,
      unknownCalls: 0,
    });
    expect(await ledger.calls.begin(batch, want("r3", 451, { taskMicros: 1_000, dayMicros: 9_999 }))).toEqual({
      scope: "task",
      wantedMicros: 451,
      leftMicros: 450,
      by: "spend",
    });
    const other = { ...batch, repository: "other", run: "R2" };
    expect(await ledger.calls.begin(other, want("r4", 1_000, { taskMicros: 1_000, runMicros: 1_000 }))).toBeNull();
    const types = (await ledger.log.since(0, { run, types: ["budget.reserved", "budget.settled"] })).map(
      ({ type, task }) => [type, task],
    );
    expect(types).toEqual([
      ["budget.reserved", "A"],
      ["budget.reserved", "A"],
      ["budget.settled", "A"],
    ]);
  });

  test("what another engine has reserved is waited for while it lives, and counts as spent when it is dead", async () => {
    const { ledger, clock } = open();
    await started(ledger, "A");
    const there = { repository: "there", task: "", owner: owner(2), isDead: () => false };
    const fence = await ledger.leases.claim({ ...there, untilMs: clock.ms + 15_000 });
    if (fence === null) throw new Error("a new lease is free");
    const note = event("note", { level: "info" as const, text: "x" });
    await ledger.calls.begin(
      { repository: "there", run: "R2", fence, events: [note] },
      want("r1", 600, { dayMicros: 1_000 }),
    );
    const here = { repository, run, events: [note] };
    const refusal = { scope: "day", wantedMicros: 500, leftMicros: 400 };
    const wanted = want("r2", 500, { dayMicros: 1_000 });
    expect(await ledger.calls.begin(here, wanted)).toEqual({ ...refusal, by: "reservations", elsewhere: true });
    clock.ms += 70_000;
    expect(await ledger.calls.begin(here, wanted)).toMatchObject({ by: "reservations" });
    clock.ms += 10_000;
    expect(await ledger.calls.begin(here, wanted)).toEqual({ ...refusal, by: "spend" });
    expect(await ledger.calls.begin(here, want("r3", 400, { dayMicros: 1_000 }))).toBeNull();
    // Another engine has the repository now: what the dead one left is that one's to settle.
    await ledger.leases.claim({ ...there, owner: owner(3), untilMs: clock.ms + 15_000 });
    expect(await ledger.calls.begin(here, want("r4", 1, { dayMicros: 1_000 }))).toMatchObject({ by: "reservations" });
    await ledger.calls.end({ ...here, repository: "there" }, ended("r1", { micros: 100, source: "reported" }));
    expect(await ledger.calls.begin(here, wanted)).toBeNull();
  });

  test("reservations that no running attempt has are swept, the others stay", async () => {
    const { ledger } = open();
    await started(ledger, "A");
    await ledger.calls.begin(
      { repository, run, events: [callStarted("A", "c1"), attemptStarted("A", "c1", 1, { reservation: "kept" })] },
      want("kept", 100),
    );
    await ledger.calls.begin(
      { repository, run, events: [event("note", { level: "info", text: "" }, { task: "A" })] },
      want("lost", 50),
    );
    expect((await ledger.account.spend(taskScope)).reservedMicros).toBe(150);
    await ledger.calls.unended(repository);
    expect((await ledger.account.spend(taskScope)).reservedMicros).toBe(100);
  });

  test("with a lost lease nothing of an end or a beginning happens", async () => {
    const opened = open();
    const { ledger } = opened;
    await started(ledger, "A");
    const fence = await claimed(opened, "A");
    const batch = {
      repository,
      run,
      fence,
      events: [callStarted("A", "c1"), attemptStarted("A", "c1", 1, { reservation: "r1" })],
    };
    await ledger.calls.begin(batch, want("r1", 100));
    await ledger.leases.release(fence);
    const head = await ledger.log.head();
    const breaker = { ok: false, settings: { ...settings().breaker, failures: 1 }, reason: "bad" };
    await expect(
      ledger.calls.end({ ...batch, events: [attemptEnded("A", "c1")] }, ended("r1", cents(1), breaker)),
    ).rejects.toThrow(LeaseLost);
    await expect(ledger.calls.begin({ ...batch, events: [] }, want("r2", 100))).rejects.toThrow(LeaseLost);
    expect(await ledger.log.head()).toBe(head);
    expect((await ledger.account.spend(taskScope)).reservedMicros).toBe(100);
    expect(await ledger.breakers.list()).toEqual([]);
  });

  test("holds: one per target; those of tasks are their repository's", async () => {
    const { ledger } = open();
    const set = (id: string, more: Parameters<typeof hold>[1] = {}, repo: string | null = repository) =>
      ledger.log.append({ repository: repo, run: null, events: [event("hold.set", { hold: hold(id, more) })] });
    await set("h1");
    await set("h2", { target: "other" });
    await set("h3", { reason: "again", resumes: 1 });
    await set("h4", { scope: "task", target: "A" });
    await set("h5", { scope: "task", target: "A" }, "elsewhere");
    expect((await ledger.account.holds()).length).toBe(4);
    await set("h6", { scope: "task", target: "A" }, "elsewhere");
    expect((await ledger.account.holds()).map(({ id }) => id)).toEqual(["h2", "h3", "h4", "h6"]);
    expect((await ledger.account.holds(repository)).map(({ id }) => id)).toEqual(["h2", "h3", "h4"]);
    const released = event("hold.released", {
      id: "h3",
      by: { kind: "engine", name: "engine", pid: null },
      reason: "over",
    });
    await ledger.log.append({ repository: null, run: null, events: [released] });
    expect((await ledger.account.holds()).map(({ id }) => id)).toEqual(["h2", "h4", "h6"]);
  });
}
