import { expect, test } from "vitest";

import type { CheckResult } from "../../../src/domain/events.ts";
import type { Finding } from "../../../src/domain/answers.ts";
import { settings, spec } from "../../policy/sample.ts";
import {
  added,
  attemptEnded,
  attemptStarted,
  begun,
  callStarted,
  committed,
  event,
  moves,
  person,
  repository,
  run,
  runEnded,
  runStarted,
  settingsFixed,
  started,
  toDone,
  type OpenFresh,
} from "../sample.ts";

export const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
  id,
  subject: "S1",
  severity: "major",
  file: "a.ts",
  line: 3,
  text: "wrong",
  state: "open",
  round: 1,
  reviewer: "gpt",
  ...more,
});

const check = (name: string, result: CheckResult["result"]): CheckResult => ({
  name,
  result,
  durationMs: 5,
  output: null,
  failures: [],
  newFailures: [],
  tree: "t",
  tail: "",
});

const plan = { summary: "s", steps: [], risks: [] };
const planMade = (round: number, generation = 1) =>
  event("plan.made", { round, plan, model: "opus", generation }, { task: "A" });
const steps = (...ids: readonly string[]) =>
  event(
    "steps.set",
    { generation: 1, steps: ids.map((id) => ({ id, title: `do ${id}`, stage: "main" })) },
    { task: "A" },
  );
const stepMoved = (
  step: string,
  from: "PENDING" | "IMPLEMENTING" | "CODE_REVIEW" | "APPROVED",
  to: "IMPLEMENTING" | "CODE_REVIEW" | "APPROVED" | "COMPLETED",
  round = 1,
) => event("step.moved", { from, to, reason: "test", round, model: "opus" }, { task: "A", step });

