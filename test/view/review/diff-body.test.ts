import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { diffBody, type DiffBody, type DiffLook } from "../../../src/view/review/diff-body.ts";
import { parseDiff } from "../../../src/view/review/diff-lines.ts";
import { noteRows, notesOf } from "../../../src/view/review/diff-notes.ts";
import { diffWindow, movedPlace, type DiffPlace } from "../../../src/view/review/diff-place.ts";
import { lineText, lineWidth } from "../../../src/view/text/line.ts";
import { check, diffText, finding } from "../fixtures.ts";
import { hostileText } from "../hostile.ts";

const usual: DiffLook = { columns: 60, wrap: true, left: 0, split: false, find: "" };

const bodyOf = (text: string, look: Partial<DiffLook> = {}): DiffBody =>
  diffBody({
    diff: parseDiff(text),
    look: { ...usual, ...look },
    notes: new Map(),
    noteRows,
    syntax: null,
    viewed: new Set(),
  });

const rowsOf = (body: DiffBody, item: number): readonly string[] =>
  Array.from({ length: body.rowsOf(item) }, (_, sub) => {
    const { gutter, text } = body.row(item, sub);
    return lineText([...gutter, ...text]);
  });

const added = (line: string): string => `diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -0,0 +1 @@\n+${line}\n`;

/** What stands on the rows for a line, without the gutter. */
const shown = (line: string, columns: number): string => {
  const body = bodyOf(added(line), { columns });
  return Array.from({ length: body.rowsOf(2) }, (_, sub) => lineText(body.row(2, sub).text)).join("");
};

describe("a line of a diff", () => {
  test("is wrapped, and its last letter is on its last row", () => {
    const long = `${"x".repeat(9_999)}END`.slice(-10_000);
    const body = bodyOf(added(long), { columns: 80 });
    expect(body.rowsOf(2)).toBe(Math.ceil(10_000 / 73));
    expect(rowsOf(body, 2).at(-1)).toMatch(/x*END$/);
  });

  test("shows tabs, white space at its end and what a terminal would not", () => {
    expect(shown("a\tb  ", 60)).toBe("a→  b··");
    expect(shown("if (admin\u202e // ok\x1b[2K\r", 60)).toBe("if (admin<U+202E> // ok␛[2K␍");
    expect(shown("e\u0301\u200b|", 60)).toBe("e<U+0301><U+200B>|");
    expect(shown("\u1062", 60)).toBe("<U+1062>");
  });

  test("keeps a wide letter in one row", () => {
    const body = bodyOf(added("検索検索検索"), { columns: 12 });
    expect(rowsOf(body, 2).map((row) => row.slice(7))).toEqual(["検索", "検索", "検索"]);
  });

  test("shows every character of every line in some row, at any width", () => {
    const letter = fc.oneof(
      hostileText,
      fc.string({ unit: "grapheme" }),
      fc.constantFrom("\t", " ", "\u0301", "検", "🎌"),
    );
    fc.assert(
      fc.property(fc.array(letter, { maxLength: 12 }), fc.integer({ min: 9, max: 90 }), (parts, columns) => {
        const line = parts.join("").replaceAll("\n", "");
        const text = shown(line, columns).replaceAll("\u200c", "");
        const body = bodyOf(added(line), { columns });
        for (let sub = 0; sub < body.rowsOf(2); sub += 1) {
          const row = body.row(2, sub);
          expect(lineWidth([...row.gutter, ...row.text])).toBeLessThanOrEqual(Math.max(columns, 11));
        }
        let at = 0;
        for (const character of line) {
          const code = `<U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`;
          const sign =
            character === "\t" ? "→" : character < " " ? String.fromCharCode(0x2400 + character.charCodeAt(0)) : "␡";
          const places = [character, code, sign, ...(character === " " ? ["·"] : [])]
            .map((each) => [each, text.indexOf(each, at)] as const)
            .filter(([each, place]) => place >= 0 && (each !== "␡" || character === "\x7f" || character === each));
          const nearest = places.toSorted((a, b) => a[1] - b[1])[0];
          if (nearest === undefined) throw new Error(`${JSON.stringify(line)} hides ${code}`);
          at = nearest[1] + nearest[0].length;
        }
      }),
      { numRuns: 400 },
    );
  });

  test("is scrolled sideways where it is not wrapped", () => {
    const line = Array.from({ length: 30 }, (_, index) => `word${index} `).join("");
    const look = { wrap: false, columns: 27 };
    expect(rowsOf(bodyOf(added(line), look), 2)).toEqual(["   1 + word0 word1 word2 wo"]);
    expect(rowsOf(bodyOf(added(line), { ...look, left: 18 }), 2)).toEqual(["   1 + word3 word4 word5 wo"]);
  });

  test("marks the words that differ from the line it replaces", () => {
    const body = bodyOf(`diff --git a/x b/x\n@@ -1 +1 @@\n-const limit = 10;\n+const limit = 20;\n`);
    const words = (item: number): readonly string[] =>
      body.row(item, 0).text.flatMap(({ tone, text }) => (tone.endsWith("_word") ? [text] : []));
    expect([words(2), words(3)]).toEqual([["10"], ["20"]]);
  });

  test("marks what is sought, letters of any case", () => {
    const body = bodyOf(added("Token and token"), { find: "token" });
    expect(
      body
        .row(2, 0)
        .text.filter(({ tone }) => tone === "selected")
        .map(({ text }) => text),
    ).toEqual(["Token", "token"]);
  });
});

