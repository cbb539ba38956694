import { expect, test } from "vitest";

import { judgeCaller, type CallerFacts } from "../../src/policy/person.ts";

const nobody: CallerFacts = {
  descent: null,
  terminal: false,
  token: "none",
  apart: false,
  running: [],
  leftovers: [],
  terminalAgeMs: null,
  sinceRefusedMs: null,
};
const old = { terminalAgeMs: 60_000 };
const descent = { how: "what a check of A started (its session)", from: { repository: "r", task: "A" } };

test.each<[string, Partial<CallerFacts>, string]>([
  ["a terminal", { terminal: true, ...old }, "person"],
  ["a token", { token: "right" }, "person"],
  ["a token while something works", { token: "right", running: ["a check of A"] }, "person"],
  ["neither, where nothing works", {}, "unproven"],
  ["neither, while something works", { running: ["a check of A"] }, "needs_token"],
  ["neither, while something is left", { leftovers: ["process 7 of a check of A"] }, "needs_token"],
  ["a wrong token", { token: "wrong" }, "needs_token"],
  ["a terminal that proves nothing, since the work is out of sight", { terminal: true, apart: true }, "needs_token"],
  ["a token where the work is out of sight", { terminal: true, apart: true, token: "right" }, "person"],
  ["a terminal and a stale token", { terminal: true, token: "wrong", ...old }, "person"],
  ["everything, but from a task", { descent, terminal: true, token: "right" }, "agent"],
])("whoever decides with %s", (_, facts, kind) => {
  expect(judgeCaller({ ...nobody, ...facts }).kind).toBe(kind);
});

test("a refusal names what it came from, and what is in the way", () => {
  expect(judgeCaller({ ...nobody, descent })).toEqual({
    kind: "agent",
    why: "it came from what a check of A started (its session); only people decide",
    from: { repository: "r", task: "A" },
  });
  const busy = judgeCaller({
    ...nobody,
    running: ["a check of A", "a call of B"],
    leftovers: ["process 7 of a call of C"],
  });
  expect(busy).toEqual({
    kind: "needs_token",
    why: "a decision without a terminal and a token is refused while a check of A and a call of B run and while there is left of earlier work: process 7 of a call of C",
  });
});

test("what there is to doubt stands beside a decision", () => {
  const doubts = (facts: Partial<CallerFacts>): unknown => judgeCaller({ ...nobody, terminal: true, ...old, ...facts });
  expect(doubts({})).toEqual({ kind: "person", doubts: [] });
  expect(doubts({ terminalAgeMs: 1_900 })).toMatchObject({ doubts: ["its terminal had appeared 1.9 s before"] });
  expect(doubts({ terminalAgeMs: 2_000 })).toMatchObject({ doubts: [] });
  expect(doubts({ sinceRefusedMs: 500 })).toMatchObject({
    doubts: ["a process of a task had tried to decide 0.5 s before"],
  });
  expect(doubts({ leftovers: ["process 7 of a check of A"] })).toMatchObject({
    doubts: ["of earlier work there still ran process 7 of a check of A"],
  });
});
