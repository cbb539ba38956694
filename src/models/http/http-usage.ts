import type { LanguageModelUsage, ProviderMetadata } from "ai";

import { toJson, type Json } from "../../domain/json.ts";
import type { CallEvent } from "../../engine/ports/adapter.ts";
import { countIn, microsIn, objectIn, textIn } from "../json-line.ts";
import { untold } from "./untold-usage.ts";

/**
 * What one request used and, where its server says so, what it cost. Nothing where nothing was told: unknown is not zero.
 * The raw record is the provider's own, with the service tier beside it where that stands elsewhere in the answer.
 */
export function moneyEvents(usage: LanguageModelUsage, metadata: ProviderMetadata | undefined): readonly CallEvent[] {
  const { inputTokens, outputTokens, inputTokenDetails, outputTokenDetails } = usage;
  const raw = objectIn(usage.raw);
  const details = objectIn(raw?.["prompt_tokens_details"]);
  const events: CallEvent[] = [];
  // No answer is made of no tokens: who tells of none does not count them.
  if ((inputTokens ?? 0) + (outputTokens ?? 0) > 0 && raw?.[untold] !== true) {
    events.push({
      type: "usage",
      usage: {
        input: countIn(inputTokens) ?? 0,
        output: countIn(outputTokens) ?? 0,
        cacheRead: countIn(inputTokenDetails.cacheReadTokens) ?? 0,
        // Some servers that speak Chat Completions tell it, which the SDK does not read.
        cacheWrite: countIn(inputTokenDetails.cacheWriteTokens ?? details?.["cache_write_tokens"]) ?? 0,
        reasoning: countIn(outputTokenDetails.reasoningTokens) ?? 0,
      },
      raw: { ...asRecord(toJson(raw)), ...tierIn(metadata) },
    });
  }
  const micros = microsIn(raw?.["cost"]);
  if (micros !== null) events.push({ type: "cost", cost: { micros, source: "reported" } });
  return events;
}

const isRecord = (value: Json): value is { readonly [key: string]: Json | undefined } =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const asRecord = (value: Json): { readonly [key: string]: Json | undefined } => (isRecord(value) ? value : {});

function tierIn(metadata: ProviderMetadata | undefined): { readonly service_tier?: string } {
  for (const own of Object.values(metadata ?? {})) {
    const tier = textIn(objectIn(own)?.["serviceTier"]);
    if (tier !== null) return { service_tier: tier };
  }
  return {};
}
