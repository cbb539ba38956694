import { Terminal } from "@xterm/headless";
import * as fc from "fast-check";
import stringWidth from "string-width";
import { describe, expect, test } from "vitest";

import { Painter } from "../../../src/view/cells/painter.ts";
import { cellsOf, type CellGrid } from "../../../src/view/cells/cells.ts";
import { lookOf, type Look } from "../../../src/view/cells/look.ts";

const looks: readonly Look[] = [
  "",
  lookOf({ bold: true }),
  lookOf({ color: "#6cc7d9" }),
  lookOf({ color: "ansi256(80)", dim: true }),
  lookOf({ color: "redBright", inverse: true }),
  "4;48;5;17",
];

/** Sure, likely and doubtful widths, and marks that take no column of their own. */
const characters = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(..."abc xyz 019 .,─│╭▄█●✓…".split("")) },
  { weight: 2, arbitrary: fc.constantFrom(..."日本語한국カ".split("")) },
  { weight: 1, arbitrary: fc.constantFrom("🚀", "é", "⏳", "❤", "⚡", "ก็", "Ω", "я", "🧪", "ﬁ", "☕") },
);

const pieces = fc.array(
  fc.record({
    x: fc.integer({ min: -3, max: 40 }),
    y: fc.integer({ min: -1, max: 12 }),
    cells: fc
      .array(
        fc.record({
          text: fc.array(characters, { maxLength: 12 }).map((all) => all.join("")),
          look: fc.constantFrom(...looks),
        }),
        { maxLength: 4 },
      )
      .map(cellsOf),
  }),
  { maxLength: 14 },
);
const size = fc.record({ columns: fc.integer({ min: 2, max: 40 }), rows: fc.integer({ min: 1, max: 12 }) });
/** Frames that follow each other; null: the same size as before. */
const frames = fc.array(fc.record({ pieces, size: fc.option(size, { freq: 5 }) }), { minLength: 4, maxLength: 4 });

const written = (terminal: Terminal, text: string): Promise<void> =>
  new Promise((resolve) => terminal.write(text, resolve));

/** What stands in each cell, with its look as the terminal keeps it. The second half of a wide character is "" or, where it is held for narrow, blank. */
function shownBy(terminal: Terminal): readonly (readonly string[])[] {
  const buffer = terminal.buffer.active;
  return Array.from({ length: terminal.rows }, (_, y) => {
    const line = buffer.getLine(y);
    return Array.from({ length: terminal.cols }, (_unused, x) => line?.getCell(x)?.getChars() || " ");
  });
}

const looksOf = (terminal: Terminal): readonly string[] =>
  Array.from({ length: terminal.rows * terminal.cols }, (_, at) => {
    const cell = terminal.buffer.active.getLine(Math.floor(at / terminal.cols))?.getCell(at % terminal.cols);
    return `${cell?.getFgColorMode()} ${cell?.getFgColor()} ${cell?.getBgColorMode()} ${cell?.getBgColor()} ${cell?.isBold()} ${cell?.isDim()} ${cell?.isInverse()} ${cell?.isUnderline()}`;
  });

const textsOf = ({ columns, rows, texts }: CellGrid): readonly (readonly string[])[] =>
  Array.from({ length: rows }, (_, y) =>
    texts.slice(y * columns, (y + 1) * columns).map((text) => (text === "" ? " " : text)),
  );

/** The emulator's own tables are those of Unicode 6, to which most emoji are one column wide; the others know today's. */
const tables = ["6", "today"] as const;
type Table = (typeof tables)[number];

const narrowOrWide = (code: number): 0 | 1 | 2 => {
  const width = stringWidth(String.fromCodePoint(code));
  return width > 1 ? 2 : width === 1 ? 1 : 0;
};

function terminalOf({ columns, rows }: { readonly columns: number; readonly rows: number }, table: Table): Terminal {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 50 });
  if (table === "6") return terminal;
  terminal.unicode.register({
    version: table,
    wcwidth: narrowOrWide,
    // As the emulator packs it: the width, and whether it joins what stands before.
    charProperties: (code, before) => {
      const width = narrowOrWide(code);
      return width === 0 && before !== 0 ? (((before >> 1) & 3) << 1) | 1 : width << 1;
    },
  });
  terminal.unicode.activeVersion = table;
  return terminal;
}

describe("what is written shows the frame", () => {
  test.each(tables)(
    "after 2,000 frames of any size, with width tables of Unicode %s",
    async (table) => {
      await fc.assert(
        fc.asyncProperty(size, frames, async (first, all) => {
          const painter = new Painter();
          const terminal = terminalOf(first, table);
          await written(terminal, "\x1b[?1049h");
          let at = first;
          for (const frame of all) {
            at = frame.size ?? at;
            terminal.resize(at.columns, at.rows);
            const draw = (on: Painter): CellGrid => {
              const grid = on.begin(at.columns, at.rows);
              for (const { x, y, cells } of frame.pieces) grid.put(x, y, cells);
              return grid;
            };
            const grid = draw(painter);
            const expected = textsOf(grid);
            await written(terminal, painter.finish());
            expect(shownBy(terminal)).toEqual(expected);
            const whole = terminalOf(at, table);
            const other = new Painter();
            draw(other);
            await written(whole, other.finish());
            expect(looksOf(terminal)).toEqual(looksOf(whole));
            draw(painter);
            expect(painter.finish()).toBe("");
            whole.dispose();
          }
          terminal.dispose();
        }),
        { seed: 13, numRuns: 250 },
      );
    },
    120_000,
  );
});

test("wherever a frame is cut, each cell is as it was before it or as it is after it", async () => {
  const lines = fc.array(
    fc.array(fc.constantFrom(..."abc  ─│●".split("")), { minLength: 30, maxLength: 30 }).map((all) => all.join("")),
    { minLength: 8, maxLength: 8 },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(lines, { minLength: 2, maxLength: 4 }), async (all) => {
      const painter = new Painter();
      const terminal = terminalOf({ columns: 30, rows: 8 }, "6");
      let before: readonly string[] | null = null;
      for (const frame of all) {
        const grid = painter.begin(30, 8);
        frame.forEach((text, y) => grid.put(0, y, cellsOf([{ text, look: looks[y % 3] ?? "" }])));
        const after = [...grid.texts];
        const bytes = Buffer.from(painter.finish());
        for (let from = 0; from < bytes.length; from += 64) {
          await new Promise<void>((done) => terminal.write(bytes.subarray(from, from + 64), done));
          const seen = shownBy(terminal).flat();
          const wrong = seen.filter((text, at) => before !== null && text !== before[at] && text !== after[at]);
          expect(wrong).toEqual([]);
        }
        before = after;
      }
      terminal.dispose();
    }),
    { seed: 13, numRuns: 30 },
  );
});
