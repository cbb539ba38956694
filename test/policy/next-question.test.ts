import { describe, expect, test } from "vitest";

import type { QuestionKind } from "../../src/domain/question.ts";
import { mayMove, taskStates } from "../../src/domain/task.ts";
import { effectOf, legalActions } from "../../src/policy/next-question.ts";

const kinds: readonly QuestionKind[] = [
  "plan",
  "review",
  "merge",
  "approval",
  "budget",
  "conflict",
  "backlog",
  "gate",
  "other",
];

describe.each(kinds)("a question of kind %s", (kind) => {
  const effects = legalActions(kind).map((action) => ({ action, ...effectOf(kind, action) }));

  test("has an answer that moves the task on, beside giving up", () => {
    expect(effects.filter(({ to, effect }) => to !== null && effect !== "end").length).toBeGreaterThan(0);
  });

  test("can always be ended", () => {
    expect(effectOf(kind, "abort")).toEqual({ to: "FAILED", effect: "end" });
  });

  test("moves the task only where it may go", () => {
    for (const { to } of effects) {
      const state = taskStates.find((one) => one === to);
      if (state !== undefined) expect([state, mayMove("AWAITING_HUMAN", state)]).toEqual([state, true]);
      else expect([null, "return", "next"]).toContain(to);
    }
  });

  test("that is taken over can be said to be done", () => {
    expect(legalActions(kind).includes("take_over")).toBe(legalActions(kind).includes("done"));
  });
});

test.each([
  ["plan", "approve", "PLAN_APPROVED", "waive"],
  ["plan", "request_changes", "PLANNING", "new_rounds"],
  ["plan", "reject", "PLAN_REJECTED", "next_candidate"],
  ["review", "approve", "next", "waive"],
  ["review", "request_changes", "IMPLEMENTING", "new_rounds"],
  ["review", "reject", "FAILED", "end"],
  ["review", "take_over", null, "take_over"],
  ["merge", "approve", "QUALITY_GATE", "merge"],
  ["merge", "retry", "return", "new_generation"],
  ["budget", "approve", "return", "grant"],
  ["backlog", "restart", "NEW", "new_generation"],
  ["approval", "deny", "return", "deny"],
] as const)("%s: %s leads to %s (%s)", (kind, action, to, effect) => {
  expect(effectOf(kind, action)).toEqual({ to, effect });
});

test.each([
  ["gate", "approve"],
  ["conflict", "approve"],
  ["plan", "take_over"],
  ["budget", "reject"],
  ["review", "deny"],
] as const)("%s cannot be answered by %s", (kind, action) => {
  expect(effectOf(kind, action)).toBeNull();
  expect(legalActions(kind)).not.toContain(action);
});
