import { expect, test } from "vitest";

import {
  event,
  added,
  begun,
  committed,
  moves,
  openMemory,
  repository,
  run,
  runStarted,
  settingsFixed,
  toDone,
} from "../sample.ts";
import { finding } from "../conformance/tasks.ts";
import type { NewEvent } from "../../../src/domain/events.ts";
import type { StepState, TaskState } from "../../../src/domain/task.ts";

const plan = (summary: string) => ({ summary, steps: [], risks: [] });

const restarted = (generation: number, keep: readonly string[], to: TaskState): NewEvent =>
  event(
    "task.restarted",
    { generation, keep, reason: "retry", to, commit: keep.length === 0 ? null : "c9", model: "gpt", text: "try this" },
    { task: "A" },
  );
const stepMoved = (step: string, from: StepState, to: StepState, round = 1): NewEvent =>
  event("step.moved", { from, to, reason: "", round, model: "opus", commit: `c-${step}` }, { task: "A", step });
const closed = (id: string): NewEvent => event("finding.closed", { id, state: "closed", by: "gpt" }, { task: "A" });

/** A plan of two steps of which the first is done and the second was sent back once, each key in its own commit. */
async function halfDone() {
  const opened = openMemory();
  const put = (...events: readonly NewEvent[]) => opened.ledger.log.append({ repository, run, events });
  await put(runStarted(), settingsFixed(), added("A"), begun("A"), ...moves("A", "NEW", "PLANNING"));
  const steps = ["S1", "S2"].map((id) => ({ id, title: id, stage: "main" }));
  await put(
    event("plan.made", { round: 1, plan: plan("first"), model: "opus", generation: 1 }, { task: "A" }),
    event("steps.set", { generation: 1, steps }, { task: "A" }),
    ...moves("A", "PLANNING", "PLAN_REVIEW", "PLAN_APPROVED"),
    committed("A", "g1/main/plan/1", "plan"),
  );
  await put(...moves("A", "PLAN_APPROVED", "IMPLEMENTING"), stepMoved("S1", "PENDING", "IMPLEMENTING"));
  await put(stepMoved("S1", "IMPLEMENTING", "APPROVED"), committed("A", "g1/main/S1/implement/1", "one"));
  await put(
    stepMoved("S1", "APPROVED", "COMPLETED"),
    event("finding.opened", { finding: finding("F1") }, { task: "A" }),
    committed("A", "g1/main/S1/review/1", "fine"),
  );
  await put(stepMoved("S2", "PENDING", "IMPLEMENTING"));
  await put(stepMoved("S2", "IMPLEMENTING", "CODE_REVIEW"), committed("A", "g1/main/S2/implement/1", "two"));
  await put(
    closed("F1"),
    event("finding.opened", { finding: finding("F2", { subject: "S2" }) }, { task: "A" }),
    stepMoved("S2", "CODE_REVIEW", "CHANGES_REQUESTED"),
    committed("A", "g1/main/S2/review/1", "no"),
  );
  return { ...opened, put };
}

const states = async ({ ledger }: Awaited<ReturnType<typeof halfDone>>): Promise<readonly string[]> =>
  ((await ledger.tasks.detail(repository, "A"))?.steps ?? []).map(({ id, state }) => `${id} ${state}`);

test("a generation that keeps nothing starts from nothing", async () => {
  const opened = await halfDone();
  await opened.put(
    event(
      "task.moved",
      { from: "IMPLEMENTING", to: "FAILED", reason: "x", failure: { type: "gate", reason: null, message: "" } },
      { task: "A" },
    ),
  );
  await opened.put(restarted(2, [], "NEW"), begun("A", 2));
  expect(await opened.ledger.tasks.get(repository, "A")).toMatchObject({
    generation: 2,
    state: "NEW",
    failure: null,
    commit: null,
    endedAt: null,
    step: null,
  });
  const detail = await opened.ledger.tasks.detail(repository, "A");
  expect([detail?.steps, detail?.findings, detail?.plan]).toEqual([[], [], null]);
  expect(await opened.ledger.tasks.results(repository, "A", 2)).toEqual([]);
  expect((await opened.ledger.tasks.results(repository, "A", 1)).length).toBe(5);
  expect(opened.ledger.checkIntegrity()).toEqual([]);
});

