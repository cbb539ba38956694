import { z } from "zod";

import { amountUsd, filled, risk, roleTable, wholeNumber, word } from "./fields.ts";

export const highestVersion = 1;

const shared = {
  details: z.string().optional().describe("What the goal's line has no room for; may be long"),
  risk: risk.optional().describe("Default: medium"),
  area: word("area", "Any word; a lock when limits.per_area is set").optional(),
  mode: z
    .enum(["two-loop", "three-loop", "adaptive", "context-aware"])
    .optional()
    .describe("Default by risk: low two-loop, else three-loop"),
  priority: z.int().min(-1_000_000).max(1_000_000).optional().describe("Higher goes first. Default: 0"),
  context: z.array(word("glob")).optional().describe("Files a model should know, as globs"),
  checks: z.array(filled).optional().describe("Names of checks of the settings. Default: all"),
  models: roleTable.optional().describe("Models to try first, by role"),
  budget: z
    .strictObject({ usd: amountUsd.optional(), tokens: wholeNumber(1).optional() })
    .optional()
    .describe("What the whole task may cost"),
  timeout: word("duration", "Limit of the whole task, as in 2h").optional(),
  approve: z
    .array(z.enum(["plan", "merge"]))
    .optional()
    .describe("Where a person must say yes. Default: [merge] where risk is high, else []"),
  may_change: z
    .array(word("glob"))
    .optional()
    .describe("Globs of tests, set-up and scripts of checks it may change without a question. Default: none"),
};

const defaultsSchema = z.strictObject(shared);

const taskSchema = z.strictObject({
  id: word("id", "Unique without regard to case"),
  goal: filled.describe("What is to be done, in one sentence"),
  needs: z.array(filled).optional().describe("Ids of tasks that must be done before"),
  ...shared,
});

export const tasksSchema = z.strictObject({
  version: z.literal(highestVersion).optional(),
  defaults: defaultsSchema.optional().describe("Values for every task that does not give its own"),
  tasks: z.array(taskSchema),
});

export type WrittenTask = z.infer<typeof taskSchema>;
export type WrittenDefaults = z.infer<typeof defaultsSchema>;
