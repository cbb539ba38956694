import { toJson } from "../../domain/json.ts";
import { totalTokens, type Usage } from "../../domain/money.ts";
import type { CallEvent } from "../../engine/ports/adapter.ts";
import { countIn, microsIn, objectIn, type JsonObject } from "../json-line.ts";

/**
 * What the answer to a prompt says of its tokens. `usage` leaves the cache out of the input with all agents that were tried,
 * and thoughts out of the output with some: the total tells. Gemini has `_meta.quota.token_count` alone, with the cache in the
 * input and thoughts nowhere. OpenCode counts its last request only.
 */
export function acpUsage(answer: JsonObject): readonly CallEvent[] {
  const quota = objectIn(objectIn(answer["_meta"])?.["quota"]);
  const usage = countsOf(objectIn(answer["usage"]) ?? objectIn(quota?.["token_count"]) ?? {});
  if (totalTokens(usage) === 0) return [];
  return [{ type: "usage", usage, raw: toJson({ usage: answer["usage"], quota }) }];
}

function countsOf(given: JsonObject): Usage {
  const count = (...names: readonly string[]): number =>
    names.map((name) => countIn(given[name])).find((value) => value !== null) ?? 0;
  const [input, output] = [count("inputTokens", "input_tokens"), count("outputTokens", "output_tokens")];
  const cacheRead = count("cachedReadTokens", "cachedInputTokens", "cached_input_tokens");
  const cacheWrite = count("cachedWriteTokens", "cacheWriteInputTokens", "cache_write_input_tokens");
  const reasoning = count("thoughtTokens", "reasoningOutputTokens", "reasoning_output_tokens");
  const total = countIn(given["totalTokens"]) ?? countIn(given["total_tokens"]);
  const inputs = [input + cacheRead + cacheWrite, input];
  const outputs = [output, output + reasoning];
  const sums = inputs.flatMap((one) => outputs.map((other) => [one, other] as const));
  const [whole = inputs[0] ?? input, said = output] = sums.find(([one, other]) => one + other === total) ?? [];
  return { input: whole, output: said, cacheRead, cacheWrite, reasoning: Math.min(reasoning, said) };
}

/** What a session has cost so far, told by `usage_update`; 0 says that nobody knows. */
export class AcpCost {
  #sumMicros: number | null = 0;

  /** A session that is gone on with has cost something before: what it costs now is known from its second word on. */
  loaded(): void {
    if (this.#sumMicros === 0) this.#sumMicros = null;
  }

  update(update: JsonObject): readonly CallEvent[] {
    const cost = objectIn(update["cost"]);
    const micros = cost?.["currency"] === "USD" ? microsIn(cost["amount"]) : null;
    if (micros === null || micros === 0) return [];
    const before = this.#sumMicros;
    this.#sumMicros = Math.max(before ?? 0, micros);
    if (before === null || micros <= before) return [];
    return [{ type: "cost", cost: { micros: micros - before, source: "reported" } }];
  }
}
