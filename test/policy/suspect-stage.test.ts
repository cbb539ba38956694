import { describe, expect, test } from "vitest";

import { flakyBlames, search, twoCulpritsBlame } from "./suspect-story.ts";

const thousand = Array.from({ length: 1_000 }, (_, seed) => seed);
const wrong = (blame: (seed: number) => "right" | "wrong" | "unproven"): number =>
  thousand.filter((seed) => blame(seed) === "wrong").length;

describe("after which stage a check turned red", () => {
  test("is found by as many runs as a binary search takes, and confirmed", () => {
    for (let stages = 1; stages <= 40; stages += 1) {
      for (let culprit = 1; culprit <= stages; culprit += 1) {
        const { end, searched } = search(stages + 1, (tip) => tip >= culprit);
        expect(end).toEqual({ kind: "culprit", culprit });
        expect(searched).toBeLessThanOrEqual(Math.ceil(Math.log2(stages)));
      }
    }
  });

  test("is said only when it is red each time and the tip before it is green each time", () => {
    let runs = 0;
    const { end, confirmed } = search(9, (tip) => {
      runs += 1;
      return tip === 2 && runs > 6 ? false : tip >= 2;
    });
    expect(end.kind).toBe("unproven");
    expect(confirmed).toBeGreaterThan(2);
    expect(search(9, (tip) => (tip === 2 ? null : tip >= 2)).end).toEqual({
      kind: "unproven",
      why: "the check could not be run at every commit in question",
    });
  });

  test("is hardly ever said wrongly of a check that is wrong 3 times of 10", () => {
    expect(wrong((seed) => flakyBlames(seed, false))).toBeLessThanOrEqual(10);
    expect(wrong((seed) => flakyBlames(seed, true))).toBeLessThanOrEqual(10);
    expect(thousand.filter((seed) => flakyBlames(seed, true) === "right").length).toBeGreaterThan(100);
  });

  test("is one of two that did, where two did", () => {
    expect(wrong(twoCulpritsBlame)).toBe(0);
  });
});
