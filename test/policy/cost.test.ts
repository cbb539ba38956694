import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Json } from "../../src/domain/json.ts";
import { noUsage, type Usage } from "../../src/domain/money.ts";
import type { PriceRow, UsageTerms } from "../../src/domain/price.ts";
import { outputTokensFor, priceTokens, worstCase, type Billed } from "../../src/policy/cost.ts";
import { pricesOf } from "../../src/policy/prices.ts";
import { termsIn } from "../../src/policy/usage-terms.ts";
import { model } from "./sample.ts";

const noTerms: UsageTerms = { cacheWriteLong: null, serviceTier: null };
const at = (day: string): number => Date.parse(`${day}T12:00:00Z`);
const listed = (provider: string, id: string): readonly PriceRow[] => pricesOf(model("m", { provider, model: id }), []);

/** A usage as a provider's record has it: canonical counts beside the record. */
interface Recorded {
  readonly what: string;
  readonly model: readonly [provider: string, id: string];
  readonly usage: Partial<Usage>;
  readonly raw: Json;
  readonly of?: Billed["of"];
  readonly at?: string;
  /** Tokens times USD a million, by hand. */
  readonly micros: number;
  readonly source: string;
  readonly row: string;
}

const recorded: readonly Recorded[] = [
  {
    what: "writes of both cache times and a read: 1000 x 2 + 3000 x 0.10 + 150 x 2.50 + 50 x 4 + 400 x 10",
    model: ["anthropic", "claude-sonnet-5-5"],
    usage: { input: 4200, cacheRead: 3000, cacheWrite: 200, output: 400 },
    raw: {
      input_tokens: 1000,
      cache_read_input_tokens: 3000,
      cache_creation_input_tokens: 200,
      cache_creation: { ephemeral_5m_input_tokens: 150, ephemeral_1h_input_tokens: 50 },
      output_tokens: 400,
      service_tier: "standard",
    },
    micros: 2000 + 300 + 375 + 200 + 4000,
    source: "estimated",
    row: "anthropic/claude-sonnet-5-5@2026-10-07",
  },
  {
    what: "the same on the last day before cache reads became cheaper: 3000 x 0.20",
    model: ["anthropic", "claude-sonnet-5-5"],
    usage: { input: 4200, cacheRead: 3000, cacheWrite: 200, output: 400 },
    raw: { cache_creation: { ephemeral_5m_input_tokens: 150, ephemeral_1h_input_tokens: 50 } },
    at: "2026-10-06",
    micros: 2000 + 600 + 375 + 200 + 4000,
    source: "estimated",
    row: "anthropic/claude-sonnet-5-5",
  },
  {
    what: "the last size of the cheap tier: 100000 x 0.10 + 1000 x 0.50",
    model: ["anthropic", "claude-haiku-5-5"],
    usage: { input: 100_000, output: 1000 },
    raw: { input_tokens: 100_000, output_tokens: 1000, service_tier: "standard" },
    micros: 10_000 + 500,
    source: "estimated",
    row: "anthropic/claude-haiku-5-5",
  },
  {
    what: "a long prompt is dear as a whole: 20001 x 0.50 + 80000 x 0.05 + 1000 x 2.50, rounded up from 16500.5",
    model: ["anthropic", "claude-haiku-5-5"],
    usage: { input: 100_001, cacheRead: 80_000, output: 1000 },
    raw: { input_tokens: 20_001, cache_read_input_tokens: 80_000, output_tokens: 1000 },
    micros: 16_501,
    source: "estimated",
    row: "anthropic/claude-haiku-5-5>100000",
  },
  {
    what: "fast costs twice as much: (10000 x 4 + 2000 x 20) x 2",
    model: ["anthropic", "claude-opus-5-5"],
    usage: { input: 10_000, output: 2000 },
    raw: { input_tokens: 10_000, output_tokens: 2000, service_tier: "standard", speed: "fast" },
    micros: (40_000 + 40_000) * 2,
    source: "estimated",
    row: "anthropic/claude-opus-5-5",
  },
  {
    what: "a batch costs half: (101 x 8 + 3 x 40) / 2",
    model: ["anthropic", "claude-fable-5-2"],
    usage: { input: 101, output: 3 },
    raw: { input_tokens: 101, output_tokens: 3, service_tier: "batch" },
    micros: (808 + 120) / 2,
    source: "estimated",
    row: "anthropic/claude-fable-5-2",
  },
  {
    what: "a long context: 300000 tokens, 100000 of them cached: 200000 x 4 + 100000 x 0.20 + 10000 x 15",
    model: ["openai", "gpt-6.1-sol"],
    usage: { input: 300_000, cacheRead: 100_000, output: 10_000, reasoning: 4000 },
    raw: {
      input_tokens: 300_000,
      input_tokens_details: { cached_tokens: 100_000 },
      output_tokens: 10_000,
      output_tokens_details: { reasoning_tokens: 4000 },
    },
    micros: 800_000 + 20_000 + 150_000,
    source: "estimated",
    row: "openai/gpt-6.1-sol>272000",
  },
  {
    what: "a total of several requests may have had long ones: 300000 x 1 + 1000 x 5 at least",
    model: ["openai", "gpt-6.1-terra"],
    usage: { input: 300_000, output: 1000 },
    raw: { input_tokens: 300_000, cached_input_tokens: 0, output_tokens: 1000 },
    of: "several",
    micros: 300_000 + 5000,
    source: "lower_bound",
    row: "openai/gpt-6.1-terra",
  },
  {
    what: "thoughts are output: 6000 x 2 + (80 + 40) x 10, on the last day before the prices double",
    model: ["google", "gemini-4-argon"],
    usage: { input: 6000, output: 120, reasoning: 40 },
    raw: { promptTokenCount: 6000, candidatesTokenCount: 80, thoughtsTokenCount: 40, serviceTier: "standard" },
    at: "2026-11-30",
    micros: 12_000 + 1200,
    source: "estimated",
    row: "google/gemini-4-argon",
  },
  {
    what: "the same a day later",
    model: ["google", "gemini-4-argon"],
    usage: { input: 6000, output: 120, reasoning: 40 },
    raw: { promptTokenCount: 6000, candidatesTokenCount: 80, thoughtsTokenCount: 40 },
    at: "2026-12-01",
    micros: 24_000 + 2400,
    source: "estimated",
    row: "google/gemini-4-argon@2026-12-01",
  },
  {
    what: "a cache whose price nobody says counts as input: 1000 x 1.50 + 10 x 7.50",
    model: ["google", "gemini-4-hydrogen"],
    usage: { input: 1000, cacheRead: 600, output: 10 },
    raw: { promptTokenCount: 1000, cachedContentTokenCount: 600, candidatesTokenCount: 10 },
    micros: 1500 + 75,
    source: "assumed",
    row: "google/gemini-4-hydrogen",
  },
];

