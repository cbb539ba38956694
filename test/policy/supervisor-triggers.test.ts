import { expect, test } from "vitest";

import { supervisorReasons, type StageEnd } from "../../src/policy/supervisor-triggers.ts";

const clean: StageEnd = {
  findings: [{ id: "F1", severity: "major", state: "closed" }],
  outside: [],
  costMicros: { estimated: 100, used: 150 },
  steps: { estimated: 2, used: 3 },
  stopped: null,
  regressions: [],
  answered: [],
  moved: [],
};
const reasons = (more: Partial<StageEnd>): readonly string[] => supervisorReasons({ ...clean, ...more });

test("no supervisor is asked after a stage that went as it should", () => {
  expect(reasons({})).toEqual([]);
  expect(reasons({ costMicros: null, steps: null, findings: [] })).toEqual([]);
});

test("each thing that did not go as it should is a reason, in a sentence", () => {
  const finding = { id: "F2", severity: "nit" } as const;
  expect(reasons({ findings: [{ ...finding, state: "open" }] })).toEqual(["F2 is open"]);
  expect(reasons({ findings: [{ ...finding, state: "waived" }] })).toEqual(["F2 was waived"]);
  expect(reasons({ outside: ["F2", "F3"] })).toEqual(["F2, F3 lie outside of it"]);
  expect(reasons({ costMicros: { estimated: 100, used: 151 } })).toHaveLength(1);
  expect(reasons({ steps: { estimated: 2, used: 4 } })).toHaveLength(1);
  expect(reasons({ stopped: "what is open weighed 8, then 8" })).toHaveLength(1);
  expect(reasons({ regressions: [{ check: "unit", stage: "ST1" }] })).toEqual(["unit is red again, since ST1"]);
  expect(reasons({ regressions: [{ check: "unit", stage: null }] })).toEqual([
    "unit is red again, nobody knows since when",
  ]);
  expect(reasons({ answered: ["the format is JSON"] })).toEqual(["it is known now: the format is JSON"]);
  expect(reasons({ moved: [{ stage: "ST3", file: "src/a.ts" }] })).toEqual([
    "the base changed src/a.ts, which ST3 is to change",
  ]);
});
