import { createContext } from "react";

import { cellsOf, type Cells } from "../../src/view/cells/cells.ts";
import { lookOf } from "../../src/view/cells/look.ts";
import type { Line } from "../../src/view/text/line.ts";
import type { Theme } from "../../src/view/text/theme.ts";
import { shownText } from "./theme-context.ts";

/** Whether a writer of cells draws, for whom lines keep their cells beside their text. */
export const DrawsCells = createContext(false);

/** What Ink's Transform takes. */
type Transformed = (text: string) => string;

const known = new WeakMap<object, Cells>();

/** A transform that says for Ink how a line looks, and has its cells for `cellsBy`. */
export function transformOf(theme: Theme, line: Line): Transformed {
  const pieces = line.map(({ text, tone, bold, cursor }) => {
    const style = theme.tones[tone];
    return { text: shownText(theme, text), look: lookOf(bold ? { ...style, bold } : style), cursor };
  });
  const styled: Transformed = () =>
    pieces.map(({ text, look }) => (look === "" ? text : `\x1b[${look}m${text}\x1b[0m`)).join("");
  // The terminal's own cursor would turn a cell that is turned already back into one like any other.
  const plain = lookOf(theme.tones.text);
  known.set(styled, cellsOf(pieces.map((piece) => (piece.cursor ? { ...piece, look: plain } : piece))));
  return styled;
}

/** The cells of the line that a transform was made for; null: it is another one. */
export const cellsBy = (transform: object): Cells | null => known.get(transform) ?? null;
