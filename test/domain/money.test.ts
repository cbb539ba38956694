import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { addCost, addShownCost, type Cost, type CostSource } from "../../src/domain/money.ts";

const cost = (micros: number | null, source: CostSource): Cost => ({ micros, source });

describe("the sum of amounts", () => {
  test.each<[Cost, Cost, Cost]>([
    [cost(1, "reported"), cost(2, "reported"), cost(3, "reported")],
    [cost(1, "reported"), cost(2, "estimated"), cost(3, "estimated")],
    [cost(1, "assumed"), cost(2, "lower_bound"), cost(3, "assumed")],
    [cost(1, "reported"), cost(null, "unknown"), cost(1, "lower_bound")],
    [cost(1, "reported"), cost(null, "unsettled"), cost(1, "unsettled")],
    [cost(1, "unsettled"), cost(2, "reported"), cost(3, "unsettled")],
    [cost(1, "unsettled"), cost(null, "unknown"), cost(1, "unsettled")],
    [cost(null, "unsettled"), cost(null, "unknown"), cost(null, "unsettled")],
    [cost(null, "unknown"), cost(null, "unknown"), cost(null, "unknown")],
  ])("%j and %j is %j", (a, b, sum) => {
    expect(addCost(a, b)).toEqual(sum);
    expect(addCost(b, a)).toEqual(sum);
  });
  test.each<[Cost, Cost, Cost]>([
    // What a free model costs hides nothing of the rest.
    [cost(0, "assumed"), cost(0, "assumed"), cost(0, "assumed")],
    [cost(0, "assumed"), cost(2, "reported"), cost(2, "reported")],
    [cost(0, "assumed"), cost(2, "lower_bound"), cost(2, "lower_bound")],
    [cost(0, "assumed"), cost(null, "unknown"), cost(0, "lower_bound")],
    [cost(0, "assumed"), cost(null, "unsettled"), cost(0, "unsettled")],
    [cost(1, "assumed"), cost(2, "lower_bound"), cost(3, "assumed")],
  ])("%j and %j is shown as %j", (a, b, sum) => {
    expect(addShownCost(a, b)).toEqual(sum);
    expect(addShownCost(b, a)).toEqual(sum);
  });
  test("is the same in any order, and known as soon as a part is", () => {
    const sources: readonly CostSource[] = ["reported", "estimated", "lower_bound", "assumed", "unsettled", "unknown"];
    const known = fc.record({ micros: fc.nat(1000), source: fc.constantFrom(...sources.slice(0, 5)) });
    const unknown = fc.record({ micros: fc.constant(null), source: fc.constantFrom(...sources.slice(4)) });
    fc.assert(
      fc.property(fc.oneof(known, unknown), fc.oneof(known, unknown), fc.oneof(known, unknown), (a, b, c) => {
        expect(addCost(addCost(a, b), c)).toEqual(addCost(a, addCost(b, c)));
        expect(addCost(a, b).micros === null).toBe(a.micros === null && b.micros === null);
      }),
    );
  });
});
