import * as fc from "fast-check";
import { expect, test } from "vitest";

import { countFault, mostInARow, type FaultCount } from "../../src/policy/repeated-fault.ts";

test("only the same fault in a row counts, and so it comes to its bound after exactly so many", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom("a", "b", "c")), (texts) => {
      let count: FaultCount | null = null;
      for (const [at, text] of texts.entries()) {
        count = countFault(count, text);
        const row = texts.slice(0, at + 1).toReversed();
        const others = row.findIndex((one) => one !== text);
        expect(count).toEqual({ text, times: others < 0 ? row.length : others });
      }
    }),
  );
  expect(mostInARow).toBe(3);
});
