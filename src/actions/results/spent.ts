import { z } from "zod";

import { count, usd } from "./amounts.ts";

const assumed = z.object({ calls: count, assumedUsd: z.number().describe("USD that budgets count for them") });

/** What calls came to, by who pays. */
export const spentFields = {
  paidUsd: usd.describe("USD paid by the token; null: unknown"),
  notionalUsd: usd.describe("USD that subscriptions and free models would have cost by the token; null: unknown"),
  unsettled: assumed.describe("Calls that were cut off before they told their cost"),
  unknown: assumed
    .extend({ models: z.array(z.string()).optional().describe("Whose they are: a price of these ends it") })
    .describe("Paid calls that told no cost and whose price nobody knows"),
  overUsd: z.number().describe("USD by which calls cost more than was set aside for them"),
};
const spent = z.object(spentFields);
export type SpentResult = z.infer<typeof spent>;
