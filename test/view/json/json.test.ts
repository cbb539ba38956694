import { describe, expect, test } from "vitest";

import { task as taskSchema } from "../../../src/actions/results/task.ts";
import { taskWorld } from "../../../src/view/tasks/derived.ts";
import { jsonLine } from "../../../src/view/json/json-line.ts";
import {
  listJson,
  problemsJson,
  reviewJson,
  summaryJson,
  taskDetailJson,
  taskJson,
} from "../../../src/view/json/json.ts";
import { brand } from "../../../src/domain/brand.ts";
import { endLines, startLines } from "../../../src/view/json/summary-lines.ts";
import {
  isoNoon,
  call,
  check,
  finding,
  minute,
  noon,
  plan,
  question,
  run,
  snapshot,
  step,
  task,
  totals,
  usage,
  usd,
} from "../fixtures.ts";
import { storyTasks } from "../story.ts";

const world = taskWorld(storyTasks, run(), {
  holds: [],
  active: new Set(),
  accounts: {},
  waits: new Map(),
  reverted: new Set(),
});
const keys = (value: unknown): string[] => (typeof value === "object" && value !== null ? Object.keys(value) : []);

const row = task("AUTH-1", "Reject expired tokens", {
  state: "AWAITING_HUMAN",
  model: "gpt",
  attempts: 4,
  usage: usage(5200, 900, { cacheRead: 4000 }),
  cost: usd(0.11, "estimated"),
  branch: "b",
  baseCommit: "1",
  commit: "2",
  step: { id: "S2", index: 2, count: 3 },
  spec: { needs: ["COST-1", "AUTH-0"], area: "auth" },
});
const asked = question("q1", "AUTH-1");

describe("a task", () => {
  test("says beside them what it waits for by itself, and that it was undone", () => {
    const working = task("W", "w", { state: "IMPLEMENTING" });
    const wait = { kind: "retry", untilMs: noon, reason: "rate_limit: 429" } as const;
    const facts = { ...world, waits: new Map([["W", wait]]), reverted: new Set(["D"]) };
    const json = taskJson(working, facts, null);
    expect(taskSchema.parse(json)).toEqual(json);
    expect(json).toMatchObject({
      state: "IMPLEMENTING",
      derived: null,
      waiting: { kind: "retry", until: isoNoon(), reason: "rate_limit: 429" },
      reverted: false,
    });
    expect(taskJson(task("D", "d", { state: "DONE" }), facts, null)).toMatchObject({ state: "DONE", reverted: true });
  });

  test("has exactly the fields of the promise, and more", () => {
    expect(taskJson(row, world, asked)).toEqual({
      waiting: null,
      reverted: false,
      proof: null,
      proven_by: [],
      id: "AUTH-1",
      goal: "Reject expired tokens",
      state: "AWAITING_HUMAN",
      derived: null,
      risk: "medium",
      area: "auth",
      mode: "three-loop",
      priority: 0,
      needs: ["COST-1", "AUTH-0"],
      blockedBy: ["COST-1"],
      branch: "b",
      baseCommit: "1",
      commit: "2",
      mergeCommit: null,
      model: "gpt",
      author: null,
      reviewer: null,
      step: { id: "S2", index: 2, count: 3 },
      attempts: 4,
      usage: { input: 5200, output: 900, cacheRead: 4000, cacheWrite: 0, reasoning: 0, total: 6100 },
      costUsd: 0.11,
      costSource: "estimated",
      startedAt: isoNoon(-540_000),
      endedAt: null,
      failure: null,
      question: {
        id: "q1",
        kind: "merge",
        reason: "approval",
        text: "May this be merged?",
        actions: ["approve", "request_changes", "reject", "retry", "take_over", "abort"],
        returnState: "QUALITY_GATE",
        askedAt: isoNoon(-420_000),
        evidence: asked.evidence,
        means: "the work is done; nothing of it is merged before you decide",
        consequences: {
          approve: "it is merged",
          request_changes: "its author changes it by your words, then review and checks again",
          reject: "the task ends as failed; its branch stays",
          retry: "it is done anew, by another model if you name one",
          take_over: "you do it in its worktree, and say when you are done",
          abort: "the task is given up; its branch stays",
        },
      },
    });
  });

  test("of unknown cost has null, never zero", () => {
    const unknown = task("X", "x", {
      cost: { micros: null, source: "unknown" },
      failure: { type: "gate", reason: null, message: "red" },
      state: "FAILED",
    });
    expect(taskJson(unknown, world, null)).toMatchObject({
      costUsd: null,
      costSource: "unknown",
      question: null,
      step: null,
      failure: { type: "gate", reason: null, message: "red" },
    });
  });
});

