import { z } from "zod";

import { errorTypes } from "../../domain/failure.ts";
import { instant, milliseconds } from "./amounts.ts";

/** How a model call failed. */
export const callError = z.object({
  type: z.enum(errorTypes),
  reason: z.string().nullable().describe("Detail within the type; adapters may have their own"),
  retryable: z.boolean().describe("Whether the same model may be asked again after a wait"),
  retryAfterMs: milliseconds.nullable().describe("Milliseconds that the provider asked to wait"),
  resetAt: instant.nullable().describe("Instant at which a limit ends, ISO 8601 in UTC"),
  message: z.string(),
});
export type CallError = z.infer<typeof callError>;

/** How a task ended badly. */
export const taskFailure = z.object({
  type: z.string().describe("A type of error, an outcome of a call, or a word of its own, as gate or rejected"),
  reason: z.string().nullable(),
  message: z.string(),
});