test.each(recorded)(
  "$what",
  ({ model: [provider, id], usage, raw, of = "request", at: day = "2026-11-21", ...hand }) => {
    const billed: Billed = { usage: { ...noUsage, ...usage }, terms: termsIn(raw), of, atMs: at(day) };
    const { cost, rows } = priceTokens([billed], listed(provider, id));
    expect({ ...cost, rows }).toEqual({ micros: hand.micros, source: hand.source, rows: [hand.row] });
  },
);

describe("the sum of several requests", () => {
  const haiku = listed("anthropic", "claude-haiku-5-5");
  const request = (input: number, terms: UsageTerms = noTerms): Billed => ({
    usage: { ...noUsage, input },
    terms,
    of: "request",
    atMs: at("2026-11-21"),
  });

  test("takes each by its own size and rounds once", () => {
    const { cost, rows } = priceTokens([request(1), request(1), request(100_001)], haiku);
    expect(cost).toEqual({ micros: Math.ceil(0.1 + 0.1 + 50_000.5), source: "estimated" });
    expect(rows).toEqual(["anthropic/claude-haiku-5-5", "anthropic/claude-haiku-5-5>100000"]);
  });
  test("is a lower bound beside a request of which nobody knows the price", () => {
    const strange = { cacheWriteLong: null, serviceTier: "ultrafast" };
    expect(priceTokens([request(1000), request(1000, strange)], haiku).cost).toEqual({
      micros: 100,
      source: "lower_bound",
    });
    expect(priceTokens([request(1000, strange)], haiku).cost).toEqual({ micros: null, source: "unknown" });
  });
  test("is unknown where nothing was told, and of tokens without a price, never zero", () => {
    expect(priceTokens([], haiku).cost).toEqual({ micros: null, source: "unknown" });
    expect(priceTokens([request(5), request(0)], []).cost.micros).toBeNull();
  });
  test("is nothing of requests that used no token, whatever they would have cost", () => {
    expect(priceTokens([request(0), request(0)], [])).toEqual({ cost: { micros: 0, source: "estimated" }, rows: [] });
    expect(priceTokens([request(0), request(1000)], haiku).cost.micros).toBe(100);
  });
  test("a cache that may be a long one makes a lower bound", () => {
    const written: Billed = { ...request(1000), usage: { ...noUsage, input: 1000, cacheWrite: 1000 } };
    expect(priceTokens([written], haiku).cost).toEqual({ micros: 125, source: "lower_bound" });
  });
  test("a total that is smaller than every dearer tier is known", () => {
    expect(priceTokens([{ ...request(100_000), of: "several" }], haiku).cost.source).toBe("estimated");
  });
});

