import { describe, expect, test } from "vitest";

import { figuresOf } from "../../../src/cli/output/stats-figures.ts";
import type { EventData, NewEvent, RecordedEvent } from "../../../src/domain/events.ts";
import { failure, type ErrorType } from "../../../src/domain/failure.ts";
import { noUsage, type Cost } from "../../../src/domain/money.ts";
import { task, usd } from "../../view/fixtures.ts";

const minute = 60_000;
/** One event after the other, each at its minute. */
const recorded = (said: readonly (readonly [atMinute: number, event: NewEvent])[]): readonly RecordedEvent[] =>
  said.map(([at, event], index) => ({
    ...event,
    pos: index + 1,
    seq: index + 1,
    at: at * minute,
    run: "R1",
    repository: "repo",
  }));

const attempt = (
  of: string,
  call: string,
  model: string,
  more: Partial<EventData["attempt.ended"]> = {},
): NewEvent => ({
  type: "attempt.ended",
  task: of,
  call,
  data: {
    attempt: 1,
    rerun: 0,
    model,
    account: "max",
    outcome: "success",
    failure: null,
    usage: noUsage,
    cost: usd(0.1),
    durationMs: 1_000,
    startupMs: 100,
    session: null,
    counted: true,
    ...more,
  },
});
const failed = (type: ErrorType): Partial<EventData["attempt.ended"]> => ({
  outcome: "error",
  failure: failure(type, "no"),
  cost: usd(0),
  startupMs: null,
});
const moved = (of: string, from: EventData["task.moved"]["from"], to: EventData["task.moved"]["to"]): NewEvent => ({
  type: "task.moved",
  task: of,
  data: { from, to, reason: "test" },
});
const callStarted = (of: string, call: string): NewEvent => ({
  type: "call.started",
  task: of,
  call,
  data: { key: call, role: "planner", round: 1, generation: 1, promptHash: "h" },
});
const callEnded = (of: string, call: string, model: string): NewEvent => ({
  type: "call.ended",
  task: of,
  call,
  data: { outcome: "success", failure: null, model, attempts: 1 },
});
const retried = (of: string, call: string, model: string): NewEvent => ({
  type: "call.retried",
  task: of,
  call,
  data: { attempt: 1, model, failure: failure("overloaded", "busy"), nextAt: 0 },
});
const settled = (of: string, cost: Cost, more: Partial<EventData["budget.settled"]> = {}): NewEvent => ({
  type: "budget.settled",
  task: of,
  data: { reservation: "r", cost, usage: noUsage, model: "opus", day: "d", ...more },
});
const runStarted: NewEvent = {
  type: "run.started",
  data: {
    file: null,
    settingsDigest: "s",
    base: "main",
    baseCommit: "c",
    integration: "i",
    resumed: false,
    version: "1",
    repositoryPath: "/r",
  },
};

const rows = [
  task("A", "One", { state: "DONE", startedAt: 0, endedAt: 10 * minute, cost: usd(0.4), risk: "low" }),
  task("B", "Two", { state: "DONE", startedAt: 0, endedAt: 20 * minute, cost: usd(0.2), risk: "high" }),
  task("C", "Three", { state: "FAILED", startedAt: 0, endedAt: 5 * minute, cost: usd(1), risk: "high" }),
  task("D", "Four", { state: "NEW", startedAt: null, risk: "high" }),
];

const events = recorded([
  [0, runStarted],
  [0, moved("A", "NEW", "PLANNING")],
  [0, callStarted("A", "c1")],
  [1, attempt("A", "c1", "opus", failed("overloaded"))],
  [1, retried("A", "c1", "opus")],
  [2, attempt("A", "c1", "opus", { durationMs: 4_000, startupMs: 300 })],
  [2, callEnded("A", "c1", "opus")],
  [3, moved("A", "PLANNING", "PLAN_REVIEW")],
  [5, moved("A", "PLAN_REVIEW", "PLAN_APPROVED")],
  [5, callStarted("B", "c2")],
  [6, attempt("B", "c2", "gpt", { durationMs: 2_000 })],
  [6, callEnded("B", "c2", "gpt")],
  [7, callStarted("C", "c3")],
  [8, attempt("C", "c3", "gpt", { outcome: "refused", failure: failure("invalid_request", "no") })],
  [8, attempt("C", "c3", "gpt", { outcome: "cancelled", cost: { micros: null, source: "unsettled" } })],
  [8, settled("C", { micros: null, source: "unsettled" }, { assumedMicros: 500_000 })],
  [9, { type: "question.asked", task: "C", data: { question: questionOf("C") } }],
]);

function questionOf(of: string): EventData["question.asked"]["question"] {
  return {
    id: "q",
    run: "R1",
    task: of,
    key: "k",
    kind: "other",
    reason: "models",
    text: "?",
    actions: ["retry"],
    returnState: "PLANNING",
    askedAt: 0,
    evidence: {},
  };
}

const ended = (answered: readonly string[], lost: readonly string[], cancelled = false): NewEvent => ({
  type: "ask.ended",
  data: { answered, failed: lost, cancelled, durationMs: 1 },
});

