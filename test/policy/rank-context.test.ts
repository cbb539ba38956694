import * as fc from "fast-check";
import { expect, test } from "vitest";

import { churnOf, rankContext } from "../../src/policy/rank-context.ts";

test("a commit counts less the older it is, and half after 346 others", () => {
  const churn = churnOf([["a", "b"], ["a"], ...Array.from({ length: 344 }, () => []), ["c"]]);
  expect(churn.get("a")).toBeCloseTo(1.998);
  expect(churn.get("b")).toBe(1);
  expect(churn.get("c")).toBeCloseTo(0.5, 2);
  expect(churnOf([...Array.from({ length: 1_500 }, () => []), ["old"]]).has("old")).toBe(false);
});

test("text counts beside the best text, and what changed lately goes before what fits as well", () => {
  const matches = [
    { path: "a.ts", text: 10 },
    { path: "b.ts", text: 10 },
    { path: "c.ts", text: 5 },
  ];
  const ranked = rankContext(matches, (path) => (path === "b.ts" ? Math.E - 1 : 0));
  expect(ranked).toEqual([
    { path: "b.ts", text: 1, churn: 1.7183, score: 1.15 },
    { path: "a.ts", text: 1, churn: 0, score: 1 },
    { path: "c.ts", text: 0.5, churn: 0, score: 0.5 },
  ]);
});

test("no folder takes more than half of what is told of while others have something", () => {
  const alike = Array.from({ length: 20 }, (_one, n) => ({ path: `frames/${n}.txt`, text: 100 - n }));
  const ranked = rankContext([...alike, { path: "src/draw.ts", text: 1 }], () => 0);
  expect(ranked[6]?.path).toBe("src/draw.ts");
  expect(ranked).toHaveLength(21);
});

test("whatever is ranked stays, once, in an order that does not depend on how it came", () => {
  const file = fc.record({
    path: fc.stringMatching(/^[a-c]\/[a-z]{1,3}$/),
    text: fc.double({ min: 0, max: 50, noNaN: true }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(file, { selector: ({ path }) => path, maxLength: 40 }), (files) => {
      const churn = (path: string): number => path.length;
      const ranked = rankContext(files, churn);
      expect(ranked.map(({ path }) => path).toSorted()).toEqual(files.map(({ path }) => path).toSorted());
      expect(rankContext(files.toReversed(), churn)).toEqual(ranked);
      expect(Math.max(0, ...ranked.map(({ score }) => score))).toBe(ranked[0]?.score ?? 0);
    }),
  );
});
