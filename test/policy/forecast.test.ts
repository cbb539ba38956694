import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { WorkTime } from "../../src/domain/rows.ts";
import type { Risk, TaskState } from "../../src/domain/task.ts";
import { typicalMs } from "../../src/policy/estimate.ts";
import { forecast, type ForecastTask, type KnownWork } from "../../src/policy/forecast.ts";
import { ListSchedule, type ListedTask, type ListLimits } from "../../src/policy/list-schedule.ts";

const minute = 60_000;
const done = (risk: Risk, ...minutes: readonly number[]): readonly WorkTime[] =>
  minutes.map((of, n) => ({ task: `${risk}${n}`, mode: "two-loop", risk, workedMs: of * minute }));
const two = (risk: Risk) => ({ mode: "two-loop", risk }) as const;

describe("a task takes", () => {
  const past = [...done("low", 1, 2, 30), ...done("high", 40, 50)];
  test("the median of those of its mode and risk", () => expect(typicalMs(past)(two("low"))).toBe(2 * minute));
  test("else that of all", () => {
    expect(typicalMs(past)(two("high"))).toBe(30 * minute);
    expect(typicalMs(past)({ mode: "three-loop", risk: "low" })).toBe(30 * minute);
    expect(typicalMs([...past, ...done("medium", 6)])(two("high"))).toBe(18 * minute);
  });
  test("as long as every other, where fewer than three are done", () =>
    expect(typicalMs(past.slice(0, 2))(two("low"))).toBe(1));
});

const task = (id: string, more: Partial<ForecastTask["spec"]> = {}, state: TaskState = "NEW"): ForecastTask => ({
  id,
  spec: { mode: "two-loop", risk: "low", needs: [], area: null, priority: 0, ...more },
  state,
});
const limits: ListLimits = { parallel: 2, schedule: "ready", perArea: null };
const known = (more: Partial<KnownWork> = {}): KnownWork => ({
  done: done("low", 8, 9, 10, 10, 11, 12),
  open: [],
  ranks: new Map(),
  ...more,
});
const saidOf = (tasks: readonly ForecastTask[], work = known()) => {
  const said = forecast(tasks, work, limits);
  if (said === null) throw new Error("it says nothing");
  return said;
};

describe("a forecast", () => {
  test("is a range around what tasks took, and the same for the same tasks", () => {
    const one = saidOf([task("A")]);
    expect(one.from).toBe(6);
    expect(one.lowMs).toBeLessThan(9 * minute);
    expect(one.highMs).toBeGreaterThan(11 * minute);
    expect(saidOf([task("A")])).toEqual(one);
  });

  test("says nothing of fewer than three, and nothing where nothing is to be done", () => {
    expect(forecast([task("A")], known({ done: done("low", 8, 9) }), limits)).toBeNull();
    expect(forecast([], known(), limits)).toBeNull();
    expect(forecast([task("A", {}, "DONE"), task("B", {}, "FAILED")], known(), limits)).toBeNull();
  });

  test("knows slots and needs", () => {
    const side = saidOf([task("A"), task("B")]);
    const chain = saidOf([task("A"), task("B", { needs: ["A"] })]);
    expect(chain.lowMs).toBeGreaterThan(1.2 * side.lowMs);
    expect(saidOf([task("A"), task("B"), task("C")]).lowMs).toBeGreaterThan(1.2 * side.lowMs);
  });

  test("goes on from what was worked, whatever that is", () => {
    const going = task("A", {}, "IMPLEMENTING");
    const after = (minutes: number) =>
      saidOf([going], known({ open: [{ task: "A", mode: "two-loop", risk: "low", workedMs: minutes * minute }] }));
    expect(after(5).highMs).toBeLessThan(saidOf([going]).highMs);
    expect(after(600).lowMs).toBeGreaterThan(0);
  });

  test("does not count what waits for a person or has failed, nor what needs that", () => {
    for (const state of ["AWAITING_HUMAN", "FAILED"] as const) {
      const stuck = [task("C", { needs: ["B"] }), task("B", { needs: ["X"] }), task("X", {}, state)];
      expect(saidOf([task("A"), ...stuck])).toEqual(saidOf([task("A")]));
      expect(forecast(stuck, known(), limits)).toBeNull();
    }
  });
});

const listed = (more: Partial<ListedTask> = {}): ListedTask => ({
  needs: [],
  area: null,
  wave: 0,
  begun: false,
  ...more,
});
const length = (tasks: readonly ListedTask[], durations: readonly number[], more: Partial<ListLimits> = {}): number =>
  new ListSchedule(tasks, { ...limits, ...more }).lengthMs(durations);

describe("a list of tasks takes", () => {
  test.each<[string, readonly ListedTask[], readonly number[], Partial<ListLimits>, number]>([
    ["nothing where there is none", [], [], {}, 0],
    ["the longest, where there is room for all", [listed(), listed()], [3, 5], {}, 5],
    ["what a slot has to do", [listed(), listed(), listed()], [3, 5, 4], {}, 7],
    ["a whole chain", [listed({ needs: [1] }), listed(), listed({ needs: [0] })], [3, 5, 4], {}, 12],
    ["one after the other in an area", [listed({ area: "x" }), listed({ area: "x" })], [3, 5], { perArea: 1 }, 8],
    [
      "no place of an area twice for what has begun",
      [listed({ area: "x", begun: true }), listed({ area: "x" })],
      [3, 5],
      { perArea: 1 },
      8,
    ],
    [
      "what is behind a full area at once",
      [listed({ area: "x" }), listed({ area: "x" }), listed()],
      [3, 5, 8],
      { perArea: 1 },
      8,
    ],
    ["wave after wave", [listed(), listed(), listed({ wave: 1 })], [3, 9, 5], { schedule: "waves" }, 14],
    ["nothing for tasks that need each other", [listed({ needs: [1] }), listed({ needs: [0] })], [3, 5], {}, 0],
  ])("%s", (_what, tasks, durations, more, expected) => {
    expect(length(tasks, durations, more)).toBe(expected);
  });

  test("never less than its longest chain or its work over the slots, never more than twice the larger", () => {
    const tasks = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.array(fc.nat(20), { maxLength: 2 })), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(tasks, fc.integer({ min: 1, max: 4 }), (drawn, parallel) => {
        const durations = drawn.map(([of]) => of);
        const needs = drawn.map(([, some], place) => [...new Set(some.filter((need) => need < place))]);
        const chains: number[] = [];
        for (const [place, of] of durations.entries())
          chains[place] = of + Math.max(0, ...(needs[place] ?? []).map((need) => chains[need] ?? 0));
        const bound = Math.max(...chains, durations.reduce((a, b) => a + b) / parallel);
        const took = length(
          needs.map((some) => listed({ needs: some })),
          durations,
          { parallel },
        );
        expect(took).toBeGreaterThanOrEqual(bound);
        expect(took).toBeLessThanOrEqual(2 * bound);
      }),
    );
  });
});
