import type { Json } from "../../domain/json.ts";
import type { Usage } from "../../domain/money.ts";
import type { CallSpec } from "../../engine/ports/adapter.ts";
import { outputTokensFor, priceTokens, worstCase, type Billed } from "../../policy/cost.ts";
import { termsIn } from "../../policy/usage-terms.ts";
import { mostTokens, usualOutputTokens } from "../../policy/worst-answer.ts";

/** Fewer output tokens than that are no answer: the request is not made. */
const leastOutputTokens = 256;

/**
 * Keeps the requests of one attempt within its cap: each may say so much that, whatever of its input goes into a cache, all of
 * them together cost no more. A request whose usage was never told counts as what it may have cost at most.
 */
export class Allowance {
  readonly #spec: Pick<CallSpec, "budgetLeftMicros" | "prices">;
  readonly #now: () => number;
  readonly #billed: Billed[] = [];
  /** Of requests that did not tell. */
  #lostMicros = 0;
  /** The most the last request may cost while it has not told. */
  #openMicros = 0;

  constructor(spec: Pick<CallSpec, "budgetLeftMicros" | "prices">, now: () => number) {
    this.#spec = spec;
    this.#now = now;
  }

  /** Output tokens of the next request, given all of its text; null: as many as it likes; 0: it is not to be made. */
  next(text: string): number | null {
    const { budgetLeftMicros: capMicros, prices = [] } = this.#spec;
    if (capMicros === null) return null;
    this.#lostMicros += this.#openMicros;
    this.#openMicros = 0;
    const nowMs = this.#now();
    const inputTokens = mostTokens(text);
    if (this.#billed.some((one) => priceTokens([one], prices).cost.micros === null)) return 0;
    const spentMicros = this.#billed.length === 0 ? 0 : (priceTokens(this.#billed, prices).cost.micros ?? 0);
    const leftMicros = Math.max(0, capMicros - spentMicros - this.#lostMicros);
    const most = outputTokensFor(leftMicros, inputTokens, prices, nowMs);
    if (most === null) return null;
    if (most < leastOutputTokens) return 0;
    const outputTokens = Math.min(most, usualOutputTokens);
    this.#openMicros = worstCase({ inputTokens, outputTokens }, prices, nowMs) ?? 0;
    return outputTokens;
  }

  used(usage: Usage, raw: Json): void {
    this.#openMicros = 0;
    this.#billed.push({ usage, terms: termsIn(raw), of: "request", atMs: this.#now() });
  }
}
