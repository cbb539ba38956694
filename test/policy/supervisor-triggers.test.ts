import { expect, test } from "vitest";

import { supervisorReasons, type StageEnd } from "../../src/policy/supervisor-triggers.ts";

const clean: StageEnd = {
  findings: [{ id: "F1", severity: "major", state: "closed" }],
  steps: { estimated: 4, used: 6 },
  stopped: [],
  regressions: [],
};
const reasons = (more: Partial<StageEnd>): readonly string[] => supervisorReasons({ ...clean, ...more });

test("no supervisor is asked after a stage that went as it should", () => {
  expect(reasons({})).toEqual([]);
  expect(reasons({ steps: null, findings: [] })).toEqual([]);
  expect(reasons({ steps: { estimated: 1, used: 2 } })).toEqual([]);
});

test("each thing that did not go as it should is a reason, in a sentence", () => {
  const finding = { id: "F2", severity: "nit" } as const;
  expect(reasons({ findings: [{ ...finding, state: "open" }] })).toEqual(["F2 is open"]);
  expect(reasons({ findings: [{ ...finding, state: "waived" }] })).toEqual(["F2 was waived"]);
  expect(reasons({ steps: { estimated: 2, used: 4 } })).toEqual(["it took 4 steps, and was thought to take 2"]);
  expect(reasons({ stopped: ["what is open weighed 8, then 8"] })).toHaveLength(1);
  expect(reasons({ regressions: [{ check: "unit", stage: "ST1" }] })).toEqual(["unit is red again, since ST1"]);
  expect(reasons({ regressions: [{ check: "unit", stage: null }] })).toEqual([
    "unit is red again, nobody knows since when",
  ]);
});
