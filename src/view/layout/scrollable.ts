import type { Line } from "../text/line.ts";

/** Lines of which only those in the window are made. */
export interface Scrollable {
  readonly count: number;
  readonly line: (index: number) => Line;
}

/**
 * Lines that grow at the end and may be dropped at the beginning: a position is kept by an anchor, which grows from line to line,
 * not by an index. Null as an anchor is the end, which is followed.
 */
export interface Growing extends Scrollable {
  readonly anchorAt: (index: number) => number;
  /** The first line at or after an anchor. */
  readonly indexOf: (anchor: number) => number;
}

export type Anchor = {
  /** Of the first visible line. */
  readonly at: number;
  /** Of the last line there was when the end was left: what is behind it is new. */
  readonly end: number;
} | null;

/** The first visible line, how many lie below the window, and how many are new since its end was left. */
export function anchored(
  content: Growing,
  anchor: Anchor,
  height: number,
): { readonly top: number; readonly below: number; readonly fresh: number } {
  const end = Math.max(0, content.count - height);
  if (anchor === null) return { top: end, below: 0, fresh: 0 };
  const top = Math.min(end, content.indexOf(anchor.at));
  const below = Math.max(0, content.count - top - height);
  return { top, below, fresh: Math.max(0, Math.min(below, content.count - 1 - content.indexOf(anchor.end))) };
}

/** The anchor for a window that begins at `top`, after `before`. */
export const anchorFor = (content: Growing, top: number, height: number, before: Anchor): Anchor =>
  top >= content.count - height
    ? null
    : { at: content.anchorAt(Math.max(0, top)), end: before?.end ?? content.anchorAt(content.count - 1) };

/** The place of the first of `count` ascending values that is not below `sought`. */
export function lowerBound(count: number, valueAt: (index: number) => number, sought: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (valueAt(middle) < sought) low = middle + 1;
    else high = middle;
  }
  return low;
}

export const scrollable = (lines: readonly Line[]): Scrollable => ({
  count: lines.length,
  line: (index) => lines[index] ?? [],
});

/** The lines from `top`, at most `height`. */
export function slice(content: Scrollable, top: number, height: number): readonly Line[] {
  const from = Math.max(0, Math.min(top, content.count - height));
  const lines: Line[] = [];
  for (let index = from; index < Math.min(content.count, from + height); index += 1) lines.push(content.line(index));
  return lines;
}