describe("figures by hand", () => {
  const asks = recorded([
    [0, ended(["a", "b"], [])],
    [0, ended(["a"], ["b"])],
    [0, ended([], ["a", "b"])],
    [0, ended([], ["a"], true)],
  ]);
  const { all, by, spent, asks: asked } = figuresOf(events, rows, asks, 30 * minute);

  test("of all tasks: two done in the half hour that the open run has lasted", () => {
    expect(all).toMatchObject({
      tasks: 4,
      done: 2,
      failed: 1,
      tasksPerHour: 4,
      costPerTask: usd(0.3),
      callsPerTask: 1,
      durationMs: 15 * minute,
      neededPerson: 1 / 3,
      phases: { PLANNING: 3 * minute, PLAN_REVIEW: 2 * minute },
    });
  });
  test("of all calls: only errors are errors, and a stop is no failure", () => {
    expect(all.calls).toEqual({
      attempts: 5,
      failures: 2,
      errors: { overloaded: 1 },
      retries: { calls: 1, succeeded: 1 },
      p50Ms: 2_000,
      p95Ms: 4_000,
      startupMs: 100,
      cost: { micros: 300_000, source: "unsettled" },
    });
  });
  test("by model", () => {
    expect(by.model.map(({ name }) => name)).toEqual(["opus", "gpt"]);
    expect(by.model[0]?.figures).toMatchObject({
      attempts: 2,
      failures: 1,
      errors: { overloaded: 1 },
      retries: { calls: 1, succeeded: 1 },
      p50Ms: 4_000,
      startupMs: 300,
      cost: usd(0.1),
    });
    expect(by.model[1]?.figures).toMatchObject({ attempts: 3, failures: 1, errors: {}, retries: { calls: 0 } });
  });
  test("by risk, each with the figures of its own tasks", () => {
    expect(by.risk.map(({ name, figures }) => [name, figures.tasks, figures.done, figures.tasksPerHour])).toEqual([
      ["low", 1, 1, 2],
      ["high", 3, 1, 2],
    ]);
    expect(by.risk[0]?.figures).toMatchObject({
      neededPerson: 0,
      costPerTask: usd(0.4),
      phases: { PLANNING: 3 * minute },
      calls: { retries: { calls: 1, succeeded: 1 }, p50Ms: 4_000 },
    });
    expect(by.risk[1]?.figures).toMatchObject({ neededPerson: 0.5, phases: {}, calls: { p50Ms: 2_000, errors: {} } });
  });
  test("of money that is unsettled, and of asks that were answered in part", () => {
    expect(spent.unsettled).toEqual({ calls: 1, assumedMicros: 500_000 });
    expect(asked).toEqual({ asks: 4, whole: 1, partial: 1, failed: 1, cancelled: 1 });
  });
});

test("figures of nothing are not known, never zero", () => {
  const { all, by } = figuresOf([], [], [], 0);
  expect(all).toMatchObject({ tasksPerHour: null, costPerTask: null, callsPerTask: null, neededPerson: null });
  expect(all.calls).toMatchObject({ p50Ms: null, p95Ms: null, startupMs: null });
  expect(Object.values(by)).toEqual([[], [], [], []]);
});

describe("a forecast is held against what came", () => {
  const said = (lowMinutes: number, highMinutes: number): NewEvent => ({
    type: "note",
    data: { level: "info", text: "", forecast: { lowMs: lowMinutes * minute, highMs: highMinutes * minute } },
  });
  const worked = (of: string, minutes: number): NewEvent => attempt(of, "c", "opus", { durationMs: minutes * minute });
  const runEnded = (state: "ended" | "waiting" | "stopped" = "ended"): NewEvent => ({
    type: "run.ended",
    data: { exitCode: 0, state, summary: null },
  });
  const added = (of: string): NewEvent => ({
    type: "task.added",
    task: of,
    data: { spec: task(of, "More").spec, digest: "d", settingsDigest: "s", pipelineVersion: 1 },
  });
  type Story = Parameters<typeof recorded>[0];
  const held = (story: Story) => figuresOf(recorded([[0, runStarted], ...story]), [], [], 0).forecasts;

  test.each<[string, Story, number, number]>([
    [
      "it ends in its range",
      [
        [0, said(8, 12)],
        [10, worked("A", 10)],
        [10, runEnded()],
      ],
      1,
      1,
    ],
    [
      "it takes longer",
      [
        [0, said(8, 12)],
        [13, worked("A", 13)],
        [13, runEnded()],
      ],
      1,
      0,
    ],
    [
      "it takes less",
      [
        [0, said(8, 12)],
        [5, worked("A", 5)],
        [5, runEnded()],
      ],
      1,
      0,
    ],
    [
      "work side by side counts once",
      [
        [0, said(8, 12)],
        [9, worked("A", 9)],
        [10, worked("B", 10)],
        [10, runEnded()],
      ],
      1,
      1,
    ],
    [
      "a night in which nobody worked is no work",
      [
        [0, said(8, 12)],
        [5, worked("A", 5)],
        [5, runEnded("waiting")],
        [600, runStarted],
        [605, worked("A", 5)],
        [605, runEnded()],
      ],
      1,
      1,
    ],
    [
      "the first word counts",
      [
        [0, said(8, 12)],
        [5, worked("A", 5)],
        [5, runEnded("stopped")],
        [5, runStarted],
        [5, said(1, 2)],
        [10, worked("A", 5)],
        [10, runEnded()],
      ],
      1,
      1,
    ],
    [
      "a run that goes on says nothing yet",
      [
        [0, said(8, 12)],
        [5, worked("A", 5)],
        [5, runEnded("stopped")],
      ],
      0,
      0,
    ],
    [
      "a run that gets more to do is another one",
      [
        [0, said(8, 12)],
        [1, added("B")],
        [9, worked("A", 9)],
        [9, runEnded()],
      ],
      0,
      0,
    ],
    [
      "without a forecast there is none",
      [
        [9, worked("A", 9)],
        [9, runEnded()],
      ],
      0,
      0,
    ],
  ])("%s", (_what, story, ended, inRange) => {
    expect(held(story)).toEqual({ ended, inRange });
  });
});
