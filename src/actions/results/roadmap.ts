import { z } from "zod";

import { stageStates } from "../../domain/roadmap.ts";
import { count, instant, listOf } from "./amounts.ts";

const text = z.string();
const texts = listOf(text);
const ids = listOf(text).describe("Ids of stages");

const step = z.object({ title: text, details: text, files: texts });
const draft = z.object({
  title: text,
  goal: text,
  files: texts,
  needs: ids,
  checks: texts,
  doneWhen: texts,
  keeps: texts.describe("Ids of steps that it took over"),
  steps: listOf(step.extend({ replaces: texts.describe("Ids of steps whose work it does instead") })),
});

export const roadmapChange = z.discriminatedUnion("op", [
  z.object({ op: z.literal("merge"), stages: ids, into: draft }),
  z.object({ op: z.literal("split"), stage: text, into: listOf(draft) }),
  z.object({ op: z.literal("reorder"), order: ids }),
  z.object({ op: z.literal("skip"), stage: text, metBy: text.nullable().describe("Null: it is not needed") }),
  z.object({ op: z.literal("reopen"), stage: text, finding: text.describe("What for"), steps: listOf(step) }),
  z.object({
    op: z.literal("add"),
    stage: draft,
    after: text.nullable().describe("Null: before all that had not begun"),
  }),
]);

const stageText = z.object({
  id: text,
  title: text,
  goal: text,
  files: texts.describe("Paths that it is expected to change"),
  needs: ids,
  checks: texts.describe("Names of checks that are run at its end"),
  doneWhen: texts.describe("Sentences that are seen to hold when it is done"),
  steps: texts.describe("Ids of steps, of all its openings"),
});
export const stageState = z.enum(stageStates);
export const opening = count.describe("From 1, one more each time it is opened again; 0: it was never begun");

/** The roadmap of a task of the adaptive mode. */
export const roadmap = z.object({
  rev: count.describe("From 1"),
  stages: listOf(
    stageText.extend({
      state: stageState,
      opening,
      place: count.describe("From 1, in the order of work"),
      reason: text.describe("Of its last move"),
    }),
  ),
  revisions: listOf(
    z.object({
      rev: count,
      by: text.describe("A model, a person, or rules"),
      why: text,
      changes: listOf(roadmapChange).describe("None: the first"),
      at: instant,
    }),
  ),
  facts: texts,
  unknown: texts,
  guesses: texts,
});
export type RoadmapResult = z.infer<typeof roadmap>;

/** Of the end of one opening of a stage. */
export const supervision = z.object({
  after: text.describe("A stage, `ST2.2` for its second opening"),
  model: text
    .nullable()
    .describe("Who was asked whether the roadmap has to change; null: nobody, nothing called for it"),
  reasons: texts.describe("Why it was asked"),
  why: text.describe("What it said"),
});

/** What scripts see of a roadmap's way, by the type of the event. */
export const roadmapEvents = {
  "roadmap.revised": z.object({
    rev: count.describe("From 1"),
    by: text.describe("A model, a person, or rules"),
    why: text,
    changes: listOf(roadmapChange).describe("None: the first"),
    stages: listOf(stageText).describe("As they are from now on, in the order of work"),
  }),
  "stage.moved": z.object({
    stage: text,
    opening,
    from: stageState,
    to: stageState,
    reason: text,
    tip: text.nullable().describe("Tip of the task's branch then; null: it was not asked for"),
  }),
  "stage.regressed": z.object({
    check: text,
    failures: texts,
    stage: text.nullable().describe("After which the check turned red; null: that is not proven"),
    green: text.nullable().describe("The last commit at which it was green; null: before all stages"),
    red: text.describe("The first commit at which it was red"),
    runs: count.describe("How often the check was run to find that out"),
  }),
};
