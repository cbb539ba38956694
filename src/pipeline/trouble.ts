import { z } from "zod";

/** A call that brought nothing: what it was, and whether the same may work later. */
export const troubleSchema = z.object({
  kind: z.literal("trouble"),
  what: z.enum(["models", "budget", "no_change"]),
  type: z.string(),
  reason: z.string().nullable(),
  message: z.string(),
  retryable: z.boolean(),
  wantedMicros: z.number(),
  /** no_change: the end of what the model said; null in ledgers of earlier versions. */
  said: z.string().nullable().default(null),
  /** no_change: who said it. */
  model: z.string().nullable().default(null),
  /** no_change: files that still hold markers of a conflict. */
  unsettled: z.array(z.string()).default([]),
  /** A used-up budget that tasks share, by name, and its cap. */
  budget: z.exactOptional(z.string()),
  capMicros: z.exactOptional(z.number()),
});
export type Trouble = z.infer<typeof troubleSchema>;
/** What a call that brought nothing says by itself. */
export const noWords = { said: null, model: null, unsettled: [] };
