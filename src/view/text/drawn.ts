import { span, type Line, type Span } from "./line.ts";
import type { Cell } from "./reveal.ts";
import type { Tone } from "./state-styles.ts";

/** A part of a line in a look of its own, in UTF-16 units; the end is not of it. */
export interface Layer {
  readonly from: number;
  readonly to: number;
  readonly tone: Tone;
}

/** Cells in as few pieces as they have looks; the last layer that has a place wins. */
export function drawn(cells: readonly Cell[], base: Tone, layers: readonly Layer[]): Line {
  const from = cells[0]?.at ?? 0;
  const to = (cells.at(-1)?.at ?? 0) + 1;
  const tonesAt = Array.from<Tone>({ length: to - from }).fill(base);
  for (const layer of layers) {
    if (layer.from >= to || layer.to <= from) continue;
    tonesAt.fill(layer.tone, Math.max(0, layer.from - from), Math.min(to, layer.to) - from);
  }
  const line: Span[] = [];
  let text = "";
  let tone: Tone = base;
  for (const cell of cells) {
    const own = tonesAt[cell.at - from] ?? base;
    const mine: Tone =
      cell.sign === "no" || own === "selected" ? own : cell.sign === "code" ? "warn" : own === base ? "muted" : own;
    if (mine !== tone && text !== "") {
      line.push(span(text, tone));
      text = "";
    }
    tone = mine;
    text += cell.text;
  }
  if (text !== "") line.push(span(text, tone));
  return line;
}