test("a generation stands where the last kept key left it", async () => {
  const opened = await halfDone();
  const keep = ["main/plan/1", "main/S1/implement/1", "main/S1/review/1", "main/S2/implement/1"];
  await opened.put(restarted(2, keep, "CODE_REVIEW"));
  expect(await states(opened)).toEqual(["S1 COMPLETED", "S2 CODE_REVIEW"]);
  const detail = await opened.ledger.tasks.detail(repository, "A");
  expect(detail?.task).toMatchObject({ state: "CODE_REVIEW", commit: "c9", step: { id: "S2", index: 2, count: 2 } });
  expect(detail?.steps.map(({ model, commit, rounds }) => [model, commit, rounds])).toEqual([
    ["opus", "c-S1", 1],
    ["opus", "c-S2", 1],
  ]);
  expect(detail?.findings).toEqual([finding("F1")]);
  expect(detail?.plan?.plan.summary).toBe("first");
  expect(await opened.ledger.tasks.results(repository, "A", 2)).toEqual([
    { key: "g2/main/plan/1", inputs: "i", result: "plan" },
    { key: "g2/main/S1/implement/1", inputs: "i", result: "one" },
    { key: "g2/main/S1/review/1", inputs: "i", result: "fine" },
    { key: "g2/main/S2/implement/1", inputs: "i", result: "two" },
  ]);
  expect(opened.ledger.checkIntegrity()).toEqual([]);
});

test("what a dropped generation did later does not shine through", async () => {
  const opened = await halfDone();
  const { put } = opened;
  await put(restarted(2, ["main/plan/1"], "PLAN_APPROVED"));
  expect(await states(opened)).toEqual(["S1 PENDING", "S2 PENDING"]);
  await put(stepMoved("S1", "PENDING", "IMPLEMENTING"));
  await put(stepMoved("S1", "IMPLEMENTING", "CODE_REVIEW", 2), committed("A", "g2/main/S1/implement/1", "anew"));
  await put(restarted(3, ["main/plan/1", "main/S1/implement/1"], "CODE_REVIEW"));
  expect(await states(opened)).toEqual(["S1 CODE_REVIEW", "S2 PENDING"]);
  expect((await opened.ledger.tasks.results(repository, "A", 3)).at(-1)?.result).toBe("anew");
  expect((await opened.ledger.tasks.detail(repository, "A"))?.findings).toEqual([]);
  await put(stepMoved("S1", "CODE_REVIEW", "APPROVED"), committed("A", "g3/main/S1/review/1"));
  await put(restarted(4, ["main/plan/1", "main/S1/implement/1", "main/S1/review/1"], "CODE_REVIEW"));
  expect(await states(opened)).toEqual(["S1 APPROVED", "S2 PENDING"]);
  expect(opened.ledger.checkIntegrity()).toEqual([]);
});

test("a restart names a higher generation and known keys, or it is a bug", async () => {
  const opened = await halfDone();
  await expect(opened.put(restarted(1, [], "NEW"))).rejects.toThrow("generation 1 after 1");
  await expect(opened.put(restarted(2, ["main/plan/7"], "NEW"))).rejects.toThrow("unknown key main/plan/7");
  await expect(opened.put(begun("A", 0))).rejects.toThrow("generation 0 after 1");
  expect((await opened.ledger.tasks.get(repository, "A"))?.generation).toBe(1);
});

test("a done task may begin again", async () => {
  const opened = openMemory();
  await opened.ledger.log.append({ repository, run, events: [runStarted(), added("A"), begun("A"), ...toDone("A")] });
  await opened.ledger.log.append({ repository, run, events: [restarted(2, [], "NEW")] });
  expect(await opened.ledger.tasks.get(repository, "A")).toMatchObject({ state: "NEW", endedAt: null, generation: 2 });
});

test("parts of an earlier generation are told of only where the split is kept, not where the task is done as a whole now", async () => {
  const opened = await halfDone();
  const { ledger, put } = opened;
  const one = { id: "A.1", goal: "one", covers: ["A1"], quote: "one", files: [], needs: [], complexity: 2 };
  await put(
    event("task.split", { generation: 1, parts: [one], why: "" }, { task: "A" }),
    added("A.1", { parent: "A" }),
    committed("A", "g1/main/split", { parts: [one], why: "" }),
  );
  const parts = async () => (await ledger.tasks.detail(repository, "A"))?.parts?.map(({ id }) => id);
  await put(restarted(2, ["main/split"], "IMPLEMENTING"), begun("A", 2));
  expect(await parts()).toEqual(["A.1"]);
  await put(restarted(3, [], "NEW"), begun("A", 3));
  expect(await parts()).toBeUndefined();
  await put(...moves("A", "NEW", "PLANNING", "PLAN_REVIEW", "PLAN_APPROVED", "IMPLEMENTING"));
  expect(await parts()).toBeUndefined();
});
