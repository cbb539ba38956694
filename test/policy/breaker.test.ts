import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { BreakerRow } from "../../src/domain/rows.ts";
import { acquireBreaker, newBreaker, reportBreaker } from "../../src/policy/breaker.ts";

const settings = { enabled: true, failures: 5, openForMs: 60_000, successes: 2 };
const probeMs = 10_000;
const bad = { ok: false, reason: "api: 500" };
const good = { ok: true, reason: "" };

function fail(row: BreakerRow, times: number, nowMs: number): BreakerRow {
  let at = row;
  for (let i = 0; i < times; i += 1) at = reportBreaker(at, bad, settings, nowMs).row;
  return at;
}

const opened = (nowMs = 0): BreakerRow => fail(newBreaker("opus"), 5, nowMs);

describe("closed", () => {
  test("lets pass without a probe", () => {
    const pass = acquireBreaker(newBreaker("opus"), settings, 0, probeMs);
    expect(pass).toEqual({ passed: true, probe: false, retryAtMs: null, row: newBreaker("opus"), moved: null });
  });

  test("opens at the fifth failure in a row and says why", () => {
    const four = fail(newBreaker("opus"), 4, 7);
    expect(four).toMatchObject({ state: "closed", failures: 4 });
    const fifth = reportBreaker(four, bad, settings, 7);
    expect(fifth.row).toMatchObject({ state: "open", openedAt: 7, probeUntil: null });
    expect(fifth.moved).toEqual({ from: "closed", to: "open", reason: "5 failures in a row, the last: api: 500" });
  });

  test("forgets failures at a success", () => {
    const row = reportBreaker(fail(newBreaker("opus"), 4, 0), good, settings, 0).row;
    expect(row.failures).toBe(0);
    expect(fail(row, 4, 0).state).toBe("closed");
  });
});

describe("open", () => {
  test("refuses until its pause is over", () => {
    expect(acquireBreaker(opened(1000), settings, 60_999, probeMs)).toMatchObject({
      passed: false,
      probe: false,
      retryAtMs: 61_000,
      moved: null,
    });
  });

  test("then lets one probe pass", () => {
    const pass = acquireBreaker(opened(1000), settings, 61_000, probeMs);
    expect(pass).toMatchObject({
      passed: true,
      probe: true,
      retryAtMs: null,
      moved: { from: "open", to: "half_open" },
    });
    expect(pass.row).toMatchObject({ state: "half_open", probeUntil: 71_000 });
    const second = acquireBreaker(pass.row, settings, 61_001, probeMs);
    expect(second).toMatchObject({ passed: false, retryAtMs: 71_000, moved: null });
  });

  test.each([good, bad])("is not moved by a report of an earlier call: %o", (report) => {
    expect(reportBreaker(opened(), report, settings, 30_000)).toEqual({ row: opened(), moved: null });
  });

  test("a clock set back does not hold it longer than its pause", () => {
    const first = acquireBreaker(opened(9_000_000), settings, 0, probeMs);
    expect(first).toMatchObject({ passed: false, retryAtMs: 60_000 });
    expect(acquireBreaker(first.row, settings, 60_000, probeMs).passed).toBe(true);
  });
});

