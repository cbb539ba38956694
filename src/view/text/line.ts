import { clean, type CleanOptions } from "./clean.ts";
import type { Tone } from "./state-styles.ts";
import { displayWidth, graphemes, truncate } from "./width.ts";

/**
 * A piece of a drawn line. It can be made by `span` only, which cleans its text, so nothing else can reach a component.
 * `declare private` makes the type nominal: an object literal is no Span.
 */
export class Span {
  declare private readonly cleaned: true;
  readonly text: string;
  readonly tone: Tone;
  readonly bold: boolean;
  /** Whether what is typed goes here. */
  readonly cursor: boolean;

  private constructor(text: string, tone: Tone, bold: boolean, cursor: boolean) {
    this.text = text;
    this.tone = tone;
    this.bold = bold;
    this.cursor = cursor;
  }

  static of(text: string, tone: Tone, bold: boolean, options?: CleanOptions): Span {
    return new Span(clean(text, options), tone, bold, false);
  }

  static cursor(text: string): Span {
    return new Span(clean(text), "selected", false, true);
  }

  /** The same look with a part of the same text; the caller only cuts, pads or joins what is clean. */
  with(text: string): Span {
    return text === this.text ? this : new Span(clean(text), this.tone, this.bold, this.cursor);
  }
}

export type Line = readonly Span[];

export const span = (text: string, tone: Tone = "text"): Span => Span.of(text, tone, false);
export const boldSpan = (text: string, tone: Tone = "text"): Span => Span.of(text, tone, true);
/** For text a person judges letter by letter: what would be hidden is shown as codes. */
export const revealedSpan = (text: string, tone: Tone = "text"): Span => Span.of(text, tone, false, { reveal: true });

export const gap = (columns: number): Span => span(" ".repeat(Math.max(0, columns)));
export const empty: Line = [];

export const lineWidth = (line: Line): number => line.reduce((sum, piece) => sum + displayWidth(piece.text), 0);
export const lineText = (line: Line): string => line.map((piece) => piece.text).join("");

/** Exactly `columns` wide: cut with an ellipsis, or filled with spaces. */
export function fitLine(line: Line, columns: number, align: "left" | "right" = "left"): Line {
  const width = lineWidth(line);
  if (width === columns) return line;
  if (width < columns) return align === "left" ? [...line, gap(columns - width)] : [gap(columns - width), ...line];
  return cutLine(line, columns);
}

/** At most `columns` wide. */
export function cutLine(line: Line, columns: number): Line {
  if (lineWidth(line) <= columns) return line;
  const kept: Span[] = [];
  let left = columns;
  for (const piece of line) {
    const width = displayWidth(piece.text);
    if (width < left) {
      kept.push(piece);
      left -= width;
      continue;
    }
    const cut = truncate(`${piece.text}  `, left);
    kept.push(piece.with(cut), gap(left - displayWidth(cut)));
    break;
  }
  return kept;
}

/** `left` at the left edge and `right` at the right one; the right one gives way first when there is no room for both. */
export function spread(left: Line, right: Line, columns: number): Line {
  const room = columns - lineWidth(left) - lineWidth(right);
  return room >= 1 ? [...left, gap(room), ...right] : fitLine(left, columns);
}

/** As many parts as fit, in order, with `between` columns of space; the rest is dropped from the right. */
export function fitParts(parts: readonly Line[], columns: number, between = 2): Line {
  const kept: Span[] = [];
  let left = columns;
  for (const part of parts) {
    const width = lineWidth(part) + (kept.length === 0 ? 0 : between);
    if (width > left) break;
    if (kept.length > 0) kept.push(gap(between));
    kept.push(...part);
    left -= width;
  }
  return kept;
}

/** The selected row: one look over all of it. */
export const selectLine = (line: Line): Line => [boldSpan(lineText(line), "selected")];

/** Exactly `rows` lines of exactly `columns`: for what must cover what lies under it. */
export function fillLines(lines: readonly Line[], columns: number, rows: number): readonly Line[] {
  return Array.from({ length: Math.max(0, rows) }, (_, index) => fitLine(lines[index] ?? empty, columns));
}

/** Looks that a space has too. */
const onSpaces: ReadonlySet<Tone> = new Set<Tone>(["selected", "added_word", "removed_word"]);

/**
 * The same cells in as few pieces as there are looks: every piece costs time in every frame. Spaces take the look before them, as
 * long as that one cannot be seen on a space.
 */
export function merged(line: Line): Line {
  const kept: Span[] = [];
  for (const piece of line) {
    const last = kept.at(-1);
    if (piece.text === "") continue;
    const alike =
      last !== undefined && last.tone === piece.tone && last.bold === piece.bold && last.cursor === piece.cursor;
    const hidden =
      last !== undefined && !onSpaces.has(last.tone) && !onSpaces.has(piece.tone) && piece.text.trim() === "";
    if (last !== undefined && (alike || hidden)) kept[kept.length - 1] = last.with(last.text + piece.text);
    else kept.push(piece);
  }
  return kept;
}

/** Whether two lines draw the same cells. */
export const sameLine = (a: Line, b: Line): boolean =>
  a === b ||
  (a.length === b.length &&
    a.every((piece, index) => {
      const other = b[index];
      return (
        other !== undefined &&
        (piece === other ||
          (piece.text === other.text &&
            piece.tone === other.tone &&
            piece.bold === other.bold &&
            piece.cursor === other.cursor))
      );
    }));

/**
 * Marks where a person types: the grapheme at `index`, or a space after the end. There stands the terminal's own cursor, or where it
 * cannot be placed the look of a selection.
 */
export function withCursor(text: string, index: number): Line {
  const before = text.slice(0, index);
  const at = graphemes(text.slice(index))[0] ?? " ";
  return [span(before), Span.cursor(at), span(text.slice(index + at.length))];
}
