import { expect, test } from "vitest";

import type { NewEvent } from "../../src/domain/events.ts";
import type { StageState } from "../../src/domain/roadmap.ts";
import { calling, key, recorded, started, wrongIn } from "./planted.ts";
import { StageRules } from "./stage-rules.ts";

const stage = (id: string, step: string) => ({
  id,
  title: id,
  goal: "",
  files: [],
  needs: [],
  checks: [],
  doneWhen: [],
  steps: [{ id: step, title: step, details: "", files: [] }],
});
const roadmap: NewEvent = {
  type: "roadmap.revised",
  task: "T",
  data: {
    generation: 1,
    rev: 1,
    changes: [],
    why: "",
    by: "m",
    roadmap: { facts: [], unknown: [], guesses: [], stages: [stage("ST1", "S1"), stage("ST2", "S2")] },
  },
};
const moved = (id: string, opening: number, from: StageState, to: StageState): NewEvent => ({
  type: "stage.moved",
  task: "T",
  data: { generation: 1, stage: id, opening, from, to, reason: "" },
});
const work = (step: string): NewEvent => ({
  type: "call.started",
  task: "T",
  call: `c-${step}`,
  step,
  data: { key: `g1/main/${step}/implement/1`, role: "implementer", round: 1, generation: 1, promptHash: "" },
});
const completed = (step: string): NewEvent => ({
  type: "step.moved",
  task: "T",
  step,
  data: { from: "APPROVED", to: "COMPLETED", reason: "", round: 1 },
});

function wrongWith(events: readonly NewEvent[]): readonly string[] {
  const rules = new StageRules();
  for (const event of recorded(events)) rules.take(event);
  return rules.violations;
}

const first = [roadmap, moved("ST1", 1, "PENDING", "ACTIVE"), work("S1"), completed("S1")];
const done = [...first, moved("ST1", 1, "ACTIVE", "DONE")];

test("stages one after the other, and one that is opened again, are good", () => {
  const again = [moved("ST1", 2, "DONE", "ACTIVE"), moved("ST1", 2, "ACTIVE", "DONE")];
  expect(wrongWith([...done, moved("ST2", 1, "PENDING", "ACTIVE"), work("S2"), ...again])).toEqual([]);
});

test.each<[string, readonly NewEvent[]]>([
  ["a stage that is done twice without an opening", [...done, moved("ST1", 1, "ACTIVE", "DONE")]],
  ["a stage that begins beside another", [...first, moved("ST2", 1, "PENDING", "ACTIVE")]],
  ["work for a stage that is done", [roadmap, moved("ST1", 1, "ACTIVE", "DONE"), work("S1")]],
  ["work on a step that is completed", [...first, work("S1")]],
  ["work on a step of no stage", [...first, work("S9")]],
])("%s is seen", (_what, events) => {
  expect(wrongWith(events)).toHaveLength(1);
});

test("a call for a key that was committed is seen", () => {
  expect(wrongIn([...calling, key("g1/main/S1/implement/1"), started()])).toHaveLength(1);
});
