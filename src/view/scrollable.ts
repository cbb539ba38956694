import type { Line } from "./line.ts";

/** Lines of which only those in the window are made. */
export interface Scrollable {
  readonly count: number;
  readonly line: (index: number) => Line;
}

export const scrollable = (lines: readonly Line[]): Scrollable => ({ count: lines.length, line: (index) => lines[index] ?? [] });

/** The lines from `top`, at most `height`. */
export function slice(content: Scrollable, top: number, height: number): readonly Line[] {
  const from = Math.max(0, Math.min(top, content.count - height));
  const lines: Line[] = [];
  for (let index = from; index < Math.min(content.count, from + height); index += 1) lines.push(content.line(index));
  return lines;
}
