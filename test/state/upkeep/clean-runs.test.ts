import { expect, test } from "vitest";

import type { NewEvent } from "../../../src/domain/events.ts";
import type { OpenLedger } from "../../../state/open-ledger.ts";
import { finding } from "../conformance/tasks.ts";
import {
  added,
  attemptEnded,
  attemptStarted,
  begun,
  callStarted,
  cents,
  committed,
  event,
  moves,
  openMemory,
  person,
  question,
  repository,
  runEnded,
  runStarted,
  settingsFixed,
  toDone,
  usage,
} from "../sample.ts";

const put = (ledger: OpenLedger, run: string, ...events: readonly NewEvent[]) =>
  ledger.log.append({ repository, run, events });

/** A run that does the tasks, with a call, money, a question and a command each. */
async function wholeRun(ledger: OpenLedger, run: string, tasks: readonly string[], ends = true): Promise<void> {
  await put(ledger, run, runStarted(), settingsFixed(`settings of ${run}`));
  for (const task of tasks) {
    await put(ledger, run, added(task), begun(task), ...moves(task, "NEW", "PLANNING"));
    const call = `${run}-${task}`;
    const asked = question(call, { run, task });
    await put(
      ledger,
      run,
      callStarted(task, call),
      attemptStarted(task, call),
      event("question.asked", { question: asked }, { task }),
    );
    await ledger.calls.end(
      { repository, run, events: [attemptEnded(task, call)] },
      { reservation: null, cost: cents(2), usage, model: "opus", day: "2030-01-01", breaker: null },
    );
    await put(
      ledger,
      run,
      event(
        "plan.made",
        { round: 1, plan: { summary: "", steps: [], risks: [] }, model: "opus", generation: 1 },
        { task },
      ),
      event("steps.set", { generation: 1, steps: [{ id: "S1", title: "", stage: "main" }] }, { task }),
      event("step.moved", { from: "PENDING", to: "IMPLEMENTING", reason: "", round: 1 }, { task, step: "S1" }),
      event("finding.opened", { finding: finding("F1") }, { task }),
      event("snapshot.made", { n: 1, ref: "r", commit: "c", reason: "" }, { task }),
      event(
        "check.ended",
        { name: "t", result: "pass", durationMs: 1, output: null, failures: [], newFailures: [], tree: "t", tail: "" },
        { task },
      ),
    );
    await put(ledger, run, committed(task, "g1/main/plan/1"), ...moves(task, "PLANNING", "FAILED"));
    await ledger.decisions.give(repository, run, {
      id: `command ${call}`,
      command: { kind: "pause" },
      actor: person,
      givenAt: 1,
    });
  }
  if (ends) await put(ledger, run, runEnded());
}

const runs = async (ledger: OpenLedger) => (await ledger.runs.runs(repository, 99)).map(({ id }) => id);

test("old runs go with all that was theirs; their tasks and the money stay known", async () => {
  const { ledger } = openMemory();
  for (const run of ["R1", "R2", "R3"]) await wholeRun(ledger, run, [`A-${run}`, `B-${run}`]);
  const before = await ledger.tasks.list(repository);
  expect(ledger.cleanRuns({ repository, keep: 1 })).toEqual(["R2", "R1"]);
  expect(await runs(ledger)).toEqual(["R3"]);
  expect(await ledger.tasks.list(repository)).toEqual(before);
  expect(await ledger.tasks.get(repository, "A-R1")).toMatchObject({ run: "R1", attempts: 1, cost: cents(1) });
  expect((await ledger.log.since(0, { run: "R1" })).map(({ type }) => type)).toEqual([
    "budget.settled",
    "outcome.recorded",
    "command.given",
    "budget.settled",
    "outcome.recorded",
    "command.given",
  ]);
  expect(await ledger.tasks.detail(repository, "A-R1")).toMatchObject({
    calls: [],
    steps: [],
    findings: [],
    checks: [],
    snapshots: [],
    question: null,
    request: null,
    plan: null,
  });
  expect(await ledger.tasks.results(repository, "A-R1", 1)).toEqual([]);
  expect([await ledger.runs.settings("settings of R1"), await ledger.runs.totals("R1")]).toEqual([null, []]);
  expect((await ledger.decisions.pending(repository)).length).toBe(6);
  expect((await ledger.account.questions(repository)).map(({ question }) => question.run)).toEqual(["R3", "R3"]);
  expect((await ledger.account.spend("day:2030-01-01")).micros).toBe(120_000);
  expect((await ledger.account.spend("run:R1")).micros).toBe(40_000);
  expect(ledger.checkIntegrity()).toEqual([]);
  ledger.rebuild();
  expect(await ledger.tasks.list(repository)).toEqual(before);
  expect(ledger.cleanRuns({ repository, keep: 1 })).toEqual([]);
});

test("a run stays while it runs, is among the newest, or belongs to another repository", async () => {
  const { ledger } = openMemory();
  await wholeRun(ledger, "R1", ["A"], false);
  await wholeRun(ledger, "R2", ["B"]);
  await wholeRun(ledger, "R3", ["C"]);
  expect(ledger.cleanRuns({ repository: "other", keep: 0 })).toEqual([]);
  expect(ledger.cleanRuns({ repository, keep: 2 })).toEqual([]);
  expect(ledger.cleanRuns({ repository, keep: 0 })).toEqual(["R3", "R2"]);
  expect(await runs(ledger)).toEqual(["R1"]);
  expect(ledger.checkIntegrity()).toEqual([]);
});

