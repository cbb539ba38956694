import { toJson } from "../../domain/json.ts";
import { noUsage, totalTokens, type Usage } from "../../domain/money.ts";
import type { CallEvent } from "../../engine/ports/adapter.ts";
import { countIn, type JsonObject } from "../json-line.ts";

/** What a thread has used, told as totals that go on over resumed attempts. */
export class ThreadUsage {
  #counted: Usage;

  /** `counted`: what was booked of the thread before. */
  constructor(counted: Usage = noUsage) {
    this.#counted = counted;
  }

  /** What it had used when it is gone on with. What was booked may be more: the tokens of its helpers, which have totals of their own. */
  goesOnFrom(total: Usage): void {
    if (isBelow(total, this.#counted)) this.#counted = total;
  }

  /** The total has become this. */
  grown(total: Usage, given: JsonObject): readonly CallEvent[] {
    const usage = since(total, this.#counted);
    this.#counted = total;
    return totalTokens(usage) === 0 ? [] : [{ type: "usage", usage, raw: toJson(given) }];
  }
}

/** A total of `codex exec`. */
export const execTotal = (given: JsonObject): Usage => ({
  input: count(given["input_tokens"]),
  output: count(given["output_tokens"]),
  cacheRead: count(given["cached_input_tokens"]),
  cacheWrite: count(given["cache_write_input_tokens"]),
  reasoning: count(given["reasoning_output_tokens"]),
});

/** A total of the app server. */
export const serverTotal = (given: JsonObject): Usage => ({
  input: count(given["inputTokens"]),
  output: count(given["outputTokens"]),
  cacheRead: count(given["cachedInputTokens"]),
  cacheWrite: count(given["cacheWriteInputTokens"]),
  reasoning: count(given["reasoningOutputTokens"]),
});

const count = (value: unknown): number => countIn(value) ?? 0;

/** What a total has grown by; a total below what was counted is one that began anew. */
function since(total: Usage, counted: Usage): Usage {
  if (isBelow(total, counted)) return total;
  return {
    input: total.input - counted.input,
    output: total.output - counted.output,
    cacheRead: Math.max(0, total.cacheRead - counted.cacheRead),
    cacheWrite: Math.max(0, total.cacheWrite - counted.cacheWrite),
    reasoning: Math.max(0, total.reasoning - counted.reasoning),
  };
}

const isBelow = (total: Usage, counted: Usage): boolean => total.input < counted.input || total.output < counted.output;
