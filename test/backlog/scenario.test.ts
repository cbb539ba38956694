import { describe, expect, test } from "vitest";

import { parseScenario } from "../../src/backlog/scenario.ts";
import { problemLine } from "../../src/domain/problem.ts";
import type { ScenarioRule } from "../../src/domain/scenario.ts";

const parsed = (text: string): ReturnType<typeof parseScenario> => parseScenario({ file: "s.yaml", text });

function ruleOf(text: string): ScenarioRule {
  const { scenario, problems } = parsed(`rules:\n  - ${text}\n`);
  expect(problems).toEqual([]);
  const rule = scenario?.rules[0];
  if (rule === undefined) throw new Error("no rule");
  return rule;
}

const linesOf = (text: string): string[] => parsed(text).problems.map(problemLine);

test("a whole scenario", () => {
  const { scenario, problems } = parsed(`
version: 1
seed: 7
defaults: {delay: 50ms, tokens_per_s: 200}
rules:
  - on: {role: planner, task: A, step: S1, round: 1, attempt: 1, model: opus}
    n: 1
    delay: 500ms
    text: "hello"
    answer: {steps: [1, null, {a: false}]}
    edits: [{path: a.txt, write: "x"}, {path: b/c, append: "y"}, {path: c, delete: true}]
    usage: {input: 100, output: 20}
    cost_usd: 0.01
    error: {type: rate_limit, reason: plan_limit, retry_after: 2s, reset_in: 10s}
`);
  expect(problems).toEqual([]);
  expect(scenario).toEqual({
    seed: 7,
    pace: { delayMs: 50, tokensPerS: 200 },
    rules: [
      {
        on: { role: "planner", task: "A", step: "S1", round: 1, attempt: 1, model: "opus" },
        n: 1,
        delayMs: 500,
        tokensPerS: null,
        act: {
          kind: "written",
          text: "hello",
          answer: { steps: [1, null, { a: false }] },
          edits: [
            { kind: "write", path: "a.txt", text: "x" },
            { kind: "append", path: "b/c", text: "y" },
            { kind: "delete", path: "c" },
          ],
          end: {
            kind: "error",
            type: "rate_limit",
            reason: "plan_limit",
            message: "scripted rate_limit",
            retryAfterMs: 2000,
            resetInMs: 10_000,
          },
        },
        usage: { input: 100, output: 20, cacheRead: 0, cacheWrite: 0, reasoning: 0 },
        costMicros: 10_000,
      },
    ],
  });
});

test.each(["", "version: 1", "# nothing\n", "rules: []"])("%j is a scenario without rules", (text) => {
  expect(parsed(text)).toEqual({
    scenario: { seed: 0, pace: { delayMs: 50, tokensPerS: 200 }, rules: [] },
    problems: [],
  });
});

describe("what a rule does", () => {
  test("a rule that says nothing of it leaves the usual", () => {
    expect(ruleOf("{on: {task: A}, delay: 0s, n: 2, cost_usd: 0}")).toMatchObject({
      n: 2,
      delayMs: 0,
      costMicros: 0,
      act: { kind: "usual" },
    });
  });

  test.each([
    ["{text: hi}", { kind: "success" }],
    ["{edits: []}", { kind: "success" }],
    ["{answer: null}", { kind: "success" }],
    ["{crash: 137}", { kind: "crash", exitCode: 137 }],
    ["{hang: true}", { kind: "hang" }],
    ["{error: {type: refused, message: no}}", { kind: "outcome", outcome: "refused", message: "no" }],
    [
      "{error: {type: auth}}",
      { kind: "error", type: "auth", reason: null, message: "scripted auth", retryAfterMs: null, resetInMs: null },
    ],
  ])("%s", (text, end) => {
    expect(ruleOf(text).act).toMatchObject({ kind: "written", end });
  });
});

describe("faults are found where they stand", () => {
  test.each([
    ["rules:\n  - on: {roel: planner}", 's.yaml:2:10: error: unknown key "roel"; did you mean "role"?'],
    [
      "rules:\n  - on: {role: planer}",
      's.yaml:2:16: error: role must be one of analyst, planner, plan_reviewer, implementer, code_reviewer, synthesizer, supervisor, ask, not "planer"; did you mean "planner"?',
    ],
    [
      "rules:\n  - delay: 5",
      "s.yaml:2:12: error: bad duration 5 for delay; a whole number with ms, s, m, h or d, as in 5m",
    ],
    ["rules:\n  - n: 0", "s.yaml:2:8: error: n must be at least 1, not 0"],
    [
      "rules:\n  - error: {type: overload}",
      's.yaml:2:19: error: type must be one of auth, rate_limit, timeout, invalid_request, api, network, parse, not_found, overloaded, refused, max_turns, permission_denied, budget, not "overload"; did you mean "overloaded"?',
    ],
    ["rules:\n  - crash: 1\n    hang: true", "s.yaml:3:5: error: a rule ends in one way: one of error, crash, hang"],
    ["rules:\n  - edits: [{path: a}]", "s.yaml:2:13: error: an edit does one thing: one of write, append, delete"],
    [
      "rules:\n  - edits: [{path: a, write: b, delete: true}]",
      "s.yaml:2:13: error: an edit does one thing: one of write, append, delete",
    ],
    ["seed: -1", "s.yaml:1:7: error: seed must be at least 0, not -1"],
    ["[1]", "s.yaml:1:1: error: the file must be a map, not a list"],
  ])("%j", (text, line) => {
    expect(linesOf(text)).toEqual([line]);
  });

  test("an answer YAML can say and JSON cannot", () => {
    expect(linesOf("rules:\n  - answer: {a: .nan}")).toHaveLength(1);
  });

  test("all at once", () => {
    expect(
      linesOf("seed: x\nrules:\n  - n: 0\n  - hang: false\n  - edits: [{path: /etc/passwd, write: x}]"),
    ).toHaveLength(4);
  });

  test.each([
    "../a",
    "/a",
    "a/../../b",
    ".git/config",
    "a/.GIT/hooks/x",
    "a//b",
    "./a",
    "a/",
    "C:/a",
    "a\\\\..\\\\b",
    ".",
    "a\\nb",
  ])("the path %s is refused", (path) => {
    expect(linesOf(`rules:\n  - edits: [{path: "${path}", write: x}]`).join("\n")).toMatch(
      /^s\.yaml:2:20: error: bad path/,
    );
  });
});

test("broken YAML is a problem, not a throw", () => {
  expect(parsed("rules: [").scenario).toBeNull();
  expect(parsed("rules: [").problems.length).toBeGreaterThan(0);
});
