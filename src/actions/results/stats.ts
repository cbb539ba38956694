import { z } from "zod";

import { errorTypes } from "../../domain/failure.ts";
import { roles, taskStates } from "../../domain/task.ts";
import { costFields, count, listOf, milliseconds, usd, version } from "./amounts.ts";
import { outcomeCount } from "./outcome.ts";
import { spentFields } from "./spent.ts";

const errors = z.partialRecord(z.enum(errorTypes), count).describe("Failed attempts by type of error; none: absent");
const retries = z.object({ calls: count, succeeded: count }).describe("Calls that were tried again");
const phasesMs = z
  .partialRecord(z.enum(taskStates), milliseconds)
  .describe("Milliseconds that tasks spent in each state they left, in all");
const measured = milliseconds.nullable();
const durations = {
  p50Ms: measured.describe("Milliseconds of an attempt that succeeded, median; null: there was none"),
  p95Ms: measured.describe("Milliseconds, 95th percentile; null: there was none"),
  startupMs: measured.describe("Milliseconds from the start to the first sign of life, median; null: there was none"),
};

const callFields = { attempts: count, failures: count, errors, retries, ...durations, ...costFields };
const calls = z.object(callFields);
export type CallFiguresResult = z.infer<typeof calls>;

const taskFields = {
  tasks: count,
  done: count,
  failed: count,
  perHour: z.number().nullable().describe("Done tasks in an hour in which a run was open"),
  callsPerTask: z.number().nullable().describe("Mean of done tasks"),
  neededPerson: z.number().nullable().describe("Share of the tasks that began, from 0 to 1, which asked somebody"),
  costPerTaskUsd: usd.describe("USD, mean of done tasks; null: unknown, or none is done"),
  durationMs: measured.describe("Milliseconds from begin to end, mean of done tasks"),
  phasesMs,
};
const tasks = z.object(taskFields);
export type TaskFiguresResult = z.infer<typeof tasks>;

const group = z.object({ name: z.string(), ...taskFields, ...callFields });
export type GroupFiguresResult = z.infer<typeof group>;

const cacheFields = {
  inputTokens: count.describe("Those of the cache among them"),
  cacheRead: count.describe("Tokens that were read from providers' caches"),
  cacheWrite: count.describe("Tokens that were written to them"),
  savedUsd: usd.describe("USD; negative: caches cost more than they saved; null: nobody knows"),
  unknown: count.describe("Attempts that used a cache, of which nobody knows what they saved"),
  answersKept: count.describe("Calls that were not made, as an earlier answer was taken"),
};
const cacheFigures = z.object(cacheFields);
export type CacheFiguresResult = z.infer<typeof cacheFigures>;

/** `stats`: figures of all runs of this repository that are kept, and of all asks. */
export const statsResult = z.object({
  v: version,
  errors,
  retries,
  asks: z
    .object({ asks: count, whole: count, partial: count, failed: count, cancelled: count })
    .describe("whole: all models answered; partial: only some; failed: none"),
  forecasts: z
    .object({ ended: count, inRange: count })
    .describe("Runs whose end was forecast and that ended, and those of them that took as long as was said"),
  byModel: listOf(z.object({ model: z.string(), ...callFields })),
  tasks,
  phasesMs,
  durations: z.object(durations),
  ...spentFields,
  cache: z.object({
    ...cacheFields,
    byRole: listOf(z.object({ model: z.string(), role: z.enum(roles), ...cacheFields })),
  }),
  byArea: listOf(group),
  byRisk: listOf(group),
  byMode: listOf(group),
  outcomes: listOf(outcomeCount).describe("What became of the work of each model in each role, of cleaned runs too"),
});
export type StatsResult = z.infer<typeof statsResult>;
