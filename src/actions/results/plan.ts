import { z } from "zod";

import { roles } from "../../domain/task.ts";
import { analysisResult, chosenModeResult } from "./analysis.ts";
import { costFields, count, forecast, listOf, version } from "./amounts.ts";

const calls = z
  .object({
    least: count.describe("All is approved at once"),
    expected: count.describe("With one correction"),
    most: count.describe("Up to where a person is asked"),
  })
  .describe("Calls to expect, retries aside");

const checkTime = z.object({
  name: z.string(),
  lastMs: z.int().nullable().describe("How long it took last; null: it never ran here"),
});

/** `plan`: in which order and by whom the backlog would be done, and what to expect. */
export const planResult = z.object({
  v: version,
  waves: listOf(listOf(z.string())).describe("Ids of tasks that may be done side by side, in order"),
  criticalPath: listOf(z.string()).describe("The longest chain of tasks that need each other"),
  done: listOf(z.string()).describe("Tasks of the backlog that are finished"),
  tasks: listOf(
    z.object({
      id: z.string(),
      calls,
      ...costFields,
      roles: listOf(
        z.object({ role: z.enum(roles), model: z.string().nullable().describe("Null: nobody now"), why: z.string() }),
      ),
      checks: listOf(z.string())
        .optional()
        .describe("Checks it is likely to have to pass, by its area and its own list; absent: all"),
      analysis: analysisResult
        .nullable()
        .optional()
        .describe("What the rules make of its text now; absent: it is not context-aware"),
      chosenMode: chosenModeResult.nullable().optional().describe("What they would do it with now"),
    }),
  ),
  calls,
  ...costFields,
  forecast: forecast
    .nullable()
    .describe("When it would be done if it began now; null: fewer than three tasks are done"),
  measuredFirst: listOf(checkTime).describe(
    "Checks that run first, where nothing is changed yet, before anything is paid",
  ),
  checks: listOf(checkTime).describe(
    "Checks that run once more for a task that touches tests or other inputs they read",
  ),
});
export type PlanResult = z.infer<typeof planResult>;
