import type { Json } from "../../domain/json.ts";
import { addCost, addUsage, freeCost, noUsage, totalTokens, type Cost, type Usage } from "../../domain/money.ts";
import type { PriceRow, UsageTerms } from "../../domain/price.ts";
import type { Billing } from "../../domain/settings.ts";
import { cacheSavings } from "../../policy/cache-savings.ts";
import { priceTokens, type Billed } from "../../policy/cost.ts";
import { termsIn } from "../../policy/usage-terms.ts";

/** What an attempt used and cost. `prices`: ids of the rows its cost was worked out from, none where it was told. */
export interface AttemptSum {
  readonly usage: Usage;
  readonly cost: Cost;
  readonly prices: readonly string[];
  /** What the provider's cache saved, negative where it cost more; null: not known; absent: none was used, or nobody pays. */
  readonly savedMicros?: number | null;
}

/** What of it is told only where there is something to tell. */
export const moreOf = ({ prices, savedMicros }: Pick<AttemptSum, "prices" | "savedMicros">) => ({
  ...(prices.length === 0 ? {} : { prices }),
  ...(savedMicros === undefined ? {} : { savedMicros }),
});

/**
 * Adds up what an attempt says of its tokens and their cost. A cost that is told stands for all tokens since the last one;
 * tokens beyond it are priced by the list. A free model costs nothing where nothing is told. A cost without an amount that is
 * unsettled is of a request that was cut off: whatever else is known, the sum is unsettled then.
 */
export class AttemptMoney {
  readonly #prices: readonly PriceRow[];
  readonly #billing: Billing;
  readonly #of: Billed["of"];
  #usage: Usage = noUsage;
  /** Tokens since the last cost that was told. */
  #open: readonly Billed[] = [];
  #told: Cost | null = null;
  /** Those that had to do with a cache. */
  readonly #cached: Billed[] = [];

  /** `of`: whether each usage event is one request. */
  constructor(prices: readonly PriceRow[], billing: Billing, of: Billed["of"]) {
    this.#prices = prices;
    this.#billing = billing;
    this.#of = of;
  }

  used(usage: Usage, raw: Json, atMs: number): void {
    this.#usage = addUsage(this.#usage, usage);
    const billed: Billed = { usage, terms: termsIn(raw), of: this.#of, atMs };
    if (usage.cacheRead > 0 || usage.cacheWrite > 0) this.#cached.push(billed);
    const last = this.#of === "several" ? this.#open.at(-1) : undefined;
    this.#open = last === undefined ? [...this.#open, billed] : [joined(last, billed)];
  }

  cost(cost: Cost): void {
    this.#told = this.#told === null ? cost : addCost(this.#told, cost);
    if (cost.micros !== null) this.#open = [];
  }

  sum(): AttemptSum {
    const isNothing = this.#cached.length === 0 || this.#billing === "free";
    const saved = isNothing ? {} : { savedMicros: cacheSavings(this.#cached, this.#prices) };
    return { ...this.#paid(), ...saved };
  }

  #paid(): AttemptSum {
    const usage = this.#usage;
    const open = this.#open.some((billed) => totalTokens(billed.usage) > 0);
    const told = this.#told;
    if (told !== null && told.micros !== null && !open) return { usage, cost: told, prices: [] };
    const isCut = told !== null && told.micros === null && told.source === "unsettled";
    if (this.#billing === "free") return { usage, cost: told === null || isCut ? freeCost : told, prices: [] };
    const { cost, rows } = priceTokens(this.#open, this.#prices);
    if (told === null || (told.micros === null && cost.micros !== null && !isCut)) return { usage, cost, prices: rows };
    return { usage, cost: open ? addCost(told, cost) : told, prices: rows };
  }
}

/** Of requests that cannot be told apart. */
const joined = (a: Billed, b: Billed): Billed => ({
  ...b,
  usage: addUsage(a.usage, b.usage),
  terms: joinedTerms(a.terms, b.terms),
});

const joinedTerms = (a: UsageTerms, b: UsageTerms): UsageTerms => ({
  cacheWriteLong: a.cacheWriteLong === null || b.cacheWriteLong === null ? null : a.cacheWriteLong + b.cacheWriteLong,
  serviceTier: b.serviceTier ?? a.serviceTier,
});
