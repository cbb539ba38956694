import { toJson } from "../../domain/json.ts";
import { addUsage, noUsage, totalTokens, type Usage } from "../../domain/money.ts";
import type { CallEvent } from "../../engine/ports/adapter.ts";
import { countIn, microsIn, objectIn, objectsIn, type JsonObject } from "../json-line.ts";

/**
 * Tokens and cost of one attempt. Counted with every message as it comes, so that a killed attempt is not free; the rest
 * (helpers, side requests) at the result, which also has the cost. Its totals go on over resumed sessions: what belongs to
 * this attempt is its `model_usage_since_last_result`.
 */
export class ClaudeMoney {
  readonly #isResumed: boolean;
  #counted: Usage = noUsage;
  /** Output of the message under way that is counted already. */
  #outputSoFar = 0;

  constructor(isResumed: boolean) {
    this.#isResumed = isResumed;
  }

  /** Of one of the provider's own events. */
  piece(event: JsonObject): readonly CallEvent[] {
    if (event["type"] === "message_start") {
      this.#outputSoFar = 0;
      const given = objectIn(objectIn(event["message"])?.["usage"]);
      return given === null ? [] : this.#count({ ...providerUsage(given), output: 0, reasoning: 0 }, given);
    }
    const given = event["type"] === "message_delta" ? objectIn(event["usage"]) : null;
    if (given === null) return [];
    const { output, reasoning } = providerUsage(given);
    const more = Math.max(0, output - this.#outputSoFar);
    this.#outputSoFar = Math.max(this.#outputSoFar, output);
    return this.#count({ ...noUsage, output: more, reasoning: Math.min(reasoning, more) }, given);
  }

  result(result: JsonObject): readonly CallEvent[] {
    const since = objectIn(result["model_usage_since_last_result"]);
    const models = since ?? (this.#isResumed ? null : objectIn(result["modelUsage"]));
    const usages = objectsIn(Object.values(models ?? {}));
    const own = objectIn(result["usage"]);
    const total =
      models === null && own !== null ? providerUsage(own) : usages.map(modelUsage).reduce(addUsage, noUsage);
    const events = this.#count(beyond(total, this.#counted), models ?? own ?? {});
    this.#counted = noUsage;
    const micros = since === null ? this.#totalCost(result) : sum(usages.map((model) => microsIn(model["costUSD"])));
    return micros === null ? events : [...events, { type: "cost", cost: { micros, source: "reported" } }];
  }

  /** Of a resumed session only one that never cost anything says what this attempt did. */
  #totalCost(result: JsonObject): number | null {
    const micros = microsIn(result["total_cost_usd"]);
    return this.#isResumed && micros !== 0 ? null : micros;
  }

  #count(usage: Usage, raw: JsonObject): readonly CallEvent[] {
    if (totalTokens(usage) === 0) return [];
    this.#counted = addUsage(this.#counted, usage);
    return [{ type: "usage", usage, raw: toJson(raw) }];
  }
}

/** The provider's input leaves the cache out. */
function providerUsage(given: JsonObject): Usage {
  const [cacheRead, cacheWrite] = [
    count(given["cache_read_input_tokens"]),
    count(given["cache_creation_input_tokens"]),
  ];
  return {
    input: count(given["input_tokens"]) + cacheRead + cacheWrite,
    output: count(given["output_tokens"]),
    cacheRead,
    cacheWrite,
    reasoning: count(objectIn(given["output_tokens_details"])?.["thinking_tokens"]),
  };
}

function modelUsage(given: JsonObject): Usage {
  const [cacheRead, cacheWrite] = [count(given["cacheReadInputTokens"]), count(given["cacheCreationInputTokens"])];
  return {
    input: count(given["inputTokens"]) + cacheRead + cacheWrite,
    output: count(given["outputTokens"]),
    cacheRead,
    cacheWrite,
    reasoning: count(given["thinkingTokens"]),
  };
}

const count = (value: unknown): number => countIn(value) ?? 0;

/** What a total has more than was counted. */
const beyond = (total: Usage, counted: Usage): Usage => ({
  input: Math.max(0, total.input - counted.input),
  output: Math.max(0, total.output - counted.output),
  cacheRead: Math.max(0, total.cacheRead - counted.cacheRead),
  cacheWrite: Math.max(0, total.cacheWrite - counted.cacheWrite),
  reasoning: Math.max(0, total.reasoning - counted.reasoning),
});

const sum = (amounts: readonly (number | null)[]): number | null =>
  amounts.reduce<number | null>((total, amount) => (total === null || amount === null ? null : total + amount), 0);
