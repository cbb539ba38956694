import { describe, expect, test } from "vitest";

import { priceId, type PriceRow } from "../../src/domain/price.ts";
import { priceTable, servicePercent } from "../../src/policy/price-table.ts";
import { inForce, pricesOf, rowFor } from "../../src/policy/prices.ts";
import { termsIn } from "../../src/policy/usage-terms.ts";
import { expectGolden } from "../golden/compare.ts";
import { model } from "./sample.ts";

const row = (more: Partial<PriceRow>): PriceRow => ({
  provider: null,
  model: "m1",
  aliases: [],
  from: null,
  above: 0,
  microsPerMillion: { input: 1, output: 1, cacheRead: null, cacheWrite: null, cacheWriteLong: null },
  source: "settings",
  checked: null,
  ...more,
});
const midnight = (day: string): number => Date.parse(`${day}T00:00:00Z`);

describe("the table", () => {
  test("has each row once, with whole amounts, a source, and a row for small requests", () => {
    const ids = priceTable.map(priceId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const { microsPerMillion, source, provider, model: id, from } of priceTable) {
      expect(source).not.toBe("");
      for (const rate of Object.values(microsPerMillion)) expect(rate === null || Number.isInteger(rate)).toBe(true);
      expect(microsPerMillion.input).toBeGreaterThan(0);
      const small = priceTable.filter((one) => one.provider === provider && one.model === id && one.from === from);
      expect(small.filter(({ above }) => above === 0)).toHaveLength(1);
    }
  });
  test("costs what was compared with the providers' lists: a changed amount is a line to look at", () => {
    const usd = (of: PriceRow["microsPerMillion"]): string =>
      Object.entries(of)
        .map(([kind, micros]) => `${kind} ${micros === null ? "?" : micros / 1e6}`)
        .join(", ");
    const rows = priceTable.map((one) => `${priceId(one)}: ${usd(one.microsPerMillion)} (${one.source})`);
    const services = [...servicePercent].map(([service, percent]) => `${service}: ${percent} %`);
    expectGolden("prices", [...rows, ...services].join("\n"));
  });
  test("knows fast, batch and the usual services, and no other", () => {
    expect([...new Set(servicePercent.values())].toSorted((a, b) => a - b)).toEqual([50, 100, 200]);
    expect(servicePercent.get("priority")).toBeUndefined();
  });
});

describe("the rows of a model", () => {
  const ids = (given: Parameters<typeof model>[1], own: readonly PriceRow[] = []): readonly string[] =>
    pricesOf(model("mine", given), own).map(priceId);

  test("are those of exactly its name, of its provider", () => {
    expect(ids({ provider: "google", model: "gemini-3.8-flash" })).toEqual(["google/gemini-3.8-flash"]);
    expect(ids({ provider: "google", model: "gemini-3.8-flash-tts" })).toEqual([]);
    expect(ids({ provider: "google", model: "gemini-3.8" })).toEqual([]);
    expect(ids({ provider: "other.example", model: "gemini-3.8-flash" })).toEqual([]);
    expect(ids({ provider: "google", model: null })).toEqual([]);
  });
  test("are found where the provider stands before the name", () => {
    expect(ids({ provider: "google", model: "google/gemini-3.8-flash" })).toEqual(["google/gemini-3.8-flash"]);
    expect(ids({ provider: "google", model: "openai/gemini-3.8-flash" })).toEqual([]);
  });
  test("are found by another exact name", () => {
    const table = [row({ provider: "p", model: "a", aliases: ["a-20260101"] })];
    expect(pricesOf(model("x", { provider: "p", model: "a-20260101" }), [], table)).toEqual(table);
  });
  test("are the settings' by the name there before the provider's name", () => {
    const own = [row({ model: "mine" }), row({ model: "m1" })];
    expect(ids({ model: "m1" }, own)).toEqual(["settings/mine"]);
    expect(ids({ model: "m1" }, own.slice(1))).toEqual(["settings/m1"]);
    expect(ids({ model: null }, own)).toEqual(["settings/mine"]);
  });
});

describe("in force", () => {
  const old = row({ provider: "p", source: "old" });
  const long = row({ provider: "p", above: 100, source: "long" });
  const newer = row({ provider: "p", from: "2026-12-01", source: "newer" });
  const sources = (rows: readonly PriceRow[], day: string): readonly string[] =>
    inForce(rows, midnight(day)).map(({ source }) => source);

  test("is the latest that has begun, from midnight in UTC, with all its sizes", () => {
    expect(sources([long, newer, old], "2026-11-30")).toEqual(["old", "long"]);
    expect(inForce([old, newer], midnight("2026-12-01") - 1)).toEqual([old]);
    expect(sources([long, newer, old], "2026-12-01")).toEqual(["newer"]);
    expect(sources([newer], "2026-11-30")).toEqual([]);
  });
  test("the settings' own goes before the table as soon as it has begun", () => {
    const own = row({ from: "2026-11-30", source: "own" });
    expect(sources([own, old, newer], "2026-11-29")).toEqual(["old"]);
    expect(sources([own, old, newer], "2026-12-05")).toEqual(["own"]);
  });
  test("a size belongs to the row it is above of", () => {
    expect([0, 100, 101].map((size) => rowFor([old, long], size)?.source)).toEqual(["old", "old", "long"]);
    expect(rowFor([], 1)).toBeNull();
  });
});

test("terms are read from a provider's own record, and are unknown where it says nothing", () => {
  expect(termsIn({ input_tokens_details: { cache_write_tokens_details: { ttl_12h_tokens: 5 } } })).toEqual({
    cacheWriteLong: 5,
    serviceTier: null,
  });
  expect(termsIn({ cache_creation: {}, service_tier: "batch" })).toEqual({ cacheWriteLong: 0, serviceTier: "batch" });
  expect(termsIn({ cache_creation: { ephemeral_1h_input_tokens: -1 }, serviceTier: 3 })).toEqual({
    cacheWriteLong: 0,
    serviceTier: null,
  });
  for (const raw of [null, 3, "x", [], {}]) expect(termsIn(raw)).toEqual({ cacheWriteLong: null, serviceTier: null });
});
