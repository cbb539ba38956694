import * as fc from "fast-check";
import { expect, test } from "vitest";

import { noUsage } from "../../src/domain/money.ts";
import type { PriceRow, TokenRates } from "../../src/domain/price.ts";
import { cacheSavings } from "../../src/policy/cache-savings.ts";
import { priceTokens, type Billed } from "../../src/policy/cost.ts";

const rates: TokenRates = { input: 4e6, output: 2e7, cacheRead: 4e5, cacheWrite: 5e6, cacheWriteLong: 8e6 };
const row = (more: Partial<PriceRow> = {}): PriceRow => ({
  provider: "p",
  model: "m",
  aliases: [],
  from: null,
  above: 0,
  microsPerMillion: rates,
  source: "",
  checked: null,
  ...more,
});

const request = (input: number, cacheRead: number, cacheWrite: number, long: number | null = 0): Billed => ({
  usage: { ...noUsage, input, output: 100, cacheRead, cacheWrite },
  terms: { cacheWriteLong: long, serviceTier: null },
  of: "request",
  atMs: 0,
});

test("what is saved is what reading costs less than sending, without what writing costs more", () => {
  // 10,000 read at $0.40 in place of $4.00: $0.036. 2,000 written at $5.00 in place of $4.00: $0.002.
  expect(cacheSavings([request(15_000, 10_000, 2_000)], [row()])).toBe(34_000);
  // The same, and 1,000 of what was written kept for an hour at $8.00.
  expect(cacheSavings([request(15_000, 10_000, 2_000, 1_000)], [row()])).toBe(31_000);
  expect(cacheSavings([request(15_000, 10_000, 2_000), request(5_000, 0, 4_000)], [row()])).toBe(30_000);
});

test("who writes and never reads has paid for it", () => {
  expect(cacheSavings([request(5_000, 0, 4_000)], [row()])).toBe(-4_000);
});

test("each request counts at the price of its size and of its day", () => {
  const dear = row({ above: 100_000, microsPerMillion: { ...rates, input: 8e6, cacheRead: 8e5 } });
  expect(cacheSavings([request(200_000, 100_000, 0)], [row(), dear])).toBe(720_000);
  const later = row({ from: "2026-01-02", microsPerMillion: { ...rates, cacheRead: 2e5 } });
  const on = (day: string): Billed => ({ ...request(15_000, 10_000, 0), atMs: Date.parse(`${day}T00:00:00Z`) });
  expect(cacheSavings([on("2026-01-01")], [row(), later])).toBe(36_000);
  expect(cacheSavings([on("2026-01-02")], [row(), later])).toBe(38_000);
});

test("what nobody knows the price of is not known, unless it had nothing to do with a cache", () => {
  expect(cacheSavings([request(5_000, 1, 0)], [])).toBeNull();
  expect(cacheSavings([request(5_000, 0, 0)], [])).toBe(0);
  const plain = row({ microsPerMillion: { ...rates, cacheRead: null, cacheWrite: null, cacheWriteLong: null } });
  expect(cacheSavings([request(15_000, 10_000, 2_000)], [plain])).toBe(0);
});

test("cost and savings together are what the same would have cost without a cache", () => {
  const count = fc.integer({ min: 0, max: 50_000 });
  fc.assert(
    fc.property(count, count, count, count, (fresh, read, written, long) => {
      const asked = request(fresh + read + written, read, written, Math.min(long, written));
      const without = request(fresh + read + written, 0, 0);
      const cost = priceTokens([asked], [row()]).cost.micros ?? 0;
      const plain = priceTokens([without], [row()]).cost.micros ?? 0;
      expect(Math.abs(cost + (cacheSavings([asked], [row()]) ?? 0) - plain)).toBeLessThanOrEqual(1);
    }),
  );
});
