import { describe, expect, test } from "vitest";

import {
  chiSquared,
  drawLeft,
  learn,
  normal,
  normalAbove,
  possible,
  seeded,
  type Draw,
} from "../../src/policy/draws.ts";

const many = 40_000;
const sample = (draw: (random: Draw) => number, seed = 7): readonly number[] => {
  const random = seeded(seed);
  return Array.from({ length: many }, () => draw(random)).toSorted((a, b) => a - b);
};
const quantile = (sorted: readonly number[], share: number): number => sorted[Math.floor(share * sorted.length)] ?? NaN;

test("equal seeds give equal numbers, others do not, and none is 0 or 1", () => {
  const first = sample((draw) => draw());
  expect(sample((draw) => draw())).toEqual(first);
  expect(sample((draw) => draw(), 8)).not.toEqual(first);
  expect(first[0]).toBeGreaterThan(0);
  expect(first.at(-1)).toBeLessThan(1);
  for (const share of [0.1, 0.5, 0.9]) expect(quantile(first, share)).toBeCloseTo(share, 1.7);
});

describe("what is drawn is as tables have it", () => {
  test.each([
    [0.05, -1.645],
    [0.5, 0],
    [0.9, 1.282],
    [0.975, 1.96],
  ])("normal, %d", (share, value) => {
    expect(Math.abs(quantile(sample(normal), share) - value)).toBeLessThan(0.04);
  });

  test.each([
    [2, 0.103, 1.386, 5.991],
    [6, 1.635, 5.348, 12.592],
    [20, 10.851, 19.337, 31.41],
    [103, 80.61, 102.33, 127.69],
  ])("chi-squared of %d", (degrees, low, middle, high) => {
    const drawn = sample((draw) => chiSquared(degrees, draw));
    for (const [share, value] of [
      [0.05, low],
      [0.5, middle],
      [0.95, high],
    ] as const)
      expect(Math.abs(quantile(drawn, share) / value - 1)).toBeLessThan(0.05);
  });

  // The mean above a is the density at a over the share above it.
  test.each([
    [-0.5, 0.5092],
    [0.4, 1.0686],
    [1.5, 1.9386],
    [4, 4.2257],
  ])("normal above %d", (least, mean) => {
    const drawn = sample((draw) => normalAbove(least, draw));
    expect(drawn[0]).toBeGreaterThan(least);
    expect(drawn.reduce((sum, one) => sum + one, 0) / many).toBeCloseTo(mean, 1.5);
  });
});

test("what is left of a value is never less than nothing, and more is left of what is far over the usual", () => {
  const usual = { mu: Math.log(10_000), sigma: 0.5 };
  const left = (past: number): readonly number[] => sample((draw) => drawLeft(usual, past, draw));
  expect(quantile(left(0), 0.5) / 10_000).toBeCloseTo(1, 1.3);
  expect(left(5_000)[0]).toBeGreaterThanOrEqual(0);
  expect(quantile(left(5_000), 0.5)).toBeLessThan(10_000);
  expect(quantile(left(100_000), 0.5)).toBeGreaterThan(quantile(left(5_000), 0.5));
});

/** Of how many sums to come the range that is learnt from a few values has the true one. */
function coverage(known: number, toCome: number, seed: number): number {
  const world = seeded(seed);
  const times = 400;
  let inRange = 0;
  for (let n = 0; n < times; n += 1) {
    const value = (): number => Math.exp(11 + normal(world));
    const learnt = learn(Array.from({ length: known }, value));
    const truth = Array.from({ length: toCome }, value).reduce((sum, one) => sum + one);
    const sums = Array.from({ length: 200 }, () => {
      const one = possible(learnt, world);
      return Array.from({ length: toCome }, () => drawLeft(one, 0, world)).reduce((sum, left) => sum + left);
    }).toSorted((a, b) => a - b);
    if (truth >= quantile(sums, 0.1) && truth <= quantile(sums, 0.9)) inRange += 1;
  }
  return inRange / times;
}

describe("a range of 80 % holds four of five sums", () => {
  test.each([
    [3, 1],
    [5, 5],
    [5, 40],
    [10, 20],
    [40, 40],
  ])("%d known, %d to come", (known, toCome) => {
    const share = coverage(known, toCome, 100 * known + toCome);
    expect(share).toBeGreaterThanOrEqual(0.75);
    expect(share).toBeLessThanOrEqual(0.85);
  });
});
