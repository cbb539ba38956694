import { z } from "zod";

import { modes } from "../../domain/task.ts";
import { count, listOf, version } from "./amounts.ts";

export const contextResult = z.object({
  v: version,
  task: z.string(),
  mode: z.enum(modes),
  place: z
    .enum(["in_prompts", "not_in_prompts", "would_be"])
    .describe("It stands in the task's prompts; it was found and is left out of them; it is what would be found now"),
  commit: z.string().describe("What was searched"),
  terms: listOf(z.string()).describe("What was looked for, names first"),
  files: listOf(
    z.object({
      path: z.string(),
      score: z.number().describe("text + 0.15 ln(1 + churn)"),
      text: z.number().describe("How well what it says fits, the best 1"),
      churn: z.number().describe("Commits of late that changed it, older ones counting less"),
      symbols: listOf(z.string()).describe("Names it defines that fit"),
    }),
  ),
  searched: count.describe("Files of the commit that were searched"),
  leftOut: z.record(z.string(), count).describe("Files that were not, by why"),
  without: z.string().nullable().describe("Why nothing was found; null: something was"),
  prompt: z.string().describe("What stands in the prompt of it; empty: nothing"),
});
export type ContextResult = z.infer<typeof contextResult>;