describe("the documents", () => {
  test("list, review and problems", () => {
    const list = listJson(run(), storyTasks, world, [asked]);
    expect(keys(list)).toEqual(["v", "run", "tasks"]);
    expect(list).toMatchObject({ v: 1, run: "01hv7f3" });
    expect(reviewJson([asked, question("q9", "gone")], [row], world)).toMatchObject({
      v: 1,
      questions: [{ id: "q1", task: { id: "AUTH-1" } }],
    });
    expect(
      problemsJson([
        { file: "tasks.yaml", line: 7, column: 15, code: "unknown_need", message: 'unknown need "A"', hint: null },
      ]),
    ).toEqual({
      v: 1,
      problems: [
        { file: "tasks.yaml", line: 7, column: 15, code: "unknown_need", message: 'unknown need "A"', hint: null },
      ],
    });
  });

  test("a task with all that belongs to it", () => {
    const detail = taskDetailJson(
      {
        task: row,
        question: asked,
        plan: { plan },
        steps: [step("AUTH-1", 1, "One", { state: "COMPLETED", rounds: 2 })],
        findings: [finding("F1", "wrong", { file: "a.ts", line: 3 })],
        checks: [check("test", "fail", { output: "runs/1/test.log" })],
        calls: [
          call("c1", "AUTH-1", {
            state: "ended",
            outcome: "success",
            model: "gpt",
            endedAt: noon,
            startedAt: noon - 5000,
            attempts: 1,
          }),
        ],
        snapshots: [snapshot("AUTH-1", 1, "before retry")],
      },
      world,
    );
    expect(keys(detail)).toEqual([
      "v",
      "task",
      "plan",
      "steps",
      "findings",
      "checks",
      "calls",
      "snapshots",
      "analysis",
      "chosenMode",
    ]);
    expect(detail).toMatchObject({
      plan: { summary: plan.summary, steps: [{ id: "S1" }, { id: "S2" }], risks: plan.risks },
      steps: [{ id: "S1", title: "One", state: "COMPLETED", model: null, commit: null, rounds: 2 }],
      findings: [{ id: "F1", severity: "major", file: "a.ts", line: 3, text: "wrong", state: "open", round: 1 }],
      checks: [{ name: "test", result: "fail", durationMs: 8200, output: "runs/1/test.log" }],
      calls: [
        {
          id: "c1",
          role: "implementer",
          model: "gpt",
          key: "g1/main/S1/implement/1",
          outcome: "success",
          attempts: 1,
          durationMs: 5000,
          costUsd: 0,
          costSource: "reported",
        },
      ],
      snapshots: [{ ref: "refs/x/AUTH-1/1", commit: "abcdef1234567", reason: "before retry" }],
    });
  });

  test("the summary", () => {
    const summary = summaryJson({
      run: run({ state: "ended", endedAt: noon, exitCode: 3 }),
      rows: storyTasks,
      world,
      totals: [totals("opus"), totals("gpt", { failures: 1, cost: { micros: null, source: "unknown" } })],
      calls: 20,
      retries: 2,
      forecast: null,
      spent: {
        paid: { micros: 500_000, source: "estimated" },
        notional: { micros: 420_000, source: "unsettled" },
        unsettled: { calls: 1, assumedMicros: 0 },
        unknown: { calls: 0, assumedMicros: 0 },
        overMicros: 0,
      },
    });
    expect(summary).toEqual({
      v: 1,
      run: {
        id: "01hv7f3",
        state: "ended",
        startedAt: isoNoon(-724_000),
        endedAt: isoNoon(),
        exitCode: 3,
      },
      tasks: { total: 12, done: 1, failed: 1, waiting: 2, running: 3, queued: 4, blocked: 1 },
      calls: 20,
      retries: 2,
      usage: { input: 72_000, output: 10_400, cacheRead: 42_000, cacheWrite: 0, reasoning: 0, total: 82_400 },
      costUsd: 0.92,
      costSource: "lower_bound",
      paidUsd: 0.5,
      notionalUsd: 0.42,
      unsettled: { calls: 1, assumedUsd: 0 },
      unknown: { calls: 0, assumedUsd: 0 },
      overUsd: 0,
      proven: [{ task: "AUTH-0", proof: "checks", proven_by: ["test"], author: "opus", reviewer: "gpt" }],
      byModel: [
        {
          model: "opus",
          calls: 12,
          failures: 0,
          usage: { input: 36_000, output: 5200, cacheRead: 21_000, cacheWrite: 0, reasoning: 0, total: 41_200 },
          costUsd: 0.92,
        },
        {
          model: "gpt",
          calls: 12,
          failures: 1,
          usage: { input: 36_000, output: 5200, cacheRead: 21_000, cacheWrite: 0, reasoning: 0, total: 41_200 },
          costUsd: null,
        },
      ],
    });
  });
});

