import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Settings } from "../../src/domain/settings.ts";
import type { Mode, Risk } from "../../src/domain/task.ts";
import { expectedCalls, expectedCost, totalCalls, workingRoles } from "../../src/policy/estimate.ts";
import { settings } from "./sample.ts";

const review = (more: Partial<Settings["review"]> = {}): Settings["review"] => ({ ...settings().review, ...more });
const total = (mode: Mode, risk: Risk, steps: number | null, more: Partial<Settings["review"]> = {}) => {
  const { least, expected, most } = totalCalls([expectedCalls({ mode, risk, steps }, review(more))]);
  return [least, expected, most];
};

test.each<[string, number[], number[]]>([
  ["two loops: implement and review, once corrected", total("two-loop", "low", null), [2, 4, 6]],
  ["three loops, three steps assumed, one review", total("three-loop", "medium", null), [6, 8, 14]],
  ["five steps", total("three-loop", "medium", 5), [8, 10, 16]],
  ["high risk: each step is reviewed", total("three-loop", "high", 2), [6, 8, 18]],
  ["reviews per step, as the settings say", total("three-loop", "low", 2, { per: "step" }), [6, 8, 18]],
  ["one round: nothing is corrected", total("three-loop", "low", 2, { rounds: 1 }), [5, 5, 5]],
])("%s", (_what, got, expected) => {
  expect(got).toEqual(expected);
});

test("tasks add up, and more is never less", () => {
  const task = fc.record({
    mode: fc.constantFrom<Mode>("two-loop", "three-loop"),
    risk: fc.constantFrom<Risk>("low", "medium", "high"),
    steps: fc.option(fc.integer({ min: 1, max: 20 })),
  });
  fc.assert(
    fc.property(fc.array(task, { maxLength: 5 }), fc.integer({ min: 1, max: 5 }), (tasks, rounds) => {
      const calls = tasks.map((one) => expectedCalls(one, review({ rounds })));
      const sum = totalCalls(calls);
      expect(sum.least).toBeLessThanOrEqual(sum.expected);
      expect(sum.expected).toBeLessThanOrEqual(sum.most);
      expect(sum.least).toBe(calls.reduce((all, one) => all + totalCalls([one]).least, 0));
      if (tasks.length > 0) expect(sum.least).toBeGreaterThan(0);
    }),
  );
});

describe("the cost", () => {
  const calls = expectedCalls({ mode: "two-loop", risk: "low", steps: null }, review());
  const metered = (callMicros: number | null) => ({ billing: "metered", callMicros }) as const;
  const free = { billing: "subscription", callMicros: null } as const;
  test("is that of the expected calls", () => {
    expect(expectedCost(calls, { implementer: metered(100), code_reviewer: metered(10) })).toEqual({
      micros: 220,
      source: "estimated",
    });
  });
  test("of subscriptions is nothing, and that is known", () => {
    expect(expectedCost(calls, { implementer: free, code_reviewer: free })).toEqual({ micros: 0, source: "estimated" });
  });
  test("is a lower bound where a price is unknown", () => {
    expect(expectedCost(calls, { implementer: metered(100), code_reviewer: metered(null) })).toEqual({
      micros: 200,
      source: "lower_bound",
    });
  });
  test("is unknown, not zero, where none is known", () => {
    const unknown = { micros: null, source: "unknown" };
    expect(expectedCost(calls, { implementer: metered(null), code_reviewer: free })).toEqual(unknown);
    expect(expectedCost(calls, {})).toEqual(unknown);
  });
  test("does not ask for the price of roles that do nothing", () => {
    expect(workingRoles.filter((role) => calls[role].most === 0)).toEqual(["planner", "plan_reviewer"]);
  });
});
