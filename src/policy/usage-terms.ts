import type { Json } from "../domain/json.ts";
import type { UsageTerms } from "../domain/price.ts";

/**
 * What a provider's own record of a request's usage says of how it is billed:
 *
 *     Anthropic  {"cache_creation":{"ephemeral_1h_input_tokens"},"service_tier","speed":"fast"}
 *     OpenAI     {"input_tokens_details":{"cache_write_tokens_details":{"ttl_12h_tokens"}},"service_tier"}
 *     Google     {"serviceTier"}
 */
export function termsIn(raw: Json): UsageTerms {
  const anthropic = field(raw, "cache_creation");
  const openai = field(field(raw, "input_tokens_details"), "cache_write_tokens_details");
  const long = field(anthropic, "ephemeral_1h_input_tokens") ?? field(openai, "ttl_12h_tokens");
  const told = anthropic !== null || openai !== null;
  const tier = field(raw, "service_tier") ?? field(raw, "serviceTier");
  return {
    cacheWriteLong: typeof long === "number" && long >= 0 ? long : told ? 0 : null,
    serviceTier: field(raw, "speed") === "fast" ? "fast" : typeof tier === "string" ? tier : null,
  };
}

function field(value: Json, name: string): Json {
  if (typeof value !== "object" || value === null || isList(value) || !Object.hasOwn(value, name)) return null;
  return value[name] ?? null;
}

const isList = (value: object): value is readonly Json[] => Array.isArray(value);
