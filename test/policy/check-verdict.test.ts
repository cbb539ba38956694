import { describe, expect, test } from "vitest";

import {
  checkVerdict,
  environmentWaitMs,
  isNamed,
  type CheckFacts,
  type Ended,
} from "../../src/policy/check-verdict.ts";
import { proofOf } from "../../src/policy/proof.ts";

const red = (...failures: string[]): Ended => ({ result: "fail", failures });
const green: Ended = { result: "pass", failures: [] };
const facts = (more: Partial<CheckFacts>): CheckFacts => ({
  own: red("c"),
  before: null,
  again: null,
  mayBeKnown: false,
  waived: false,
  ...more,
});

describe("a check that is red on a task's tree", () => {
  test.each<[string, Partial<CheckFacts>, string, readonly string[]]>([
    ["the task's fault where the base is green, before and now", { before: green, again: green }, "fail", ["c"]],
    [
      "the environment's where the base was green and is red now",
      { before: green, again: red("c") },
      "environment",
      [],
    ],
    ["the task's where the base was red and is green now", { before: red("c"), again: green }, "fail", ["c"]],
    ["everybody's where the base cannot be measured", {}, "fail", ["c"]],
    ["not known where nobody was asked about the base", { before: red("c"), again: red("c") }, "environment", []],
    ["known where a person goes on without it", { before: red("c"), again: red("c"), waived: true }, "known", []],
    ["known also where that came later", { before: green, again: red("c"), waived: true }, "known", []],
    ["known where nobody was to be asked", { again: red("c"), mayBeKnown: true }, "known", []],
    [
      "the task's where it is to mend what is red at its base too",
      { before: red("c"), again: red("c"), waived: true, mends: ["c"] },
      "fail",
      ["c"],
    ],
    [
      "judged by the ids of tests: the new ones count",
      { own: red("old", "new"), before: red("old"), again: red("old"), mayBeKnown: true },
      "fail",
      ["new"],
    ],
    [
      "the environment's where more tests fail at the base than did",
      { own: red("old", "new"), before: red("old"), again: red("old", "new"), mayBeKnown: true },
      "environment",
      [],
    ],
  ])("is %s", (_what, more, result, newFailures) => {
    expect(checkVerdict(facts(more))).toEqual({ result, newFailures });
  });
});

test("only a report names tests", () => {
  const junit = { name: "t", report: { kind: "junit" as const } };
  expect(isNamed(junit, ["a > b"])).toBe(true);
  // No report was written, as where the runner itself is missing.
  expect(isNamed(junit, ["t"])).toBe(false);
  expect(isNamed({ name: "t", report: { kind: "pattern" } }, ["error: no module"])).toBe(false);
  expect(isNamed({ name: "t", report: null }, ["t"])).toBe(false);
});

test("the environment is given three times, then a person is asked", () => {
  expect([1, 2, 3, 4].map(environmentWaitMs)).toEqual([60_000, 300_000, 900_000, null]);
});

test.each([
  [[], "none", [], []],
  [["pass", "flaky"], "checks", ["c0", "c1"], []],
  [["pass", "known"], "partly", ["c0"], ["c1"]],
  [["known"], "none", [], ["c0"]],
] as const)("results %j prove: %s", (results, proof, provenBy, without) => {
  expect(proofOf(results.map((result, index) => ({ name: `c${index}`, result })))).toEqual({
    proof,
    provenBy,
    without,
  });
});
