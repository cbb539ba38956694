import { expect, test } from "vitest";

import type { EventData, NewEvent } from "../../src/domain/events.ts";
import { noUsage, type Cost } from "../../src/domain/money.ts";
import { MoneyRules } from "./money-rules.ts";
import { call, calling, ended, recorded, started } from "./planted.ts";

const cents: Cost = { micros: 10_000, source: "reported" };
const open: Cost = { micros: null, source: "unsettled" };
const reserved: NewEvent = { ...call, type: "budget.reserved", data: { reservation: "r", micros: 50_000, model: "m" } };
const settled = (more: Partial<EventData["budget.settled"]> = {}): NewEvent => ({
  ...call,
  type: "budget.settled",
  data: { reservation: "r", cost: cents, usage: noUsage, model: "m", day: "d", ...more },
});

function rulesOf(...events: readonly NewEvent[]): MoneyRules {
  const rules = new MoneyRules();
  for (const event of recorded([...calling, reserved, started(), ...events])) rules.take(event);
  return rules;
}

test.each<[string, readonly NewEvent[], number]>([
  ["what was told", [ended(1, { cost: cents }), settled()], 10_000],
  [
    "what was reserved, where it may be anything",
    [ended(1, { cost: open }), settled({ cost: open, assumedMicros: 50_000 })],
    50_000,
  ],
  [
    "nothing where nobody pays",
    [ended(1, { cost: open }), settled({ reservation: null, cost: open, notional: true })],
    0,
  ],
])("a budget counts %s", (_what, events, micros) => {
  const { violations, spent } = rulesOf(...events);
  expect([violations, spent.get("day:d")]).toEqual([[], micros]);
});

test.each<[string, readonly NewEvent[]]>([
  ["settled twice", [ended(1, { cost: cents }), settled(), settled()]],
  ["settled twice by two ends", [ended(1, { cost: cents }), settled(), ended(1, { cost: cents }), settled()]],
  ["unsettled as zero", [ended(1, { cost: open }), settled({ cost: open })]],
  ["not settled", [ended(1, { cost: cents }), started(2)]],
  ["settled for another cost", [ended(1, { cost: cents }), settled({ cost: { ...cents, micros: 1 } })]],
])("%s is seen", (_what, events) => {
  expect(rulesOf(...events).violations).toHaveLength(1);
});
