import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { clean } from "../../../src/view/text/clean.ts";
import { displayWidth, graphemes, pad, truncate, truncateStart, wrap } from "../../../src/view/text/width.ts";
import { hostileText } from "../hostile.ts";

describe("truncate and pad", () => {
  test.each([
    ["short", 10, "short"],
    ["exactly", 7, "exactly"],
    ["too long a text", 8, "too lon…"],
    ["漢字漢字", 5, "漢字…"],
    ["漢字漢字", 4, "漢…"],
    ["éééé", 3, "éé…"],
    ["x", 0, ""],
    ["xy", 1, "…"],
  ])("%s in %i", (text, columns, shown) => {
    expect(truncate(text, columns)).toBe(shown);
  });

  test("a path keeps its end", () => {
    expect(truncateStart("src/view/width.ts", 10)).toBe("…/width.ts");
    expect(truncateStart("width.ts", 10)).toBe("width.ts");
  });

  test("aligns", () => {
    expect(pad("7m", 4, "right")).toBe("  7m");
    expect(pad("漢", 4)).toBe("漢  ");
  });

  test("any clean text gets exactly the width asked for", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 0, max: 40 }), (text, columns) => {
        expect(displayWidth(pad(clean(text), columns))).toBe(columns);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("wrap", () => {
  test.each([
    ["one two three", 7, ["one two", "three"]],
    ["one two three", 100, ["one two three"]],
    ["a\n\nb", 5, ["a", "", "b"]],
    ["abcdefghij", 4, ["abcd", "efgh", "ij"]],
    ["go abcdefghij", 4, ["go", "abcd", "efgh", "ij"]],
    ["- first point goes on", 10, ["- first", "  point", "  goes on"]],
    ["    code stays in", 12, ["    code", "    stays in"]],
    ["क्षिक्षि", 2, ["क्", "षि", "क्", "षि"]],
    ["漢字漢字漢", 5, ["漢字", "漢字", "漢"]],
  ])("%j at %i", (text, columns, lines) => {
    expect(wrap(clean(text, { lines: true }), columns).map((line) => line.replaceAll("\u200c", ""))).toEqual(lines);
  });

  test("stops at the lines asked for", () => {
    expect(wrap("a b c d e f", 1, 3)).toEqual(["a", "b", "c"]);
    expect(wrap("x".repeat(100_000), 10, 2)).toHaveLength(2);
  });

  test("a long word of any script takes time in proportion to its length", () => {
    expect(wrap("x\u0301".repeat(120_000), 60)).toHaveLength(2_000);
    expect(wrap("漢".repeat(120_000), 60)).toHaveLength(4_000);
    expect(wrap(`${"x".repeat(600_000)}漢`, 60)).toHaveLength(10_001);
  });

  test("no line is wider than asked for, and no word is lost", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 2, max: 40 }), (text, columns) => {
        const held = clean(text, { lines: true });
        const lines = wrap(held, columns);
        for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(columns);
        const letters = (value: string): string => value.replaceAll(/\s/gu, "");
        expect(letters(lines.join(""))).toBe(letters(held));
      }),
      { numRuns: 1000 },
    );
  });
});

test("graphemes are what a person counts", () => {
  expect(graphemes("ab")).toEqual(["a", "b"]);
  expect(graphemes("e\u0301x漢")).toEqual(["e\u0301", "x", "漢"]);
});
