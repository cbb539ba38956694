import { z } from "zod";

import type { Json } from "../../domain/json.ts";
import { costSources } from "../../domain/money.ts";

/** First key of every result. Under one version keys and values are only added: readers must expect those they do not know. */
export const version = z.literal(1).describe("Grows only where a key changes its meaning");

export const instant = z.iso.datetime().describe("Instant, ISO 8601 in UTC");
export const milliseconds = z.number().describe("Milliseconds");
export const count = z.int().nonnegative();
/** Null is not zero. */
export const usd = z.number().nullable().describe("USD; null: unknown");

/** Any JSON. */
export const json: z.ZodType<Json> = z.json();

/** A list that is only read. `.readonly()` would freeze it and mark it in JSON Schema. */
export const listOf = <T extends z.ZodType>(item: T): z.ZodType<readonly z.output<T>[], readonly z.input<T>[]> =>
  z.array(item);

/** When all will be done that needs nobody's answer. */
export const forecast = z
  .object({
    lowMs: milliseconds.describe("In one of ten cases it is done before"),
    highMs: milliseconds.describe("In one of ten cases it takes longer"),
    from: count.describe("Done tasks that this was learnt from"),
  })
  .describe("Milliseconds from now until all is done that needs no answer of yours");

export const usage = z
  .object({
    input: count.describe("Includes what came from and went into caches"),
    output: count.describe("Includes reasoning"),
    cacheRead: count,
    cacheWrite: count,
    reasoning: count,
    total: count.describe("Input and output"),
  })
  .describe("Tokens");
export type UsageResult = z.infer<typeof usage>;

export const costFields = {
  costUsd: usd,
  costSource: z.enum(costSources).describe("How the cost came to be known; of a sum, as its worst part"),
};
const cost = z.object(costFields);
export type CostResult = z.infer<typeof cost>;
