import { totalTokens, type Cost, type CostSource, type Usage } from "../domain/money.ts";
import { priceId, type PriceRow, type TokenRates, type UsageTerms } from "../domain/price.ts";
import { servicePercent } from "./price-table.ts";
import { inForce, rowFor } from "./prices.ts";

/** Tokens that are to be paid for. */
export interface Billed {
  readonly usage: Usage;
  readonly terms: UsageTerms;
  /** request: of exactly one. several: of one or more, which cannot be told apart. */
  readonly of: "request" | "several";
  readonly atMs: number;
}

/** An amount with the rows it was worked out from. */
export interface Priced {
  readonly cost: Cost;
  readonly rows: readonly string[];
}

/**
 * What tokens cost by the list. All is added up exactly and rounded up once, at the very end. Estimated
 * where each request is known; a lower bound where a dearer row or a longer cache may have been due, or where a part has no
 * price; assumed where a row lacks the price of a kind: a cache then counts as the next known kind. Requests that used no
 * token, as refused ones, cost nothing; what nobody told is unknown, which is never zero.
 */
export function priceTokens(billed: readonly Billed[], prices: readonly PriceRow[]): Priced {
  const nothing: Priced = { cost: { micros: 0, source: "estimated" }, rows: [] };
  if (billed.length > 0 && billed.every(({ usage }) => totalTokens(usage) === 0)) return nothing;
  const parts = billed.filter(({ usage }) => totalTokens(usage) > 0).map((one) => pricePart(one, prices));
  const known = parts.flatMap((part) => part ?? []);
  if (known.length === 0) return { cost: { micros: null, source: "unknown" }, rows: [] };
  const sources = new Set<CostSource>(known.flatMap(({ source }) => source));
  if (known.length < parts.length) sources.add("lower_bound");
  const worst = (["assumed", "lower_bound"] as const).find((source) => sources.has(source));
  const exact = known.reduce((sum, part) => sum + part.exact, 0n);
  return {
    cost: { micros: Number((exact + hundredMillionths - 1n) / hundredMillionths), source: worst ?? "estimated" },
    rows: [...new Set(known.map(({ row }) => priceId(row)))].toSorted(),
  };
}

/** Amounts are added up in hundred-millionths of a micro-dollar: rates are for a million tokens, service tiers in hundredths. */
export const hundredMillionths = 100_000_000n;

interface Part {
  readonly exact: bigint;
  readonly source: readonly CostSource[];
  readonly row: PriceRow;
}

/** The row that is due, and the hundredths of it that the kind of service costs. Null: nobody knows its price. */
export function due(
  { usage, terms, of, atMs }: Billed,
  prices: readonly PriceRow[],
): { readonly row: PriceRow; readonly percent: number } | null {
  const row = rowFor(inForce(prices, atMs), of === "request" ? usage.input : 0);
  const percent = terms.serviceTier === null ? 100 : servicePercent.get(terms.serviceTier.toLowerCase());
  return row === null || percent === undefined ? null : { row, percent };
}

/** Null: nobody knows its price. */
function pricePart(billed: Billed, prices: readonly PriceRow[]): Part | null {
  const found = due(billed, prices);
  if (found === null) return null;
  const { usage, terms, of, atMs } = billed;
  const { row, percent } = found;
  const long = Math.min(terms.cacheWriteLong ?? 0, usage.cacheWrite);
  const short = usage.cacheWrite - long;
  const rates = row.microsPerMillion;
  const full = filled(rates);
  const kinds: readonly (readonly [number, keyof TokenRates])[] = [
    [Math.max(0, usage.input - usage.cacheRead - usage.cacheWrite), "input"],
    [usage.cacheRead, "cacheRead"],
    [short, "cacheWrite"],
    [long, "cacheWriteLong"],
    [usage.output, "output"],
  ];
  const source: CostSource[] = [];
  if (kinds.some(([tokens, kind]) => tokens > 0 && rates[kind] === null)) source.push("assumed");
  const mayBeLong = terms.cacheWriteLong === null && short > 0 && full.cacheWriteLong > full.cacheWrite;
  const mayBeDearer = of === "several" && rowFor(inForce(prices, atMs), usage.input) !== row;
  if (mayBeLong || mayBeDearer) source.push("lower_bound");
  const exact = kinds.reduce((sum, [tokens, kind]) => sum + BigInt(tokens) * BigInt(full[kind]), 0n);
  return { exact: exact * BigInt(percent), source, row };
}

/** With a rate for each kind: a cache that has none counts as the next kind that has one. */
export function filled({ input, output, cacheRead, cacheWrite, cacheWriteLong }: TokenRates): {
  readonly [kind in keyof TokenRates]: number;
} {
  const write = cacheWrite ?? input;
  return { input, output, cacheRead: cacheRead ?? input, cacheWrite: write, cacheWriteLong: cacheWriteLong ?? write };
}

/**
 * How many output tokens a request may have so that it costs no more than the cap, whatever of its input goes into a cache;
 * 0: not even its input fits. Null: nobody knows what it costs. `inputTokens` is the most the request may have.
 */
export function outputTokensFor(
  capMicros: number,
  inputTokens: number,
  prices: readonly PriceRow[],
  atMs: number,
): number | null {
  const dearest = dearestUpTo(inputTokens, inForce(prices, atMs));
  if (dearest === null) return null;
  const { input, output } = dearest;
  const left = BigInt(capMicros) * million - BigInt(inputTokens) * input;
  if (left <= 0n) return 0;
  return output === 0n ? Number.MAX_SAFE_INTEGER : Number(left / output);
}

/** The most a request may cost, rounded up; null: nobody knows. */
export function worstCase(
  request: { readonly inputTokens: number; readonly outputTokens: number },
  prices: readonly PriceRow[],
  atMs: number,
): number | null {
  const dearest = dearestUpTo(request.inputTokens, inForce(prices, atMs));
  if (dearest === null) return null;
  const { input, output } = dearest;
  const exact = BigInt(request.inputTokens) * input + BigInt(request.outputTokens) * output;
  return Number((exact + million - 1n) / million);
}

const million = 1_000_000n;

/** The dearest rates of requests of that size or smaller ones, with any use of a cache; null: nobody knows them. */
function dearestUpTo(
  inputTokens: number,
  rows: readonly PriceRow[],
): { readonly input: bigint; readonly output: bigint } | null {
  const due = rows.filter(({ above }) => above === 0 || inputTokens > above).map((row) => filled(row.microsPerMillion));
  if (due.length === 0) return null;
  const most = (ratesOf: (rates: (typeof due)[number]) => readonly number[]): bigint =>
    BigInt(Math.max(...due.flatMap(ratesOf)));
  return {
    input: most(({ input, cacheRead, cacheWrite, cacheWriteLong }) => [input, cacheRead, cacheWrite, cacheWriteLong]),
    output: most(({ output }) => [output]),
  };
}