test("a run with an unfinished task stays, and with it every run that shares a task with it", async () => {
  const { ledger } = openMemory();
  await wholeRun(ledger, "R1", ["A"]);
  await wholeRun(ledger, "R2", ["B"]);
  await put(ledger, "R2", ...moves("A", "FAILED", "NEW", "IMPLEMENTING", "FAILED"));
  await wholeRun(ledger, "R3", ["C"]);
  await put(ledger, "R3", ...moves("B", "FAILED", "NEW"));
  await wholeRun(ledger, "R4", ["D"]);
  expect(ledger.cleanRuns({ repository, keep: 0 })).toEqual(["R4"]);
  await put(ledger, "R3", ...moves("B", "NEW", "IMPLEMENTING", "FAILED"));
  expect(ledger.cleanRuns({ repository, keep: 0 })).toEqual(["R3", "R2", "R1"]);
  expect(await runs(ledger)).toEqual([]);
  expect((await ledger.tasks.list(repository)).map(({ id, run }) => [id, run])).toEqual([
    ["A", "R2"],
    ["B", "R3"],
    ["C", "R3"],
    ["D", "R4"],
  ]);
  expect(ledger.checkIntegrity()).toEqual([]);
});

test("an archived task can be redone, and archived again", async () => {
  const { ledger } = openMemory();
  await wholeRun(ledger, "R1", ["A"]);
  ledger.cleanRuns({ repository, keep: 0 });
  const again = event(
    "task.restarted",
    { generation: 2, keep: [], reason: "again", to: "NEW", commit: null, model: null, text: null },
    { task: "A" },
  );
  await put(ledger, "R2", runStarted(), again, begun("A", 2), ...toDone("A"), runEnded());
  expect(await ledger.tasks.get(repository, "A")).toMatchObject({
    state: "DONE",
    generation: 2,
    run: "R2",
    attempts: 1,
  });
  expect(ledger.checkIntegrity()).toEqual([]);
  expect(ledger.cleanRuns({ repository, keep: 0 })).toEqual(["R2"]);
  expect(await ledger.tasks.get(repository, "A")).toMatchObject({
    state: "DONE",
    generation: 2,
    run: "R2",
    attempts: 1,
  });
  expect(ledger.checkIntegrity()).toEqual([]);
});

test("what a kept run says of a dropped one still folds", async () => {
  const { ledger } = openMemory();
  await wholeRun(ledger, "R1", ["A", "B"]);
  ledger.cleanRuns({ repository, keep: 0 });
  await put(ledger, "R2", runStarted(), event("task.dropped", { reason: "gone" }, { task: "A" }));
  await put(ledger, "R2", event("command.taken", { id: "command R1-A", result: "done" }), runEnded());
  expect(ledger.checkIntegrity()).toEqual([]);
  expect(ledger.cleanRuns({ repository, keep: 0 })).toEqual(["R2"]);
  expect((await ledger.tasks.list(repository)).map(({ id }) => id)).toEqual(["B"]);
  expect((await ledger.decisions.pending(repository)).map(({ id }) => id)).toEqual(["command R1-B"]);
  expect(ledger.checkIntegrity()).toEqual([]);
});

test("runs whose calls are still counted against what an account's window holds stay until they have left it", async () => {
  const { ledger, clock } = openMemory();
  for (const run of ["R1", "R2", "R3"]) {
    await wholeRun(ledger, run, [`A-${run}`]);
    clock.ms += 60_000;
  }
  const { calls } = await ledger.account.use(0);
  expect(ledger.cleanRuns({ repository, keep: 0, countedSinceMs: 0 })).toEqual([]);
  expect((await ledger.account.use(0)).calls).toEqual(calls);
  const since = Math.max(...calls.map(({ startedAt }) => startedAt));
  expect(ledger.cleanRuns({ repository, keep: 1, countedSinceMs: since })).toEqual(["R2", "R1"]);
});

test("a task that was added before there was any run keeps no run from going, and goes with the one that did it", async () => {
  const { ledger } = openMemory();
  await put(
    ledger,
    "before",
    added("DO-1"),
    event("task.noted", { id: "n", text: "mind", by: "ann" }, { task: "DO-1" }),
  );
  await put(ledger, "early", added("DO-2"));
  await put(ledger, "R1", runStarted(), settingsFixed("s"), begun("DO-1"), ...toDone("DO-1"), runEnded());
  await wholeRun(ledger, "R2", ["B"]);
  ledger.cleanRuns({ repository, keep: 1 });
  expect(await runs(ledger)).toEqual(["R2"]);
  expect((await ledger.log.since(0)).filter(({ run }) => run === "before" || run === "R1")).toEqual([]);
  const states = async () => (await ledger.tasks.list(repository)).map(({ id, state }) => [id, state]);
  const left = await states();
  expect(left).toContainEqual(["DO-1", "DONE"]);
  // One that waits stays as it was.
  expect(left).toContainEqual(["DO-2", "NEW"]);
  ledger.rebuild();
  expect(await states()).toEqual(left);
  expect(ledger.checkIntegrity()).toEqual([]);
});
