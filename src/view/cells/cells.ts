import stringWidth from "string-width";

import { lookAfter, type Look } from "./look.ts";

/** Cells side by side: what stands in each, and how it looks. The second half of a wide character is "". */
export interface Cells {
  readonly texts: readonly string[];
  readonly looks: readonly Look[];
  /** The cell in which somebody types. */
  readonly cursor?: number;
}

/** A text of one look. */
export interface Piece {
  readonly text: string;
  readonly look: Look;
  /** Whether somebody types at its first cell. */
  readonly cursor?: boolean;
}

const ascii = /^[\x20-\x7e]*$/;
/** Made when it is asked first: it takes a while. */
let segmenter: Intl.Segmenter | null = null;

/** Puts the cells of a text behind those that are there. */
function pushText(texts: string[], looks: Look[], text: string, look: Look): void {
  if (ascii.test(text)) {
    for (const one of text) {
      texts.push(one);
      looks.push(look);
    }
    return;
  }
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) {
    const width = widthOf(segment);
    for (let cell = 0; cell < width; cell += 1) {
      texts.push(cell === 0 ? segment : "");
      looks.push(look);
    }
  }
}

const widths = new Map<string, number>();
const mostWidths = 4_096;

/** As Ink counts: whatever is drawn takes a cell. */
function widthOf(grapheme: string): number {
  if (grapheme.length === 1 && grapheme <= "~") return 1;
  const known = widths.get(grapheme);
  if (known !== undefined) return known;
  if (widths.size >= mostWidths) widths.clear();
  const width = Math.max(1, stringWidth(grapheme));
  widths.set(grapheme, width);
  return width;
}

/** The cells of pieces of text with a look each. */
export function cellsOf(pieces: readonly Piece[]): Cells {
  const texts: string[] = [];
  const looks: Look[] = [];
  let typedAt: number | null = null;
  for (const { text, look, cursor } of pieces) {
    if (cursor === true) typedAt = texts.length;
    pushText(texts, looks, text, look);
  }
  return typedAt === null ? { texts, looks } : { texts, looks, cursor: typedAt };
}

const sequence = /\x1b\[([\d;]*)m/g;

/** The cells of a line with sequences for looks in it, as Ink writes one. */
export function cellsOfStyled(line: string): Cells {
  const texts: string[] = [];
  const looks: Look[] = [];
  let look: Look = "";
  let from = 0;
  for (const found of line.matchAll(sequence)) {
    pushText(texts, looks, line.slice(from, found.index), look);
    look = lookAfter(look, found[1] ?? "");
    from = found.index + found[0].length;
  }
  pushText(texts, looks, line.slice(from), look);
  return { texts, looks };
}

/** All cells of a screen. */
export class CellGrid {
  readonly columns: number;
  readonly rows: number;
  /** Row by row. */
  readonly texts: string[];
  readonly looks: Look[];
  /** Where somebody types, as an index of a cell. */
  cursor: number | null = null;

  constructor(columns: number, rows: number) {
    this.columns = columns;
    this.rows = rows;
    this.texts = Array.from<string>({ length: columns * rows }).fill(" ");
    this.looks = Array.from<Look>({ length: columns * rows }).fill("");
  }

  clear(): void {
    this.texts.fill(" ");
    this.looks.fill("");
    this.cursor = null;
  }

  /** Draws cells from a place on; what lies outside is cut, and half a wide character is a space. */
  put(x: number, y: number, { texts, looks, cursor = -1 }: Cells): void {
    if (y < 0 || y >= this.rows) return;
    const from = Math.max(0, -x);
    const to = Math.min(texts.length, this.columns - x);
    if (to <= from) return;
    const row = y * this.columns;
    this.#part(row, x + from);
    this.#part(row, x + to);
    if (cursor >= from && cursor < to) this.cursor = row + x + cursor;
    else if (this.cursor !== null && this.cursor >= row + x + from && this.cursor < row + x + to) this.cursor = null;
    for (let cell = from; cell < to; cell += 1) {
      this.texts[row + x + cell] = texts[cell] ?? " ";
      this.looks[row + x + cell] = looks[cell] ?? "";
    }
    if (texts[from] === "") this.texts[row + x + from] = " ";
    if (texts[to] === "") this.#halve(row + x + to - 1, row);
  }

  /** A wide character that begins left of a column and ends in it or behind it is drawn over: its other half must not stay. */
  #part(row: number, x: number): void {
    if (x >= this.columns || this.texts[row + x] !== "") return;
    this.#halve(row + x - 1, row);
    for (let cell = x; cell < this.columns && this.texts[row + cell] === ""; cell += 1) this.texts[row + cell] = " ";
  }

  /** Makes a space of the cells of a character up to this one. */
  #halve(index: number, row: number): void {
    let cell = index;
    for (; cell > row && this.texts[cell] === ""; cell -= 1) this.texts[cell] = " ";
    this.texts[cell] = " ";
  }

  /** Draws a frame as Ink writes one. */
  putFrame(frame: string): void {
    frame.split("\n").forEach((line, y) => this.put(0, y, cellsOfStyled(line)));
  }
}
