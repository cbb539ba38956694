import * as fc from "fast-check";
import { expect, test } from "vitest";

import { takeFromLimits, type LimiterSlot } from "../../src/policy/limiter.ts";

const limits = (rpm: number | null, tpm: number | null = null) => ({ rpm, tpm });
const at = (second: number, requests: number, tokens = 0): LimiterSlot => ({ second, requests, tokens });

test("takes up to the limit, then says when the next fits", () => {
  let slots: readonly LimiterSlot[] = [];
  for (const nowMs of [0, 400, 1_200]) {
    const taken = takeFromLimits(slots, limits(3), 10, nowMs);
    expect(taken.waitMs).toBe(0);
    slots = taken.slots;
  }
  expect(slots).toEqual([at(0, 2, 20), at(1, 1, 10)]);
  const refused = takeFromLimits(slots, limits(3), 10, 30_000);
  expect(refused).toEqual({ waitMs: 31_000, slots });
  expect(takeFromLimits(slots, limits(3), 10, 61_000)).toEqual({ waitMs: 0, slots: [at(1, 1, 10), at(61, 1, 10)] });
});

test.each([
  ["no limits", limits(null), 1e9, 0],
  ["requests only", limits(5), 1e9, 0],
  ["tokens that fit beside the others", limits(null, 1_000), 400, 0],
  ["tokens that do not", limits(null, 1_000), 401, 60_000],
  ["more tokens than a minute has, while others count", limits(null, 1_000), 5_000, 60_000],
  ["both, of which requests are used up", limits(2, 1_000), 0, 60_000],
])("%s", (_what, given, tokens, waitMs) => {
  expect(takeFromLimits([at(10, 2, 600)], given, tokens, 11_000).waitMs).toBe(waitMs);
});

test("a request larger than a minute goes alone, and those after it wait", () => {
  const alone = takeFromLimits([at(10, 2, 600)], limits(null, 1_000), 5_000, 71_000);
  expect(alone).toEqual({ waitMs: 0, slots: [at(71, 1, 5_000)] });
  expect(takeFromLimits(alone.slots, limits(null, 1_000), 1, 100_000).waitMs).toBe(32_000);
});

test("a clock set back does not block for longer than a minute", () => {
  const refused = takeFromLimits([at(9_000, 5)], limits(5), 0, 100_000);
  expect(refused.waitMs).toBe(61_000);
  expect(takeFromLimits([at(9_000, 5)], limits(6), 0, 100_000).slots).toEqual([at(100, 6)]);
});

const asked = fc.record({
  gapMs: fc.oneof(fc.nat(300), fc.nat(70_000)),
  tokens: fc.nat(700),
});

test("in no 60 s more than the limits is taken, and a wait is enough and at most a second too long", () => {
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 60 }), fc.integer({ min: 1, max: 8 }), (requests, rpm) => {
      const given = limits(rpm, 1_000);
      const taken: { readonly ms: number; readonly tokens: number }[] = [];
      let slots: readonly LimiterSlot[] = [];
      let nowMs = 1_000_000;
      for (const { gapMs, tokens } of requests) {
        nowMs += gapMs;
        const first = takeFromLimits(slots, given, tokens, nowMs);
        const fits = (ms: number): boolean => {
          const live = taken.filter((one) => one.ms > ms - 60_000);
          return live.length < rpm && live.reduce((sum, one) => sum + one.tokens, tokens) <= 1_000;
        };
        if (first.waitMs > 0) {
          const earlier = nowMs + first.waitMs - 1_001;
          if (earlier > nowMs) expect(fits(earlier)).toBe(false);
          nowMs += first.waitMs;
        }
        const then = first.waitMs === 0 ? first : takeFromLimits(first.slots, given, tokens, nowMs);
        expect(then.waitMs).toBe(0);
        expect(fits(nowMs)).toBe(true);
        taken.push({ ms: nowMs, tokens });
        slots = then.slots;
        expect(slots.length).toBeLessThanOrEqual(61);
      }
    }),
    { numRuns: 300 },
  );
});