export function tasksConformance(open: OpenFresh): void {
  test("a task's row follows its events", async () => {
    const { ledger, clock } = open();
    await ledger.log.append({ repository, run, events: [runStarted(), settingsFixed(), added("A", { area: "auth" })] });
    const at = clock.ms;
    expect(await ledger.tasks.get(repository, "A")).toEqual({
      repository,
      run,
      id: "A",
      position: 3,
      spec: spec({ id: "A", area: "auth" }),
      digest: "d1",
      staleDigest: null,
      settingsDigest: "s1",
      pipelineVersion: 1,
      state: "NEW",
      generation: 0,
      risk: "medium",
      branch: null,
      worktree: null,
      baseCommit: null,
      commit: null,
      mergeCommit: null,
      failure: null,
      proof: null,
      startedAt: null,
      endedAt: null,
      attempts: 0,
      usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
      cost: { micros: 0, source: "reported" },
      step: null,
      model: null,
      author: null,
      reviewer: null,
      movedAt: at,
    });
    clock.ms += 10;
    const based = event("task.based", { branch: "b/A", base: "c1", worktree: "/w/A" }, { task: "A" });
    await ledger.log.append({ repository, run, events: [begun("A"), ...moves("A", "NEW", "IMPLEMENTING"), based] });
    clock.ms += 10;
    const made = event(
      "commit.made",
      { commit: "c2", base: "c1", key: "k", files: 1, insertions: 2, deletions: 3 },
      { task: "A" },
    );
    const raised = event("risk.raised", { from: "medium", to: "high", why: ["protected"] }, { task: "A" });
    await ledger.log.append({
      repository,
      run,
      events: [made, raised, ...moves("A", "IMPLEMENTING", "CODE_REVIEW", "QUALITY_GATE")],
    });
    expect(await ledger.tasks.get(repository, "A")).toMatchObject({
      state: "QUALITY_GATE",
      generation: 1,
      branch: "b/A",
      worktree: "/w/A",
      baseCommit: "c1",
      commit: "c2",
      risk: "high",
      startedAt: at + 10,
      endedAt: null,
    });
    clock.ms += 10;
    const proven = { proof: "partly" as const, provenBy: ["test"], without: ["lint"] };
    await ledger.log.append({ repository, run, events: [event("task.proven", proven, { task: "A" })] });
    expect((await ledger.tasks.get(repository, "A"))?.proof).toEqual(proven);
    const merged = event("merge.done", { commit: "m1", into: "main", key: "k", tip: "c2" }, { task: "A" });
    await ledger.log.append({ repository, run, events: [merged, ...moves("A", "QUALITY_GATE", "DONE")] });
    expect(await ledger.tasks.get(repository, "A")).toMatchObject({
      state: "DONE",
      mergeCommit: "m1",
      endedAt: at + 30,
    });
    const reverted = event("merge.reverted", { commit: "m2", of: "m1" }, { task: "A" });
    await ledger.log.append({ repository, run, events: [reverted, ...moves("A", "DONE", "IMPLEMENTING")] });
    expect(await ledger.tasks.get(repository, "A")).toMatchObject({
      state: "IMPLEMENTING",
      mergeCommit: null,
      endedAt: null,
      startedAt: at + 10,
    });
    const failure = { type: "gate", reason: null, message: "red" };
    await ledger.log.append({
      repository,
      run,
      events: [event("task.moved", { from: "IMPLEMENTING", to: "FAILED", reason: "red", failure }, { task: "A" })],
    });
    expect(await ledger.tasks.get(repository, "A")).toMatchObject({ state: "FAILED", failure, endedAt: at + 30 });
    await ledger.log.append({ repository, run, events: moves("A", "FAILED", "NEW") });
    expect(await ledger.tasks.get(repository, "A")).toMatchObject({ state: "NEW", failure: null, endedAt: null });
    expect(await ledger.tasks.get("other", "A")).toBeNull();
    expect(await ledger.tasks.detail(repository, "B")).toBeNull();
  });

  test("the file may say something else, drop a task, and bring it back", async () => {
    const { ledger } = open();
    await started(ledger, "A", "B");
    const put = (...events: Parameters<typeof ledger.log.append>[0]["events"]) =>
      ledger.log.append({ repository, run, events });
    const stale = (digest: string | null) => event("task.stale", { digest }, { task: "A" });
    await put(stale("d2"));
    expect((await ledger.tasks.get(repository, "A"))?.staleDigest).toBe("d2");
    await put(stale(null));
    expect((await ledger.tasks.get(repository, "A"))?.staleDigest).toBe("");
    await put(stale("d1"));
    expect((await ledger.tasks.get(repository, "A"))?.staleDigest).toBeNull();
    const raised = event("risk.raised", { from: "medium", to: "high", why: [] }, { task: "B" });
    const changed = (task: string, risk: "low" | "high") =>
      event("task.changed", { spec: spec({ id: task, goal: "new", area: "x", risk }), digest: "d2" }, { task });
    await put(stale("d2"), changed("A", "low"), raised, changed("B", "low"));
    expect(await ledger.tasks.get(repository, "A")).toMatchObject({
      digest: "d2",
      staleDigest: null,
      risk: "low",
      spec: { goal: "new" },
    });
    expect(await ledger.tasks.get(repository, "B")).toMatchObject({ risk: "high" });
    expect((await ledger.tasks.list(repository, { area: "x" })).length).toBe(2);
    await put(committed("A", "g1/main/plan/1"), event("task.dropped", { reason: "gone" }, { task: "A" }));
    expect(await ledger.tasks.get(repository, "A")).toBeNull();
    await put(added("A"), begun("A"));
    expect(await ledger.tasks.results(repository, "A", 1)).toEqual([]);
    expect((await ledger.tasks.list(repository)).map(({ id }) => id)).toEqual(["B", "A"]);
    await put(...moves("A", "NEW", "PLANNING"));
    await expect(put(event("task.dropped", { reason: "gone" }, { task: "A" }))).rejects.toThrow("while it is PLANNING");
  });

  test("lists by repository, state, area and page, with unchanged rows the same objects", async () => {
    const { ledger } = open();
    const ids = Array.from({ length: 150 }, (_, i) => `T${i}`);
    await started(ledger, ...ids);
    await ledger.log.append({ repository: "other", run: "R2", events: [added("X")] });
    await ledger.log.append({ repository, run, events: toDone("T3") });
    const all = await ledger.tasks.list(repository);
    expect(all.map(({ id }) => id)).toEqual(ids);
    expect((await ledger.tasks.list(null)).length).toBe(151);
    expect((await ledger.tasks.list(repository, { states: ["DONE", "FAILED"] })).map(({ id }) => id)).toEqual(["T3"]);
    expect((await ledger.tasks.list(repository, { limit: 2, offset: 10 })).map(({ id }) => id)).toEqual(["T10", "T11"]);
    await ledger.log.append({ repository, run, events: moves("T5", "NEW", "PLANNING") });
    const again = await ledger.tasks.list(repository);
    const changed = again.filter((row, i) => row !== all[i]);
    expect(changed.map(({ id, state }) => [id, state])).toEqual([["T5", "PLANNING"]]);
    expect(await ledger.tasks.get(repository, "T5")).toBe(changed[0]);
  });

  test("steps, findings, checks, plan and snapshots of the present generation", async () => {
    const { ledger, clock } = open();
    await started(ledger, "A");
    const put = (...events: Parameters<typeof ledger.log.append>[0]["events"]) =>
      ledger.log.append({ repository, run, events });
    await put(planMade(1), planMade(2), steps("S1", "S2", "S3"));
    expect((await ledger.tasks.get(repository, "A"))?.step).toBeNull();
    await put(stepMoved("S1", "PENDING", "IMPLEMENTING"), stepMoved("S2", "PENDING", "IMPLEMENTING", 2));
    expect((await ledger.tasks.get(repository, "A"))?.step).toEqual({ id: "S2", index: 2, count: 3 });
    await put(stepMoved("S2", "IMPLEMENTING", "APPROVED", 2), stepMoved("S2", "APPROVED", "COMPLETED", 2));
    expect((await ledger.tasks.get(repository, "A"))?.step).toEqual({ id: "S1", index: 1, count: 3 });
    await expect(put(stepMoved("S1", "PENDING", "IMPLEMENTING"))).rejects.toThrow("is IMPLEMENTING");
    await expect(put(stepMoved("S3", "PENDING", "COMPLETED"))).rejects.toThrow("PENDING to COMPLETED");
    await expect(put(stepMoved("S9", "PENDING", "IMPLEMENTING"))).rejects.toThrow("no step S9");
    await put(
      event("finding.opened", { finding: finding("F1") }, { task: "A" }),
      event("finding.opened", { finding: finding("F2") }, { task: "A" }),
      event("finding.closed", { id: "F1", state: "waived", by: "anna" }, { task: "A" }),
      event("check.ended", check("test", "fail"), { task: "A" }),
      event("check.ended", check("test", "pass"), { task: "A" }),
      event("snapshot.made", { n: 1, ref: "refs/x/1", commit: "c1", reason: "retry" }, { task: "A" }),
    );
    await expect(put(event("finding.closed", { id: "F9", state: "closed", by: "x" }, { task: "A" }))).rejects.toThrow(
      "no finding F9",
    );
    const detail = await ledger.tasks.detail(repository, "A");
    expect(detail?.steps.map(({ id, index, state, rounds, model }) => [id, index, state, rounds, model])).toEqual([
      ["S1", 1, "IMPLEMENTING", 1, "opus"],
      ["S2", 2, "COMPLETED", 2, "opus"],
      ["S3", 3, "PENDING", 0, null],
    ]);
    expect(detail?.findings).toEqual([finding("F1", { state: "waived" }), finding("F2")]);
    expect(detail?.checks.map(({ result, at }) => [result, at])).toEqual([
      ["fail", clock.ms],
      ["pass", clock.ms],
    ]);
    expect(detail?.snapshots).toEqual([
      { task: "A", n: 1, ref: "refs/x/1", commit: "c1", reason: "retry", at: clock.ms },
    ]);
    expect(detail?.plan).toEqual({ round: 2, plan, model: "opus" });
    expect(ledger.checkIntegrity()).toEqual([]);
  });

  test("a key is committed once, under its generation", async () => {
    const { ledger } = open();
    await started(ledger, "A");
    await ledger.log.append({ repository, run, events: [committed("A", "g1/main/plan/1", { a: [1, null, "x"] })] });
    await ledger.log.append({ repository, run, events: [committed("A", "g1/main/S1/implement/1", null)] });
    expect(await ledger.tasks.results(repository, "A", 1)).toEqual([
      { key: "g1/main/plan/1", inputs: "i", result: { a: [1, null, "x"] } },
      { key: "g1/main/S1/implement/1", inputs: "i", result: null },
    ]);
    await expect(ledger.log.append({ repository, run, events: [committed("A", "g1/main/plan/1")] })).rejects.toThrow(
      "twice",
    );
    await expect(ledger.log.append({ repository, run, events: [committed("A", "main/plan/1")] })).rejects.toThrow(
      "generation",
    );
  });

  test("runs pause, stop, end and start again; unfinished tasks go with the newest", async () => {
    const { ledger, clock } = open();
    await started(ledger, "A", "B");
    const put = (name: string, ...events: Parameters<typeof ledger.log.append>[0]["events"]) =>
      ledger.log.append({ repository, run: name, events });
    expect(await ledger.runs.run(run)).toEqual({
      id: run,
      repository,
      repositoryPath: "/r",
      state: "running",
      file: "/r/tasks.yaml",
      base: "main",
      baseCommit: "c0",
      integration: "integration",
      settingsDigest: "s1",
      paused: false,
      stopping: "no",
      startedAt: clock.ms,
      endedAt: null,
      exitCode: null,
    });
    await put(run, event("run.paused", { actor: person }), event("run.stopping", { now: false, actor: person }));
    expect(await ledger.runs.run(run)).toMatchObject({ paused: true, stopping: "after_calls" });
    await put(run, event("run.resumed", { actor: person }), runEnded());
    expect(await ledger.runs.run(run)).toMatchObject({ paused: false, state: "ended", exitCode: 0, endedAt: clock.ms });
    await put(run, runStarted({ resumed: true }));
    expect(await ledger.runs.run(run)).toMatchObject({
      state: "running",
      stopping: "no",
      endedAt: null,
      exitCode: null,
    });
    await put("R2", runStarted(), ...moves("A", "NEW", "PLANNING"));
    await put(run, event("note", { level: "info", text: "late" }, { task: "A" }));
    expect((await ledger.tasks.list(repository)).map((row) => row.run)).toEqual(["R2", run]);
    expect((await ledger.runs.runs(repository, 1)).map(({ id }) => id)).toEqual(["R2"]);
    expect((await ledger.runs.runs(null, 9)).map(({ id }) => id)).toEqual(["R2", run]);
    expect(await ledger.runs.settings("s1")).toEqual(settings());
    expect(await ledger.runs.settings("s2")).toBeNull();
    expect(await ledger.runs.run("R3")).toBeNull();
  });

  test("what tasks worked: all their tries but those that a crash cut off, and their checks", async () => {
    const { ledger, clock } = open();
    const append = (...events: Parameters<typeof ledger.log.append>[0]["events"]) =>
      ledger.log.append({ repository, run, events });
    const worked = (task: string, call: string, ...tries: readonly Parameters<typeof attemptEnded>[3][]) => [
      callStarted(task, call),
      ...tries.flatMap((ended, n) => [attemptStarted(task, call, n + 1), attemptEnded(task, call, n + 1, ended)]),
    ];
    await append(runStarted(), settingsFixed(), ...["A", "B", "C", "D"].flatMap((task) => [added(task), begun(task)]));
    await append(
      ...worked(
        "A",
        "a1",
        { durationMs: 100, outcome: "error" },
        { durationMs: 900_000, outcome: "crashed" },
        { durationMs: 40 },
      ),
      ...worked("A", "a2", { durationMs: 7 }),
      event("check.ended", check("test", "pass"), { task: "A" }),
      event("risk.raised", { from: "medium", to: "high", why: [] }, { task: "A" }),
      ...toDone("A"),
      ...worked("B", "b1", { durationMs: 30 }),
      ...moves("B", "NEW", "IMPLEMENTING"),
      callStarted("B", "b2"),
      attemptStarted("B", "b2"),
      ...moves("C", "NEW", "FAILED"),
      ...moves("D", "NEW", "IMPLEMENTING"),
    );
    const { mode } = spec({ id: "A" });
    const a = { task: "A", mode, risk: "medium", workedMs: 152 };
    clock.ms += 1_000;
    expect(await ledger.tasks.workTimes(repository, clock.ms)).toEqual({
      done: [a],
      open: [{ task: "B", mode, risk: "medium", workedMs: 1_030 }],
    });
    expect((await ledger.tasks.workTimes(repository, null)).open).toEqual([
      { task: "B", mode, risk: "medium", workedMs: 30 },
    ]);
    expect(await ledger.tasks.workTimes("other", null)).toEqual({ done: [], open: [] });
  });
}
