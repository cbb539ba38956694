import { z } from "zod";

import {
  workKinds,
  type Analysis,
  type AnalysisEvents,
  type ChosenMode,
  type FoundContext,
} from "../../src/domain/analysis.ts";
import { body, type Bodies } from "./event-body.ts";
import { flag, integer, object, text, texts } from "./value-schemas.ts";

const file = object({ path: text, score: integer, symbols: texts });
export const analysis: z.ZodType<Analysis> = object({
  complexity: integer,
  byRules: integer,
  byModel: integer.nullable(),
  model: text.nullable(),
  kind: z.enum(workKinds),
  files: z.array(file),
  features: z.record(text, z.union([integer, text])),
  why: texts,
});
export const chosenMode: z.ZodType<ChosenMode> = object({
  mode: z.enum(["two-loop", "three-loop", "adaptive"]),
  hints: flag,
  tier: z.enum(["small", "medium", "large"]).nullable(),
  reviewPer: z.enum(["step", "task"]),
  why: object({ mode: text, context: text, tier: text, review: text }),
});
const found = {
  commit: text,
  terms: texts,
  files: z.array(object({ path: text, score: integer, symbols: texts, text: integer, churn: integer })),
  searched: integer,
  leftOut: z.record(text, integer),
  without: text,
};
export const foundContext: z.ZodType<FoundContext> = object(found);

export const analysisBodies: Pick<Bodies, keyof AnalysisEvents> = {
  "task.analysed": body("task.analysed", object({ generation: integer, analysis })),
  "mode.chosen": body("mode.chosen", object({ generation: integer, chosen: chosenMode })),
  "context.found": body("context.found", object({ generation: integer, ...found })),
};
