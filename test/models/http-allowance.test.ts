import { expect, test } from "vitest";

import { noUsage } from "../../src/domain/money.ts";
import type { PriceRow } from "../../src/domain/price.ts";
import { Allowance } from "../../src/models/http/http-allowance.ts";

const prices: readonly PriceRow[] = [
  {
    provider: null,
    model: "m",
    aliases: [],
    from: null,
    above: 0,
    microsPerMillion: { input: 1e6, output: 1e6, cacheRead: null, cacheWrite: null, cacheWriteLong: null },
    source: "here",
    checked: null,
  },
];

test("no request is made after one whose price nobody knows, whatever else was billed", () => {
  const after = (...tiers: readonly string[]): number | null => {
    const allowance = new Allowance({ budgetLeftMicros: 100_000, prices }, () => 0);
    for (const tier of tiers) {
      expect(allowance.next("x")).toBeGreaterThan(0);
      allowance.used({ ...noUsage, input: 1_000, output: 1_000 }, { service_tier: tier });
    }
    return allowance.next("x");
  };
  expect(after("default", "default")).toBeGreaterThan(0);
  expect(after("priority")).toBe(0);
  expect(after("default", "priority")).toBe(0);
});
