import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { clean, cleanLines } from "../../../src/view/text/clean.ts";
import { displayWidth } from "../../../src/view/text/width.ts";
import { hostileText } from "../hostile.ts";

const moving = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Cs}\p{Zl}\p{Zp}]/u;

describe("clean", () => {
  test.each([
    ["plain", "plain"],
    ["a\x1b[31mred\x1b[0mb", "aredb"],
    ["a\x1b]0;owned\x07b", "ab"],
    ["link \x1b]8;;http://evil\x1b\\here\x1b]8;;\x1b\\", "link here"],
    ["hidden \x1b]0;rest stays", "hidden ]0;rest stays"],
    ["\x1b\x1b[0m[31m", "[31m"],
    ["abc\rdef\r\nghi\njkl", "abc def ghi jkl"],
    ["a\tb", "a   b"],
    ["abcd\tb", "abcd    b"],
    ["user\u202egpj.exe", "usergpj.exe"],
    ["ze\u200bro", "zero"],
    ["👨‍👩‍👧", "👨👩👧"],
    ["👍🏽", "👍"],
    ["🇩🇪", "DE"],
    ["e\u0301", "é"],
    ["\u0301x", "x"],
    ["z\u0335\u0336\u0337\u0338\u0330\u0331", "z\u0335\u0336\u0337"],
    ["\ud83d", "\ufffd"],
  ])("%j becomes %j", (before, after) => {
    expect(clean(before)).toBe(after);
  });

  test("keeps line feeds where they are asked for", () => {
    expect(cleanLines("a\r\nb\rc\n\x1b[Kd\n")).toEqual(["a", "b", "c", "d", ""]);
  });

  test("reveals what a reviewer must see", () => {
    expect(clean("if (admin\u202e) \x1b[2J\x7f\u200b", { reveal: true })).toBe("if (admin<U+202E>) ␛[2J␡<U+200B>");
  });

  test("caps the length and says so", () => {
    expect(clean("x".repeat(20), { max: 8 })).toBe("xxxxxxx…");
    expect(clean("👍".repeat(20), { max: 4 })).toBe("👍…");
  });

  test("what comes out moves nothing, hides nothing, and stays as it is when cleaned again", () => {
    fc.assert(
      fc.property(
        hostileText,
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 4, max: 200 }),
        (text, lines, reveal, max) => {
          const options = { lines, reveal, max };
          const once = clean(text, options);
          expect(moving.test((lines ? once.replaceAll("\n", "") : once).replaceAll(/(?<=\p{M})\u200c/gu, ""))).toBe(
            false,
          );
          expect(once.length).toBeLessThanOrEqual(max);
          expect(clean(once, options)).toBe(once);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each(["\x1b]", "\x1b[", "\x1b[0", "\u0301", "a\u0301", "\x9d", "\t", "\r"])(
    "of two million times the text %j the end is reached",
    (pattern) => {
      const text = `before ${pattern.repeat(2_000_000)}`;
      expect(clean(text, { max: Number.POSITIVE_INFINITY })).toMatch(/^before/);
    },
  );

  test("the width of the whole is the sum of its characters", () => {
    fc.assert(
      fc.property(hostileText, hostileText, (a, b) => {
        const [left, right] = [clean(a), clean(b)];
        expect(displayWidth(`${left} ${right}`)).toBe(displayWidth(left) + 1 + displayWidth(right));
      }),
      { numRuns: 1000 },
    );
  });
});
