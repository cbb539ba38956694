import { z } from "zod";

import { breakerStates } from "../../domain/events.ts";
import { adapterNames, billings, tiers } from "../../domain/settings.ts";
import { costFields, count, instant, listOf, usage, usd, version } from "./amounts.ts";
import { callError } from "./failure.ts";
import { hold } from "./hold.ts";

const model = z.object({
  name: z.string().describe("As the settings name it"),
  adapter: z.enum(adapterNames),
  model: z.string().nullable().describe("As the provider names it"),
  tier: z.enum(tiers),
  billing: z.enum(billings),
  account: z.string(),
  provider: z.string(),
  state: z
    .enum(["ready", "held", "resting", "probing"])
    .describe("resting: its breaker is open; probing: it is tried again"),
  reason: z.string().nullable().describe("Why it is not asked now"),
  until: instant.nullable().describe("Instant up to which it is not asked, ISO 8601 in UTC; null: none is known"),
  breaker: z.object({ state: z.enum(breakerStates), failures: count, openedAt: instant.nullable() }),
  holds: listOf(hold),
  windows: listOf(
    z.object({
      name: z.string().describe("5h, 7d"),
      used: z.number().describe("From 0 to 1"),
      resetAt: instant.nullable(),
      source: z.enum(["told", "counted"]).describe("By its program, or by us from accounts.NAME.window"),
    }),
  ).describe("What is used of its account's windows; none where nobody knows"),
  hours: z.string().nullable().describe("When its account may be used, by the local clock: 22:00-07:00; null: always"),
  keep: z.number().describe("Share of each window of its account that is left for you, from 0 to 1"),
  parallel: count.nullable().describe("Calls at once over all models of its account; null: no limit"),
  calls: count.describe("Of the current or last run here, as are the other figures"),
  failures: count,
  usage: usage.nullable(),
  ...costFields,
});
export type ModelEntryResult = z.infer<typeof model>;

/** `models`: health, breakers, holds and cost of each model. */
export const modelsResult = z.object({ v: version, models: listOf(model) });
export type ModelsResult = z.infer<typeof modelsResult>;

const perMillion = usd.describe("USD for a million tokens; null: unknown");

const priceRow = z.object({
  id: z.string().describe("Names the row for ever"),
  from: z.string().nullable().describe("UTC day, as 2026-12-01, at whose begin it comes into force"),
  above: count.describe("For requests with more input tokens than that, and then for all of them"),
  inputUsd: perMillion,
  outputUsd: perMillion,
  cacheReadUsd: perMillion,
  cacheWriteUsd: perMillion,
  cacheWriteLongUsd: perMillion.describe("USD for a million tokens that are kept for an hour or longer; null: unknown"),
  source: z.string().describe("Where the numbers stand"),
  checked: z.string().nullable().describe("UTC day on which they were compared with what the provider says"),
});
export type PriceRowResult = z.infer<typeof priceRow>;

const prices = z.object({
  name: z.string().describe("As the settings name it"),
  provider: z.string(),
  model: z.string().nullable().describe("As the provider names it"),
  billing: z.enum(billings),
  known: z.boolean(),
  rows: listOf(priceRow).describe("In force now, for small requests first"),
  next: listOf(priceRow).describe("The next change that is known"),
});
export type ModelPricesResult = z.infer<typeof prices>;

/** `models --prices`: what each model of the settings costs now, and what is known to change. */
export const pricesResult = z.object({ v: version, at: instant, prices: listOf(prices) });
export type PricesResult = z.infer<typeof pricesResult>;

/** `models --explain`: what is made of a recorded stream of an agent's program, or of a server's answer. */
export const explainResult = z.object({
  v: version,
  outcome: z.enum(["success", "error", "cancelled", "crashed", "denied", "budget", "max_turns"]),
  error: callError.nullable(),
  session: z.string().nullable(),
  usage,
  ...costFields,
  tools: listOf(z.object({ name: z.string(), detail: z.string() })).describe("Those that were begun, in order"),
  hold: hold
    .pick({ scope: true, until: true, reason: true })
    .nullable()
    .describe("The hold that would follow in a run; null: none, it is tried again or given up"),
});
export type ExplainResult = z.infer<typeof explainResult>;
