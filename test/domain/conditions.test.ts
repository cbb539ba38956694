import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  conditionKinds,
  conditionsOf,
  isWorking,
  type ConditionFacts,
  type ConditionTask,
} from "../../src/domain/conditions.ts";
import { taskMoves, type TaskState } from "../../src/domain/task.ts";
import { conditionStyle, conditionText } from "../../src/view/tasks/condition-words.ts";
import { minute, noon } from "../view/fixtures.ts";

const limits = { schedule: "ready", perArea: null, awaitingHuman: 10 } as const;

const one = (id: string, state: TaskState = "NEW", more: Partial<ConditionTask> = {}): ConditionTask => ({
  id,
  state,
  begun: state !== "NEW",
  needs: [],
  area: null,
  reverted: false,
  works: false,
  kept: null,
  ...more,
});

const asking = (task: string, more: Partial<ConditionFacts["questions"][number]> = {}) => ({
  task,
  kind: "merge" as const,
  reason: "approval",
  evidence: {},
  ...more,
});

const facts = (more: Partial<ConditionFacts> = {}): ConditionFacts => ({
  run: { state: "running", paused: false, stopping: "no" },
  engine: "alive",
  tasks: [],
  questions: [],
  limits,
  ...more,
});

const said = (more: Partial<ConditionFacts>): readonly string[] =>
  conditionsOf(facts(more)).map((condition) => conditionText(condition, noon));

const many = (count: number, state: TaskState, prefix: string): readonly ConditionTask[] =>
  Array.from({ length: count }, (_, index) => one(`${prefix}${index + 1}`, state));

const held = { kind: "hold", untilMs: noon + 8 * 60 * minute, reason: "plan limit" } as const;

describe("what stands in the way is said with its numbers", () => {
  test.each<[string, Partial<ConditionFacts>, readonly string[]]>([
    [
      "so many wait that none starts",
      {
        tasks: [...many(12, "AWAITING_HUMAN", "A"), one("B")],
        questions: many(12, "NEW", "A").map(({ id }) => asking(id)),
      },
      ["12 tasks wait for you (limit 10), so none starts"],
    ],
    [
      "others need what asks",
      {
        tasks: [
          one("A", "AWAITING_HUMAN"),
          one("B", "AWAITING_HUMAN"),
          one("C", "NEW", { needs: ["A"] }),
          one("D", "NEW", { needs: ["C", "B"] }),
        ],
        questions: [asking("A"), asking("B")],
      },
      ["2 tasks wait for you", "2 blocked by A and B, which wait for you"],
    ],
    [
      "others need what failed, and what was undone",
      {
        tasks: [
          one("F", "FAILED"),
          one("U", "DONE", { reverted: true }),
          one("B", "NEW", { needs: ["F"] }),
          one("C", "NEW", { needs: ["U"] }),
        ],
      },
      ["1 blocked by U, whose merge was undone", "1 blocked by F, which failed"],
    ],
    ["all are held", { tasks: [one("A", "PLANNING", { kept: held })] }, ["all held until 20:00: plan limit"]],
    [
      "some are held without an end",
      { tasks: [one("A", "PLANNING", { kept: { ...held, untilMs: null } }), one("B", "PLANNING", { works: true })] },
      ["1 held until you release it: plan limit"],
    ],
    [
      "a breaker rests",
      {
        tasks: [
          one("A", "IMPLEMENTING", {
            kept: { kind: "breaker", untilMs: noon + 20_000, reason: "opus: its breaker rests" },
          }),
        ],
      },
      ["all wait while models rest, 0:20: opus: its breaker rests"],
    ],
    [
      "a retry waits",
      { tasks: [one("A", "IMPLEMENTING", { kept: { kind: "retry", untilMs: noon + 8_000, reason: "429" } })] },
      ["all wait for the next try, 0:08: 429"],
    ],
    [
      "it is paused",
      { run: { state: "running", paused: true, stopping: "no" }, tasks: [one("A")] },
      ["paused by you, 1 to come"],
    ],
    [
      "it is stopping",
      { run: { state: "running", paused: false, stopping: "after_calls" }, tasks: [one("A")] },
      ["the run is stopping, so nothing starts"],
    ],
    ["the engine died", { engine: "died", tasks: [one("A")] }, ["the engine died, so nothing goes on"]],
    [
      "an area is taken",
      {
        limits: { ...limits, perArea: 1 },
        tasks: [one("A", "PLANNING", { area: "api", works: true }), one("B", "NEW", { area: "api" })],
      },
      ["area api is taken (limit 1), so 1 does not start"],
    ],
    [
      "an earlier wave is not finished",
      {
        limits: { ...limits, schedule: "waves" },
        tasks: [one("N", "DONE"), one("A", "PLANNING", { works: true }), one("B", "NEW", { needs: ["N"] })],
      },
      ["an earlier wave is not finished, so 1 does not start"],
    ],
    [
      "a budget is used up",
      {
        tasks: [
          one("A", "AWAITING_HUMAN"),
          one("B", "PLANNING", { kept: { kind: "question", untilMs: null, reason: "" } }),
        ],
        questions: [asking("A", { kind: "budget", reason: "budget", evidence: { budget: "run:1", reason: "run" } })],
      },
      ["budget of this run reached: A asks you for more, and 1 waits for that"],
    ],
    [
      "the base is red",
      {
        tasks: [one("A", "AWAITING_HUMAN"), one("B", "NEW", { kept: { kind: "question", untilMs: null, reason: "" } })],
        questions: [asking("A", { kind: "gate", reason: "base_red" })],
      },
      ["A asks you about the checks on the base, and 1 waits for that"],
    ],
    [
      "a service does not stand",
      {
        tasks: [
          one("A", "QUALITY_GATE", {
            kept: { kind: "hold", untilMs: noon + minute, reason: "the service db does not stand" },
          }),
        ],
      },
      ["all held until 12:01: the service db does not stand"],
    ],
    ["nothing does, and the next begins", { tasks: [one("A")] }, ["A goes on in a moment"]],
    [
      "it has ended with some left",
      { run: { state: "ended", paused: false, stopping: "no" }, engine: "absent", tasks: [one("A")] },
      ["the run has ended, 1 to come"],
    ],
    ["nothing ran yet", { run: null, engine: "absent" }, ["nothing ran here yet"]],
  ])("%s", (_what, more, words) => expect(said(more)).toEqual(words));

  test("nothing of a run that is over and complete", () => {
    expect(
      said({ run: { state: "ended", paused: false, stopping: "no" }, engine: "absent", tasks: [one("A", "DONE")] }),
    ).toEqual([]);
  });

  test("no list is longer than a person reads", () => {
    const tasks = [...many(5, "FAILED", "F"), one("X", "NEW", { needs: ["F1", "F2", "F3", "F4", "F5"] })];
    expect(said({ tasks })).toEqual(["1 blocked by F1, F2, F3 and 2 more, which failed"]);
  });
});

