import { z } from "zod";

import { proofs } from "../../domain/proof.ts";
import { runStates } from "../../domain/rows.ts";
import { condition } from "./condition.ts";
import { costFields, count, forecast, instant, listOf, usage, usd, version } from "./amounts.ts";
import { spentFields } from "./spent.ts";

export const exitCode = z
  .int()
  .nullable()
  .describe(
    "0 all done, 1 a task failed, 3 only questions are left, 4 only holds without an end, 130 stopped; null: none",
  );

const totals = z.object({
  v: version,
  run: z.object({
    id: z.string(),
    state: z.enum(runStates),
    startedAt: instant,
    endedAt: instant.nullable(),
    exitCode,
  }),
  tasks: z.object({
    total: count,
    done: count,
    failed: count,
    waiting: count.describe("For a person, or held or paused"),
    running: count,
    queued: count,
    blocked: count.describe("By tasks they need"),
    unproven: count.optional().describe("Of those that are done: nothing proves them; only where there are any"),
    reverted: count.optional().describe("Of those that are done: their merge was undone; only where there are any"),
    parts: count.optional().describe("Parts of these tasks, which count with them; only where any is split"),
  }),
  proven: listOf(
    z.object({
      task: z.string(),
      proof: z.enum(proofs).nullable().describe("null: not known of an older version"),
      proven_by: listOf(z.string()).describe("Names of the checks that passed on it"),
      author: z.string().nullable().describe("Who did it"),
      reviewer: z.string().nullable().describe("Who reviewed that"),
    }),
  ).describe("What proves each task that is done, and whose work it is"),
  calls: count,
  retries: count,
  usage,
  ...costFields,
  ...spentFields,
  forecast: forecast.optional(),
  conditions: listOf(condition).optional().describe("What stands in the way of the run; none: nothing does"),
  byModel: listOf(z.object({ model: z.string(), calls: count, failures: count, usage, costUsd: usd })),
});

/** `summary`: totals of the current or last run; `run` null: nothing ran here yet, or it is of all repositories. */
export const summaryResult = z.union([
  totals,
  z.object({
    v: version,
    run: z.null(),
    repositories: listOf(totals.extend({ repository: z.string().describe("Its folder") }))
      .optional()
      .describe("Outside of a repository: each that something ran in"),
  }),
]);
export type SummaryResult = z.infer<typeof summaryResult>;

/** `run --detach`: the run that goes on in the background. */
export const startedResult = z.object({ v: version, run: z.string().describe("Its id") });
export type StartedResult = z.infer<typeof startedResult>;