test("a line of JSON is safe on a terminal and reads back as it was", () => {
  const value = { text: "a\x1b[2J\x9b5A\u202e\u2028 漢\ud83d" };
  const line = jsonLine(value);
  expect(line).toMatch(/^[\x20-\x7e漢]+$/);
  expect(JSON.parse(line)).toEqual(value);
});

describe("what a run says on the main screen", () => {
  test("before it starts", () => {
    const models = [
      { name: "opus", adapter: "claude-code", billing: "subscription" as const },
      { name: "haiku", adapter: "anthropic", billing: "metered" as const },
    ];
    const facts = {
      tasks: 3,
      models,
      permissions: "edits" as const,
      checks: ["test", "lint"],
      sandbox: { kind: "bubblewrap" as const },
      uncommitted: 2,
      base: "main",
      integration: "gandy/integration",
      calls: { least: 9, most: 21 },
      cost: usd(2.4, "estimated"),
    };
    expect(startLines(facts)).toEqual([
      "3 tasks from main, merged into gandy/integration; your checkout is not touched",
      "2 uncommitted changes in your checkout: models do not see them",
      "model opus (claude-code), subscription",
      "model haiku (anthropic), metered: each call costs money",
      "permissions: edits, models may edit files in their worktree, and ask for the rest",
      "checks: test, lint; run first where nothing is changed yet, before anything is paid",
      "sandbox: bubblewrap; models and checks write in their worktree, and see neither your secrets nor the ledger",
      "expected: 9 to 21 calls, ~$2.40",
    ]);
    expect(
      startLines({ ...facts, uncommitted: 0, calls: null }).some((line) => /uncommitted|expected/.test(line)),
    ).toBe(false);
    expect(startLines({ ...facts, checks: [] })).toContain(
      `checks: none; nothing proves what is merged (checks in ${brand.settingsFile})`,
    );
  });

  test("at its end", () => {
    const rows = [
      task("A", "Done and merged", { state: "DONE", model: "opus", mergeCommit: "abc", cost: usd(0.4) }),
      task("B", "Failed \x1b[2J", {
        state: "FAILED",
        model: "gpt",
        failure: { type: "gate", reason: null, message: "red" },
      }),
      task("C", "Waits", { state: "AWAITING_HUMAN" }),
      task("D", "To come"),
    ];
    expect(
      endLines({ run: run({ endedAt: noon + minute }), rows, totals: [totals("opus")], now: noon, questions: 1 }),
    ).toEqual([
      "1 of 4 tasks done, 1 failed, 2 left  ·  13m04s, 12 calls, 41.2k tokens, $0.92",
      "  ✓ A  Done and merged  opus $0.40  proven by test",
      "  x B  Failed   gpt $0.00  gate: red",
      "1 question for you: gandy review",
      "see it:  git diff main...gandy/integration",
      "land it: gandy land",
      "go on:   gandy run",
    ]);
  });

  test("what has landed is not offered to be landed again", () => {
    const rows = ["A", "B"].map((id) => task(id, "Done", { state: "DONE", mergeCommit: `c-${id}` }));
    const said = (...unlanded: readonly string[]): readonly string[] =>
      endLines({
        run: run(),
        rows,
        totals: [],
        now: noon,
        questions: 0,
        unlanded: new Map(unlanded.map((id) => [id, `c-${id}`])),
      });
    expect(said("B")).toContain("land it: gandy land");
    expect(said().join("\n")).not.toMatch(/land it|see it/);
  });

  test("how to go on is not said of a run that goes on", () => {
    const given = { run: run(), rows: [task("D", "To come")], totals: [], now: noon, questions: 0 };
    expect(endLines(given)).toContain("go on:   gandy run");
    expect(endLines({ ...given, goesOn: true })).not.toContain("go on:   gandy run");
  });

  test("a free model beside one whose cost nobody knows makes no sum that is known", () => {
    const free = totals("local", { cost: { micros: 0, source: "assumed" } });
    const unknown = totals("sonnet", { cost: { micros: null, source: "unknown" } });
    const [first = ""] = endLines({ run: run(), rows: [], totals: [free, unknown], now: noon, questions: 0 });
    expect(first).toMatch(/, ≥\$0\.00$/);
  });
});
