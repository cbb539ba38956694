import { z } from "zod";

import { workKinds } from "../../domain/analysis.ts";
import { tiers } from "../../domain/settings.ts";
import { modes } from "../../domain/task.ts";
import { count, listOf } from "./amounts.ts";

const complexity = z.number().describe("1 to 5");

/** What was made out about a task before it was worked on. */
export const analysisResult = z.object({
  complexity,
  byRules: complexity,
  byModel: complexity.nullable().describe("What a small model said; null: none was asked, or it brought nothing"),
  analyst: z.string().nullable().describe("That model"),
  kind: z.enum(workKinds),
  files: listOf(z.string()).describe("Paths it is thought to be about, the likeliest first"),
  features: z.record(z.string(), z.union([z.number(), z.string()])).describe("What the rules went by"),
  why: listOf(z.string()),
});
export type AnalysisResult = z.infer<typeof analysisResult>;

/** What a context-aware task is done with. */
export const chosenModeResult = z.object({
  mode: z.enum(modes),
  hints: z.boolean().describe("Whether what a search found stands in its prompts"),
  tier: z.enum(tiers).nullable().describe("Models of which tier go first; null: as they are named"),
  reviewPer: z.enum(["step", "task"]),
  why: z.object({ mode: z.string(), context: z.string(), tier: z.string(), review: z.string() }),
});
export type ChosenModeResult = z.infer<typeof chosenModeResult>;

/** The events that tell of both. */
export const analysisData = {
  "task.analysed": z.object({ analysis: analysisResult }),
  "mode.chosen": z.object({ chosenMode: chosenModeResult }),
  "context.found": z.object({
    commit: z.string().describe("What was searched"),
    files: listOf(z.string()).describe("Paths, the likeliest first"),
    searched: count,
    without: z.string().nullable().describe("Why nothing was found; null: something was"),
  }),
};

/** `why ID`: in a sentence each, for a task of any mode. */
export const reasonsResult = z.object({
  mode: z.string(),
  complexity: z.string(),
  models: z.string(),
  context: z.string(),
  review: z.string(),
});
