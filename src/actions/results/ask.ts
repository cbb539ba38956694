import { z } from "zod";

import { costFields, count, listOf, milliseconds, usage, usd, version } from "./amounts.ts";

const spentFields = {
  usage,
  ...costFields,
  durationMs: milliseconds.describe("Milliseconds from the start of the ask, waits included"),
  attempts: count.describe("Requests that were made; 0: the model could not be asked"),
};
const spent = z.object(spentFields);
export type AskSpentResult = z.infer<typeof spent>;

const scripted = z.boolean().optional().describe("Only where it is true: what it says is made up");

const failure = z.object({
  model: z.string(),
  error: z.object({
    type: z.string().describe("A type of error, or an outcome of a call, as refused or cancelled"),
    reason: z.string().nullable(),
    retryable: z.boolean(),
    message: z.string(),
  }),
  durationMs: spentFields.durationMs,
  attempts: spentFields.attempts,
  scripted,
});
export type AskFailureResult = z.infer<typeof failure>;

const synthesis = z.object({
  model: z.string(),
  text: z.string(),
  agrees: listOf(z.string()),
  differs: listOf(z.string()),
  ...spentFields,
});
const synthesisEnd = z.union([synthesis, failure]).nullable();
export type SynthesisResult = z.infer<typeof synthesisEnd>;

/** `ask`: what several models answered. */
export const askResult = z.object({
  v: version,
  success: z.boolean().describe("At least one answered"),
  results: listOf(z.object({ model: z.string(), text: z.string(), ...spentFields, scripted })),
  failures: listOf(failure),
  totals: z.object({ durationMs: milliseconds, costUsd: usd, usage }),
  synthesis: synthesisEnd
    .optional()
    .describe("Only where one was wanted; null: there were no two answers to make one of"),
});
export type AskResult = z.infer<typeof askResult>;
