import { describe, expect, test } from "vitest";

import { noUsage, type Cost } from "../../../src/domain/money.ts";
import type { PriceRow } from "../../../src/domain/price.ts";
import type { Billing } from "../../../src/domain/settings.ts";
import { AttemptMoney, type AttemptSum } from "../../../src/engine/attempt/attempt-money.ts";

const rates = { input: 1_000_000, output: 1_000_000, cacheRead: null, cacheWrite: null, cacheWriteLong: null };
const row: PriceRow = {
  provider: null,
  model: "m",
  aliases: [],
  from: null,
  above: 0,
  microsPerMillion: rates,
  source: "here",
  checked: null,
};
const long: PriceRow = { ...row, above: 100, microsPerMillion: { ...rates, input: 2_000_000 } };
const reported = (micros: number): Cost => ({ micros, source: "reported" });
const unknown: Cost = { micros: null, source: "unknown" };

/** Numbers are input tokens of a usage event. */
function sum(
  events: readonly (number | Cost)[],
  { prices = [row, long], billing = "metered", of = "request" }: Partial<Parts> = {},
): AttemptSum {
  const money = new AttemptMoney(prices, billing, of);
  for (const event of events) {
    if (typeof event === "number") money.used({ ...noUsage, input: event }, {}, 0);
    else money.cost(event);
  }
  return money.sum();
}

interface Parts {
  readonly prices: readonly PriceRow[];
  readonly billing: Billing;
  readonly of: "request" | "several";
}

describe("the cost of an attempt", () => {
  test("is what was told, whatever the list says", () => {
    expect(sum([60, reported(7)])).toEqual({
      usage: { ...noUsage, input: 60 },
      cost: reported(7),
      prices: [],
    });
    expect(sum([60, reported(7), 60, reported(5)]).cost).toEqual(reported(12));
  });
  test("is worked out request by request where nothing was told, with the rows it took", () => {
    expect(sum([60, 101])).toEqual({
      usage: { ...noUsage, input: 161 },
      cost: { micros: 60 + 202, source: "estimated" },
      prices: ["settings/m", "settings/m>100"],
    });
  });
  test("is a lower bound where requests cannot be told apart and some may have been long", () => {
    expect(sum([60, 60], { of: "several" }).cost).toEqual({ micros: 120, source: "lower_bound" });
    expect(sum([50, 50], { of: "several" }).cost).toEqual({ micros: 100, source: "estimated" });
  });
  test("is what was told and, of tokens after that, what the list says", () => {
    expect(sum([60, reported(7), 10]).cost).toEqual({ micros: 17, source: "estimated" });
    expect(sum([60, reported(7), 10], { prices: [] }).cost).toEqual({ micros: 7, source: "lower_bound" });
  });
  test("is not known without a price, never zero", () => {
    expect(sum([60], { prices: [] })).toEqual({ usage: { ...noUsage, input: 60 }, cost: unknown, prices: [] });
    expect(sum([]).cost).toEqual(unknown);
    expect(sum([60, unknown], { prices: [] }).cost).toEqual(unknown);
  });
  test("is nothing where all that was told is that no token was used", () => {
    expect(sum([0], { prices: [] }).cost).toEqual({ micros: 0, source: "estimated" });
  });
  test("is worked out where the program said that it does not know it", () => {
    expect(sum([60, unknown]).cost).toEqual({ micros: 60, source: "estimated" });
  });
  test("is unsettled where a request was cut off, with what is known of the others", () => {
    const cut: Cost = { micros: null, source: "unsettled" };
    expect(sum([60, cut]).cost).toEqual({ micros: 60, source: "unsettled" });
    expect(sum([60, reported(7), cut]).cost).toEqual({ micros: 7, source: "unsettled" });
    expect(sum([60, reported(7), cut, 10]).cost).toEqual({ micros: 17, source: "unsettled" });
    expect(sum([cut]).cost).toEqual(cut);
    expect(sum([60, cut], { prices: [] }).cost).toEqual(cut);
    expect(sum([60, cut], { billing: "free" }).cost).toEqual({ micros: 0, source: "assumed" });
  });
  test("of a subscription is what the tokens would cost", () => {
    expect(sum([60], { billing: "subscription" }).cost).toEqual({ micros: 60, source: "estimated" });
  });
  test("of a free model is nothing, which is assumed, unless it is told", () => {
    expect(sum([60], { billing: "free" })).toMatchObject({ cost: { micros: 0, source: "assumed" }, prices: [] });
    expect(sum([60, reported(7), 60], { billing: "free" }).cost).toEqual(reported(7));
  });
});
