import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { clean } from "../../../src/view/text/clean.ts";
import {
  cursorLine,
  edited,
  editOf,
  inserted,
  longestText,
  vertical,
  visualLines,
  type TextEdit,
  type TextMove,
} from "../../../src/view/text/text-edit.ts";
import { displayWidth, graphemes } from "../../../src/view/text/width.ts";
import { hostileText } from "../hostile.ts";

/** "ab|cd" with the cursor as a bar. */
const at = (marked: string): TextEdit => ({ ...editOf(marked.replace("|", "")), cursor: marked.indexOf("|") });
const shown = (edit: TextEdit): string => `${edit.text.slice(0, edit.cursor)}|${edit.text.slice(edit.cursor)}`;

describe("the cursor", () => {
  test.each<[TextMove, string, string]>([
    ["left", "ab|c", "a|bc"],
    ["left", "|abc", "|abc"],
    ["left", "a👨‍👩‍👧|b", "a|👨‍👩‍👧b"],
    ["left", "e\u0301|", "|e\u0301"],
    ["right", "a|漢b", "a漢|b"],
    ["right", "abc|", "abc|"],
    ["word_left", "one two_3, |", "one |two_3, "],
    ["word_right", "one| two, three", "one two|, three"],
    ["home", "one\ntw|o", "one\n|two"],
    ["end", "o|ne\ntwo", "one|\ntwo"],
    ["backspace", "a👍🏽|b", "a|b"],
    ["backspace", "a\n|b", "a|b"],
    ["delete", "a|漢b", "a|b"],
    ["kill_word", "one two|", "one |"],
    ["kill_word_after", "one| two three", "one| three"],
    ["kill_start", "x\none t|wo", "x\n|wo"],
    ["kill_end", "on|e\ntwo", "on|\ntwo"],
    ["kill_end", "one|\ntwo", "one|two"],
  ])("%s of %j gives %j", (move, from, to) => {
    expect(shown(edited(at(from), move))).toBe(to);
  });

  test("puts back what was cut", () => {
    const cut = edited(at("one two|"), "kill_word");
    expect(shown(edited(edited(cut, "home"), "yank"))).toBe("two|one ");
  });
});

describe("insert", () => {
  test("takes pasted lines and drops what would move a cursor", () => {
    expect(inserted(editOf(""), "a\r\nb\rc\x1b[2J\x07\td", true).text).toBe("a\nb\nc[2J    d");
    expect(inserted(editOf(""), "a\r\nb\tc", false).text).toBe("a b c");
  });

  test("stops at the longest text", () => {
    expect(inserted(editOf("x"), "y".repeat(2 * longestText), true).text).toHaveLength(longestText);
  });
});

describe("visual lines", () => {
  const parts = (text: string, columns: number): string[] =>
    visualLines(text, columns).map(({ start, end }) => text.slice(start, end));

  test.each([
    ["one two three", 8, ["one two ", "three"]],
    ["abcdefgh", 3, ["abc", "def", "gh"]],
    ["a\n\nb", 5, ["a", "", "b"]],
    ["漢字漢", 5, ["漢字", "漢"]],
    ["", 5, [""]],
  ])("%j at %i", (text, columns, lines) => {
    expect(parts(text, columns)).toEqual(lines);
  });

  test("up and down keep the column over lines of any length", () => {
    const edit = at("long line\nx\nanother l|ine");
    const up = vertical(edit, -1, 40);
    expect(shown(up)).toBe("long line\nx|\nanother line");
    expect(shown(vertical(up, -1, 40))).toBe("long line|\nx\nanother line");
    expect(shown(vertical(vertical(up, 1, 40), 1, 40))).toBe("long line\nx\nanother line|");
  });

  test("over soft breaks", () => {
    expect(shown(vertical(at("one tw|o three"), 1, 8))).toBe("one two three|");
    expect(shown(vertical(at("aaaa bbbb ccc|"), -1, 5))).toBe("aaaa bbb|b ccc");
  });

  test("hold every letter, and none is wider than asked for", () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 10, max: 40 }), (text, columns) => {
        const edit = inserted(editOf(""), text, true);
        const lines = visualLines(edit.text, columns);
        const joined = lines.map(({ start, end }) => edit.text.slice(start, end));
        expect(joined.join("").replaceAll("\n", "")).toBe(edit.text.replaceAll("\n", ""));
        for (const line of joined) {
          const wide = Math.max(0, ...graphemes(line).map((part) => displayWidth(clean(part))));
          expect(displayWidth(clean(line))).toBeLessThanOrEqual(Math.max(columns, wide));
        }
        expect(cursorLine(lines, edit.text.length)).toBe(lines.length - 1);
      }),
      { numRuns: 500 },
    );
  });

  test("any moves keep the cursor inside", () => {
    const move = fc.constantFrom<TextMove>(
      "left",
      "right",
      "word_left",
      "word_right",
      "home",
      "end",
      "backspace",
      "delete",
      "kill_word",
      "kill_word_after",
      "kill_start",
      "kill_end",
      "yank",
    );
    fc.assert(
      fc.property(hostileText, fc.array(move, { maxLength: 30 }), (text, moves) => {
        let edit = inserted(editOf(""), text, true);
        for (const each of moves) {
          edit = vertical(edited(edit, each), moves.length % 2 === 0 ? 1 : -1, 12);
          expect(edit.cursor).toBeGreaterThanOrEqual(0);
          expect(edit.cursor).toBeLessThanOrEqual(edit.text.length);
        }
      }),
      { numRuns: 500 },
    );
  });
});