describe("half open", () => {
  const half = acquireBreaker(opened(0), settings, 60_000, probeMs).row;

  test("closes after two successes, one probe at a time", () => {
    const one = reportBreaker(half, good, settings, 60_500);
    expect(one).toMatchObject({ row: { state: "half_open", successes: 1, probeUntil: null }, moved: null });
    const next = acquireBreaker(one.row, settings, 60_501, probeMs);
    expect(next).toMatchObject({ passed: true, probe: true, moved: null });
    const two = reportBreaker(next.row, good, settings, 60_600);
    expect(two.row).toEqual(newBreaker("opus"));
    expect(two.moved).toEqual({ from: "half_open", to: "closed", reason: "2 successes when tried out" });
  });

  test("opens again at a failure, for a whole pause", () => {
    const again = reportBreaker(half, bad, settings, 61_000);
    expect(again.row).toMatchObject({ state: "open", openedAt: 61_000, successes: 0 });
    expect(again.moved).toEqual({ from: "half_open", to: "open", reason: "failed when tried out: api: 500" });
  });

  test("earlier successes do not count after it opened again", () => {
    const once = reportBreaker(half, good, settings, 60_500).row;
    const reopened = reportBreaker(once, bad, settings, 60_600).row;
    expect(reopened.successes).toBe(0);
    const probe = acquireBreaker(reopened, settings, 120_600, probeMs).row;
    expect(reportBreaker(probe, good, settings, 120_700).row).toMatchObject({ state: "half_open", successes: 1 });
  });

  test("a probe that never reported is given up", () => {
    expect(acquireBreaker(half, settings, 69_999, probeMs).passed).toBe(false);
    expect(acquireBreaker(half, settings, 70_000, probeMs)).toMatchObject({ passed: true, probe: true });
  });
});

test("switched off, it passes always and learns nothing", () => {
  const off = { ...settings, enabled: false };
  expect(acquireBreaker(opened(), off, 1, probeMs)).toMatchObject({ passed: true, probe: false });
  expect(reportBreaker(newBreaker("opus"), bad, { ...off, failures: 1 }, 1)).toEqual({
    row: newBreaker("opus"),
    moved: null,
  });
});

test("a call that began before it opened ends no other call's probe", () => {
  const half = acquireBreaker(opened(1_000), settings, 61_000, probeMs).row;
  for (const ok of [true, false]) {
    const late = { ok, reason: "r", sinceMs: 900 };
    expect(reportBreaker(half, late, settings, 61_500)).toEqual({ row: half, moved: null });
  }
  expect(reportBreaker(half, { ...good, sinceMs: 61_000 }, settings, 61_500).row.probeUntil).toBeNull();
});

type Step = { readonly kind: "acquire" } | { readonly kind: "report"; readonly ok: boolean };
const steps = fc.array(
  fc.tuple(
    fc.oneof(
      fc.constant<Step>({ kind: "acquire" }),
      fc.boolean().map((ok): Step => ({ kind: "report", ok })),
    ),
    fc.integer({ min: 0, max: 90_000 }),
  ),
  { maxLength: 60 },
);
const anySettings = fc.record({
  enabled: fc.constant(true),
  failures: fc.integer({ min: 1, max: 6 }),
  openForMs: fc.integer({ min: 1, max: 60_000 }),
  successes: fc.integer({ min: 1, max: 3 }),
});

test("over any history: a refusal names a later instant at which it passes; moves tell the truth; one probe at a time", () => {
  fc.assert(
    fc.property(steps, anySettings, (history, settings) => {
      let row = newBreaker("m");
      let nowMs = 0;
      let probeEnds = 0;
      for (const [step, gapMs] of history) {
        nowMs += gapMs;
        const before = row;
        if (step.kind === "report") {
          const done = reportBreaker(row, { ok: step.ok, reason: "r" }, settings, nowMs);
          row = done.row;
          expect(done.moved === null).toBe(before.state === row.state);
          if (done.moved !== null) expect([done.moved.from, done.moved.to]).toEqual([before.state, row.state]);
          probeEnds = 0;
        } else {
          const pass = acquireBreaker(row, settings, nowMs, probeMs);
          row = pass.row;
          expect(pass.moved === null).toBe(before.state === row.state);
          if (!pass.passed) {
            expect(pass.retryAtMs).toBeGreaterThan(nowMs);
            expect(acquireBreaker(row, settings, pass.retryAtMs ?? nowMs, probeMs).passed).toBe(true);
          }
          if (pass.probe) {
            expect(nowMs).toBeGreaterThanOrEqual(probeEnds);
            probeEnds = nowMs + probeMs;
          }
        }
        expect(row.failures >= settings.failures && row.state === "closed").toBe(false);
      }
    }),
  );
});
