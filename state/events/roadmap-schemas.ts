import { z } from "zod";

import {
  stageStates,
  type Roadmap,
  type RoadmapChange,
  type RoadmapEvents,
  type Stage,
  type StageDraft,
  type StageRecord,
} from "../../src/domain/roadmap.ts";
import { body, type Bodies } from "./event-body.ts";
import { integer, object, text, texts } from "./value-schemas.ts";

const step = object({ title: text, details: text, files: texts });
const goalFields = { title: text, goal: text, files: texts, needs: texts, checks: texts, doneWhen: texts };
const stage: z.ZodType<Stage> = object({ id: text, ...goalFields, steps: z.array(step.extend({ id: text })) });
const draft: z.ZodType<StageDraft> = object({
  ...goalFields,
  keeps: texts,
  steps: z.array(step.extend({ replaces: texts })),
});
export const roadmap: z.ZodType<Roadmap> = object({
  facts: texts,
  unknown: texts,
  guesses: texts,
  stages: z.array(stage),
});
export const roadmapChange: z.ZodType<RoadmapChange> = z.discriminatedUnion("op", [
  object({ op: z.literal("merge"), stages: texts, into: draft }),
  object({ op: z.literal("split"), stage: text, into: z.array(draft) }),
  object({ op: z.literal("reorder"), order: texts }),
  object({ op: z.literal("skip"), stage: text, metBy: text.nullable() }),
  object({ op: z.literal("reopen"), stage: text, finding: text, steps: z.array(step) }),
  object({ op: z.literal("add"), stage: draft, after: text.nullable() }),
]);
export const stageRecord: z.ZodType<StageRecord> = object({
  stage: text,
  opening: integer,
  goal: text,
  files: texts,
  findings: texts,
  failures: texts,
  met: texts,
});
const stageState = z.enum(stageStates);

export const roadmapBodies: Pick<Bodies, keyof RoadmapEvents> = {
  "roadmap.revised": body(
    "roadmap.revised",
    object({ generation: integer, rev: integer, roadmap, changes: z.array(roadmapChange), why: text, by: text }),
  ),
  "stage.moved": body(
    "stage.moved",
    object({
      generation: integer,
      stage: text,
      opening: integer,
      from: stageState,
      to: stageState,
      reason: text,
      tip: text.exactOptional(),
      record: z.exactOptional(stageRecord),
    }),
  ),
  "stage.regressed": body(
    "stage.regressed",
    object({
      generation: integer,
      check: text,
      failures: texts,
      stage: text.nullable(),
      green: text.nullable(),
      red: text,
      runs: integer,
    }),
  ),
  "steps.changed": body(
    "steps.changed",
    object({
      generation: integer,
      steps: z.array(object({ id: text, title: text, stage: text, opening: integer })),
    }),
  ),
};