describe("an output that fits a cap", () => {
  const sol = listed("openai", "gpt-6.1-sol");
  const now = at("2026-11-21");
  test("by hand: $0.10 less 8000 input at the dearest 2.50 leaves 8000 at 10", () => {
    expect(outputTokensFor(100_000, 8000, sol, now)).toBe(8000);
    expect(worstCase({ inputTokens: 8000, outputTokens: 8000 }, sol, now)).toBe(100_000);
  });
  test("is none where the input alone is too dear, and not known without a price", () => {
    expect(outputTokensFor(1000, 8000, sol, now)).toBe(0);
    expect(outputTokensFor(1000, 8000, [], now)).toBeNull();
    expect(worstCase({ inputTokens: 1, outputTokens: 1 }, [], now)).toBeNull();
  });
  test("counts a small request at its own price where a large one is cheaper", () => {
    const [small] = sol;
    const cheap = sol.slice(0, 1).map((row) => ({
      ...row,
      above: 100,
      microsPerMillion: { ...row.microsPerMillion, output: 1_000_000 },
    }));
    expect(small?.above).toBe(0);
    const both = [...sol.slice(0, 1), ...cheap];
    expect(outputTokensFor(100_000, 8000, both, now)).toBe(outputTokensFor(100_000, 8000, sol, now));
  });
  test("for any request that keeps to it, however it is cached: never more than the cap", () => {
    const models = [listed("anthropic", "claude-haiku-5-5"), sol, listed("google", "gemini-4-carbon")];
    const sizes = fc.tuple(fc.nat(400_000), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(100));
    fc.assert(
      fc.property(fc.constantFrom(...models), fc.nat(3_000_000), sizes, (prices, cap, [input, share, long]) => {
        const output = outputTokensFor(cap, input, prices, now) ?? -1;
        expect(output).toBeGreaterThanOrEqual(0);
        if (output === 0) return;
        const cacheWrite = Math.floor(input * share);
        const usage: Usage = { ...noUsage, input, output, cacheWrite };
        const terms = { cacheWriteLong: Math.min(cacheWrite, long), serviceTier: null };
        const { cost } = priceTokens([{ usage, terms, of: "request", atMs: now }], prices);
        expect(cost.micros).toBeLessThanOrEqual(cap);
      }),
    );
  });
});
