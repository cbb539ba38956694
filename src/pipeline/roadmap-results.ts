import { z } from "zod";

import { stageStates, type Roadmap, type RoadmapChange, type StageRecord } from "../domain/roadmap.ts";
import type { Changed, StageMove } from "../policy/roadmap.ts";
import type { RoadmapState } from "../policy/roadmap-state.ts";
import { troubleSchema } from "./trouble.ts";

/** What effects of the adaptive mode commit, as it is read back. */

const text = z.string();
const texts = z.array(z.string());
const number = z.number();
const stageState = z.enum(stageStates);
const step = z.object({ title: text, details: text, files: texts });
const goalFields = { title: text, goal: text, files: texts, needs: texts, checks: texts, doneWhen: texts };
const stage = z.object({ id: text, ...goalFields, steps: z.array(step.extend({ id: text })) });

export const roadmapSchema: z.ZodType<Roadmap> = z.object({
  facts: texts,
  unknown: texts,
  guesses: texts,
  stages: z.array(stage),
});

const stateSchema: z.ZodType<RoadmapState> = z.object({
  facts: texts,
  unknown: texts,
  guesses: texts,
  stages: z.array(stage.extend({ state: stageState, opening: number, todo: texts })),
  lastStage: number,
  lastStep: number,
  revisions: number,
  firstSteps: number,
  seen: texts,
});

const moveSchema: z.ZodType<StageMove> = z.object({
  stage: text,
  opening: number,
  from: stageState,
  to: stageState,
  reason: text,
});

const draft = z.object({ ...goalFields, keeps: texts, steps: z.array(step.extend({ replaces: texts })) });
const changeSchema: z.ZodType<RoadmapChange> = z.discriminatedUnion("op", [
  z.object({ op: z.literal("merge"), stages: texts, into: draft }),
  z.object({ op: z.literal("split"), stage: text, into: z.array(draft) }),
  z.object({ op: z.literal("reorder"), order: texts }),
  z.object({ op: z.literal("skip"), stage: text, metBy: text.nullable() }),
  z.object({ op: z.literal("reopen"), stage: text, finding: text, steps: z.array(step) }),
  z.object({ op: z.literal("add"), stage: draft, after: text.nullable() }),
]);

export const changedSchema: z.ZodType<Changed> = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("same") }),
  z.object({ kind: z.literal("changed"), state: stateSchema, moves: z.array(moveSchema) }),
  z.object({ kind: z.literal("refused"), why: text }),
  z.object({ kind: z.literal("person"), why: text }),
]);

const failedSchema = z.object({ name: text, failures: texts, tail: text });

export const stageChecksSchema = z.object({
  failed: z.array(failedSchema),
  environment: texts,
  service: text.nullable(),
});
export type StageChecks = z.infer<typeof stageChecksSchema>;

const recordSchema: z.ZodType<StageRecord> = z.object({
  stage: text,
  opening: number,
  goal: text,
  files: texts,
  findings: texts,
  failures: texts,
  met: texts,
});

export const stageDoneSchema = z.object({ record: recordSchema });

/** One run of a check on a commit, to find where it turned red. */
export const probeSchema = z.object({ red: z.boolean().nullable() });

export const regressionSchema = z.object({
  check: text,
  failures: texts,
  tail: text,
  /** Null: not proven. */
  stage: text.nullable(),
  why: text,
  /** Of the stage that did it, cut. */
  diff: text,
});
export type Regression = z.infer<typeof regressionSchema>;

export const supervisedSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("supervised"),
    model: text,
    /** Why it was asked. */
    reasons: texts,
    why: text,
    changes: z.array(changeSchema),
    changed: changedSchema,
  }),
  troubleSchema,
]);
export type SupervisedResult = z.infer<typeof supervisedSchema>;
export type Supervised = Extract<SupervisedResult, { kind: "supervised" }>;

export const requestsSchema = z.object({
  requests: z.array(
    z.object({
      id: text,
      by: text,
      because: text.nullable(),
      op: z.enum(["skip", "reopen"]),
      stage: text,
    }),
  ),
});
