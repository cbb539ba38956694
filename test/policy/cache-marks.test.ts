import { assert, double, integer, pre, property } from "fast-check";
import { expect, test } from "vitest";

import { cacheMinimum } from "../../src/policy/cache-minimum.ts";
import { cacheMark, readsWorth, type Beginning } from "../../src/policy/cache-marks.ts";

const minute = 60_000;
const rates = { input: 4e6, output: 2e7, cacheRead: 4e5, cacheWrite: 5e6, cacheWriteLong: 8e6 };
const nowMs = 1_000 * minute;

const mark = (more: Partial<Beginning>) =>
  cacheMark({ tokens: 2_000, minimum: 512, rates, sentMs: [], nowMs, again: false, mayBeLong: true, ...more });
const ago = (...minutes: readonly number[]): readonly number[] => minutes.map((one) => nowMs - one * minute);

test("what pays: five minutes with the first reuse, an hour with the second", () => {
  expect(readsWorth(1.25, 0.1)).toBeCloseTo(0.278, 3);
  expect(readsWorth(2, 0.1)).toBeCloseTo(1.111, 3);
});

test("a beginning too short to be kept is never marked, the first of a kind for five minutes", () => {
  expect(mark({ tokens: 511 })).toBeNull();
  expect(mark({ tokens: 512 })).toBe("5m");
  expect(mark({ tokens: 512, minimum: 1_024, sentMs: ago(3) })).toBeNull();
});

test.each<[string, readonly number[], Partial<Beginning>, "5m" | "1h" | null]>([
  ["twice in the last hour after more than five minutes", ago(45, 20), {}, "1h"],
  ["once only", ago(20), {}, null],
  ["the same, but it comes again in this call", ago(20), { again: true }, "5m"],
  ["one after the other", ago(4, 3, 2, 1), {}, "5m"],
  ["bursts, twenty minutes apart", ago(41, 40.5, 40, 20.5, 20), {}, "1h"],
  ["every two hours", ago(360, 240, 120), {}, null],
  ["long ago, then in bursts", ago(300, 280, 2, 1), {}, "5m"],
  ["often and late, where an hour is not to be asked for", ago(45, 20), { mayBeLong: false, again: true }, "5m"],
])("%s", (_name, sentMs, more, expected) => {
  expect(mark({ sentMs, ...more })).toBe(expected);
});

test("prices decide: where writing costs nothing more every mark pays, where reading saves nothing none does", () => {
  expect(mark({ sentMs: ago(120), rates: { ...rates, cacheWrite: 4e6 } })).toBe("5m");
  expect(mark({ again: true, rates: { ...rates, cacheRead: 4e6 } })).toBeNull();
  expect(mark({ rates: null })).toBe("5m");
  expect(mark({ sentMs: ago(45, 20), rates: { ...rates, cacheWriteLong: 4e7 } })).toBeNull();
});

test("whatever was sent when: a mark whose expected reads come true costs no more than none", () => {
  const share = double({ min: 0.01, max: 3, noNaN: true });
  assert(
    property(share, share, integer({ min: 1, max: 20 }), (write, read, reads) => {
      pre(Math.abs(readsWorth(write, read) - reads) > 1e-9);
      const isCheaper = write + reads * read <= 1 + reads;
      return isCheaper === reads >= readsWorth(write, read) || (read >= 1 && write <= 1);
    }),
  );
});

test("the minimum is the model's family's, else the least there is", () => {
  expect(cacheMinimum("anthropic", "claude-opus-5-5")).toBe(512);
  expect(cacheMinimum("anthropic", "claude-sonnet-5-5")).toBe(1_024);
  expect(cacheMinimum("anthropic", "claude-haiku-4-5-20260101")).toBe(4_096);
  expect(cacheMinimum("anthropic", "claude-next")).toBe(512);
  expect(cacheMinimum("other", "claude-haiku-4-5")).toBe(512);
  expect(cacheMinimum(null, null)).toBe(512);
});