const states = Object.keys(taskMoves).filter((name): name is TaskState => name in taskMoves);
const ids = ["A", "B", "C", "D", "E"];
const anyTask = (id: string): fc.Arbitrary<ConditionTask> =>
  fc.record({
    id: fc.constant(id),
    state: fc.constantFrom(...states),
    begun: fc.boolean(),
    needs: fc.subarray(ids.filter((other) => other < id)),
    area: fc.constantFrom(null, "api"),
    reverted: fc.constant(false),
    works: fc.constant(false),
    kept: fc.option(
      fc.record({
        kind: fc.constantFrom("hold", "breaker", "budget", "retry", "question"),
        untilMs: fc.option(fc.integer({ min: noon, max: noon + 3 * minute })),
        reason: fc.constant("why"),
      }),
    ),
  });
const anyFacts: fc.Arbitrary<ConditionFacts> = fc.record({
  run: fc.record({
    state: fc.constantFrom("running", "waiting", "stopped"),
    paused: fc.boolean(),
    stopping: fc.constantFrom("no", "after_calls", "now"),
  }),
  engine: fc.constantFrom("alive", "absent", "died"),
  tasks: fc.tuple(...ids.map(anyTask)),
  questions: fc.subarray(ids).map((some) => some.map((id) => asking(id))),
  limits: fc.record({
    schedule: fc.constantFrom("ready", "waves"),
    perArea: fc.constantFrom(null, 1),
    awaitingHuman: fc.constantFrom(1, 10),
  }),
});

test("a run in which nothing works, and which has not ended, always says why, in the order of weight", () => {
  fc.assert(
    fc.property(anyFacts, (some) => {
      const found = conditionsOf(some);
      expect(isWorking(some)).toBe(false);
      expect(found.length).toBeGreaterThan(0);
      const places = found.map(({ kind }) => conditionKinds.indexOf(kind));
      expect(places).toEqual(places.toSorted((a, b) => a - b));
      for (const condition of found) {
        expect(conditionText(condition, noon)).not.toMatch(/undefined|NaN|null/);
        expect(conditionStyle(condition).word).toMatch(/^\S+( \S+){0,2}$/);
      }
    }),
  );
});

test("what works is no condition, and with it a run runs", () => {
  expect(isWorking(facts({ tasks: [one("A", "PLANNING", { works: true })] }))).toBe(true);
  expect(isWorking(facts({ engine: "died", tasks: [one("A", "PLANNING", { works: true })] }))).toBe(false);
});
