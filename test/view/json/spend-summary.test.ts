import { expect, test } from "vitest";

import type { EventData, RecordedEvent } from "../../../src/domain/events.ts";
import { noUsage, type Cost } from "../../../src/domain/money.ts";
import { summarizeSpend, spendJson, spendLines } from "../../../src/view/json/spend-summary.ts";

const settled = (cost: Cost, more: Partial<EventData["budget.settled"]> = {}): RecordedEvent => ({
  type: "budget.settled",
  pos: 1,
  seq: 1,
  at: 0,
  run: "R1",
  repository: "repo",
  data: { reservation: "r", cost, usage: noUsage, model: "m", day: "2030-01-01", ...more },
});

test("money is told apart by who pays, with what was cut off and what went over", () => {
  const spent = summarizeSpend([
    settled({ micros: 100_000, source: "reported" }),
    settled({ micros: 250_000, source: "estimated" }, { overMicros: 50_000 }),
    settled({ micros: null, source: "unsettled" }, { assumedMicros: 1_000_000 }),
    settled({ micros: 3_000_000, source: "reported" }, { notional: true, reservation: null }),
  ]);
  expect(spent).toEqual({
    paid: { micros: 350_000, source: "unsettled" },
    notional: { micros: 3_000_000, source: "reported" },
    unsettled: { calls: 1, assumedMicros: 1_000_000 },
    unknown: { calls: 0, assumedMicros: 0 },
    overMicros: 50_000,
  });
  expect(spendJson(spent)).toEqual({
    paidUsd: 0.35,
    notionalUsd: 3,
    unsettled: { calls: 1, assumedUsd: 1 },
    unknown: { calls: 0, assumedUsd: 0 },
    overUsd: 0.05,
  });
  expect(spendLines(spent)).toEqual([
    "paid by the token: ≥$0.35; what subscriptions and free models did would have cost $3.00",
    "calls cost $0.05 more than was set aside for them; budgets count it",
    "unsettled: 1 call cut off before the cost was told; budgets count $1.00 for it",
  ]);
});

test("nothing is said of what is plain", () => {
  expect(spendLines(summarizeSpend([]))).toEqual([]);
  expect(spendLines(summarizeSpend([settled({ micros: 5, source: "reported" })]))).toEqual([]);
});

test("an unknown cost is null, not zero", () => {
  const unknown: Cost = { micros: null, source: "unknown" };
  const spent = summarizeSpend([
    settled(unknown, { assumedMicros: 1_000_000 }),
    settled(unknown, { notional: true, reservation: null }),
  ]);
  expect(spendJson(spent)).toMatchObject({ paidUsd: null, notionalUsd: null, unknown: { calls: 1, assumedUsd: 1 } });
  expect(spendLines(spent)).toContain(
    "not known: the cost of 1 paid call; budgets count $1.00 for it; say its price under prices in the settings",
  );
});
