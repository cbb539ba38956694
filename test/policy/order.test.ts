import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { compareRank, mayStart, type StartFacts, type StartRank } from "../../src/policy/order.ts";

const limits = { schedule: "ready", perArea: null, awaitingHuman: 10 } as const;

describe("first comes", () => {
  const usual: StartRank = { priority: 0, critical: 1, position: 5 };
  test.each<[string, StartRank]>([
    ["the higher priority, whatever waits behind the other", { priority: 1, critical: 0, position: 9 }],
    ["the longer chain", { priority: 0, critical: 2, position: 9 }],
    ["the earlier in the file", { priority: 0, critical: 1, position: 4 }],
  ])("%s", (_what, rank) => {
    expect(compareRank(rank, usual)).toBe(-1);
    expect(compareRank(usual, rank)).toBe(1);
  });
});

const value = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(Infinity, -Infinity));
const rank: fc.Arbitrary<StartRank> = fc.record({ priority: value, critical: value, position: fc.nat(20) });

test("the order is total: antisymmetric, transitive, and only equal ranks are equal", () => {
  fc.assert(
    fc.property(rank, rank, rank, (a, b, c) => {
      expect(compareRank(a, b) + compareRank(b, a)).toBe(0);
      if (compareRank(a, b) <= 0 && compareRank(b, c) <= 0) expect(compareRank(a, c)).toBeLessThanOrEqual(0);
      if (compareRank(a, b) === 0) expect(a).toEqual(b);
    }),
  );
});

test("the same tasks give the same order, however they come", () => {
  const ranks = fc.uniqueArray(rank, { selector: (one) => one.position, maxLength: 12 });
  const twice = ranks.chain((tasks) =>
    fc.tuple(fc.constant(tasks), fc.shuffledSubarray(tasks, { minLength: tasks.length })),
  );
  fc.assert(
    fc.property(twice, ([tasks, shuffled]) => {
      expect(shuffled.toSorted(compareRank)).toEqual(tasks.toSorted(compareRank));
    }),
  );
});

const ready: StartFacts = {
  begun: false,
  needs: [],
  area: "auth",
  runningInArea: 0,
  awaitingHuman: 0,
  earlierWaveOpen: false,
};

describe("a task may not start", () => {
  test.each<[string, Partial<StartFacts>, Partial<typeof limits> | object, string]>([
    ["with an open need", { needs: ["DONE", "QUALITY_GATE"] }, {}, "a task it needs is not done"],
    ["with several", { needs: ["NEW", null] }, {}, "2 tasks it needs are not done"],
    ["with a failed one", { needs: ["NEW", "FAILED"] }, {}, "a task it needs has failed"],
    [
      "before its wave",
      { earlierWaveOpen: true },
      { schedule: "waves" },
      "an earlier wave is not finished (limits.schedule)",
    ],
    ["in a taken area", { runningInArea: 1 }, { perArea: 1 }, "area auth is taken (limits.per_area: 1)"],
    ["while too many wait", { awaitingHuman: 10 }, {}, "10 tasks wait for a person (limits.awaiting_human: 10)"],
  ])("%s", (_what, facts, more, why) => {
    expect(mayStart({ ...ready, ...facts }, { ...limits, ...more })).toEqual({ ok: false, why });
  });
});

describe("a task may start", () => {
  test.each<[string, Partial<StartFacts>, object]>([
    ["when its needs are done", { needs: ["DONE", "DONE"] }, {}],
    ["out of its wave, when waves are off", { earlierWaveOpen: true }, {}],
    ["in an area with a place left", { runningInArea: 1 }, { perArea: 2 }],
    ["without an area, whatever runs", { area: null, runningInArea: 7 }, { perArea: 1 }],
    [
      "again, whatever the limits say",
      { begun: true, awaitingHuman: 99, runningInArea: 3, needs: ["NEW"] },
      { perArea: 1 },
    ],
  ])("%s", (_what, facts, more) => {
    expect(mayStart({ ...ready, ...facts }, { ...limits, ...more })).toEqual({ ok: true });
  });
});
