import { expect, test } from "vitest";

import { freeCost, type Cost } from "../../../src/domain/money.ts";
import type { Billing } from "../../../src/domain/settings.ts";
import { endCutAttempt } from "../../../src/engine/attempt/cut-attempt.ts";
import { model, settings } from "../../policy/sample.ts";
import { callWriter } from "../call-writer.ts";
import { attemptStarted, callStarted, openMemory, repository, run, started, usage } from "../../state/sample.ts";

/** An attempt that reserved $0.50 and was cut off when this much was known. */
async function cut(cost: Cost | null, billing: Billing = "metered") {
  const { ledger, clock } = openMemory();
  await started(ledger, "A");
  await ledger.calls.begin(
    { repository, run, events: [callStarted("A", "c1"), attemptStarted("A", "c1", 1, { reservation: "r1" })] },
    {
      id: "r1",
      model: "opus",
      micros: 500_000,
      caps: { taskMicros: null, runMicros: null, dayMicros: null },
      day: "2030-01-01",
    },
  );
  clock.ms += 7_000;
  const [row] = await ledger.calls.unended(repository);
  if (row === undefined) throw new Error("the attempt is not there");
  const wait = (): Promise<void> => Promise.resolve();
  const parts = {
    clock: { now: () => clock.now(), wait },
    day: () => "2030-01-01",
    adapters: new Map(),
    settings: () => settings({ models: [model("opus", { billing })] }),
  };
  const writer = await callWriter(ledger, "A");
  const known = cost === null ? undefined : { usage, cost, prices: ["p/m"] };
  await endCutAttempt(parts, { writer }, row, "cancelled", known);
  const [end] = await ledger.log.since(0, { run, types: ["attempt.ended"] });
  const spend = await ledger.account.spend("day:2030-01-01");
  const task = await ledger.tasks.get(repository, "A");
  return { end: end?.data, spend, task };
}

test("what was cut off keeps the tokens it had used, and what they cost at least", async () => {
  const { end, spend, task } = await cut({ micros: 20_000, source: "estimated" });
  expect(end).toMatchObject({ usage, cost: { micros: 20_000, source: "unsettled" }, prices: ["p/m"], counted: false });
  expect(end).toMatchObject({ durationMs: 7_000, startupMs: null });
  expect(task).toMatchObject({ usage, cost: { micros: 20_000, source: "unsettled" }, attempts: 0 });
  expect(spend).toMatchObject({ micros: 500_000, reservedMicros: 0 });
});

test("what told its cost at its end is settled", async () => {
  const { end, spend } = await cut({ micros: 20_000, source: "reported" });
  expect(end).toMatchObject({ cost: { micros: 20_000, source: "reported" } });
  expect(spend).toMatchObject({ micros: 20_000, reservedMicros: 0, unknownCalls: 0 });
});

test("of what a dead engine left nothing is known: budgets count all that it had reserved", async () => {
  const { end, spend } = await cut(null);
  expect(end).toMatchObject({ usage: { input: 0 }, cost: { micros: null, source: "unsettled" } });
  expect(spend).toMatchObject({ micros: 500_000, reservedMicros: 0, unknownCalls: 1 });
});

test.each([null, { micros: 0, source: "assumed" } as const])(
  "what nobody pays for costs nothing, also where it was cut off",
  async (known) => {
    const { end, spend, task } = await cut(known, "free");
    expect([end, task]).toMatchObject([{ cost: freeCost }, { cost: freeCost }]);
    expect(spend).toMatchObject({ micros: 0, unknownCalls: 0 });
  },
);