describe("side by side", () => {
  const body = bodyOf(diffText, { columns: 121, split: true });

  test("a removed line stands beside what took its place, under one number each", () => {
    const item = body.itemOf(4);
    expect(body.itemOf(5)).toBe(item);
    const [row = ""] = rowsOf(body, item);
    expect(row.slice(0, 60)).toContain("14 -     if (!token) throw new Unauthorized();");
    expect(row.slice(60)).toMatch(/^│ {2}14 \+ {5}if \(token === null\)/);
    expect(body.lineOf(item)).toBe(5);
  });

  test("every line has its item", () => {
    for (let line = 0; line < body.diff.lines.length; line += 1) {
      const item = body.itemOf(line);
      expect(item).toBeLessThan(body.items);
    }
  });
});

describe("notes", () => {
  const diff = parseDiff(diffText);
  const said = [
    finding("F1", "Clock skew.", { file: "src/auth/guard.ts", line: 16 }),
    finding("F9", "Far away.", { file: "src/auth/guard.ts", line: 400 }),
  ];
  const red = [
    check("test", "fail", {
      newFailures: [],
      tail: "  at /home/x/work/src/auth/guard.ts:14:9\n  at other.ts:14:9",
    }),
  ];
  const comments = [{ file: "src/auth/guard.ts", line: 14, side: "new" as const, text: "say which" }];
  const notes = notesOf(diff, comments, said, red, [
    { file: "test/guard.test.ts", line: 2, side: "new", text: "cover null", state: "resolved", now: null },
  ]);

  test("stand under the line they name, with who said it", () => {
    expect(notes.get(7)?.map(({ head, text }) => `${head}: ${text}`)).toEqual([
      expect.stringMatching(/F1, .*: Clock skew\.$/),
    ]);
    expect(notes.get(5)?.map(({ head }) => head)).toEqual(["check test", "you"]);
  });

  test("about lines that are not shown stand at the head of their file", () => {
    expect(notes.get(0)?.map(({ head }) => head)).toEqual([expect.stringMatching(/^line 400, /)]);
  });

  test("of earlier rounds say what became of their line", () => {
    const all = [...notes.values()].flat().filter(({ kind }) => kind === "earlier");
    expect(all.map(({ head, text }) => `${head}: ${text}`)).toEqual([
      "you said before, this line has changed since: cover null",
    ]);
  });
});

describe("a window onto a diff", () => {
  const lines = Array.from({ length: 50_000 }, (_, index) => `+line ${index} ${"y".repeat(index % 200)}`);
  const large = `diff --git a/big.ts b/big.ts\n--- a/big.ts\n+++ b/big.ts\n@@ -0,0 +1,50000 @@\n${lines.join("\n")}\n`;

  test("lays out what is in it and nothing else, however long the diff", () => {
    const body = bodyOf(large);
    let asked = 0;
    const counting: DiffBody = {
      ...body,
      rowsOf: (item) => {
        asked += 1;
        return body.rowsOf(item);
      },
    };
    let place: DiffPlace = { item: 0, sub: 0, row: 0 };
    for (const movement of ["down", "page_down", "bottom", "page_up", "top"] as const) {
      place = movedPlace(counting, place, movement, 40);
      expect(diffWindow(counting, place, 40).rows).toHaveLength(40);
    }
    expect(asked).toBeLessThan(1_000);
  });

  test("has a full window at its end, and every row can be reached", () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 80 }), fc.integer({ min: 1, max: 30 }), (columns, height) => {
        const body = bodyOf(diffText, { columns });
        let place: DiffPlace = { item: 0, sub: 0, row: 0 };
        const seen = new Set<string>();
        for (let step = 0; step < 500; step += 1) {
          const { rows, selected } = diffWindow(body, place, height);
          expect(rows[selected]).toEqual({ item: place.item, sub: place.sub });
          for (const { item, sub } of rows) seen.add(`${item} ${sub}`);
          place = movedPlace(body, place, "down", height);
        }
        const all = Array.from({ length: body.items }, (_, item) => body.rowsOf(item)).reduce(
          (sum, rows) => sum + rows,
          0,
        );
        expect(seen.size).toBe(all);
        expect(diffWindow(body, place, height).rows).toHaveLength(Math.min(height, all));
      }),
      { numRuns: 60 },
    );
  });
});
