import { frameOf, placed, type Placed, type Size } from "../layout/layout.ts";
import { cleanLines } from "../text/clean.ts";
import { wrap } from "../text/width.ts";
import type { AskPanel } from "./ask-board.ts";

/** Narrower columns are no pleasure to read. */
const leastColumns = 44;
const leastRows = 8;
const longestText = 512 * 1024;

export interface PlacedPanel {
  readonly index: number;
  readonly at: Placed;
}

export interface AskLayout {
  readonly panels: readonly PlacedPanel[];
  /** One answer is shown, the others are names above it. */
  readonly tabs: boolean;
}

/** Side by side, in rows of equal panels, where there is room for all; else one answer at a time. */
export function askLayout(
  size: Size,
  count: number,
  { selected, zoom }: { readonly selected: number; readonly zoom: boolean },
): AskLayout {
  const { body, wide } = frameOf(size);
  const most = Math.max(1, Math.min(count, Math.floor(body.width / leastColumns)));
  const down = Math.ceil(count / most);
  const across = Math.ceil(count / down);
  const height = Math.floor(body.height / down);
  if (zoom || count === 1 || across === 1 || height < leastRows || !wide) {
    const style = wide ? "box" : "rule";
    return {
      panels: [{ index: selected, at: placed(style, body.x, body.y, body.width, body.height) }],
      tabs: count > 1,
    };
  }
  const panels = Array.from({ length: count }, (_, index): PlacedPanel => {
    const row = Math.floor(index / across);
    const inRow = row === down - 1 ? count - row * across : across;
    const column = index % across;
    const x = Math.floor((body.width * column) / inRow);
    const next = Math.floor((body.width * (column + 1)) / inRow);
    const y = row * height;
    const rows = row === down - 1 ? body.height - y : height;
    return { index, at: placed("box", body.x + x, body.y + y, next - x, rows) };
  });
  return { panels, tabs: false };
}

/** The part of a panel's text that is seen above its last line. `most`: the last line the text may begin at. */
export function shownLines(
  panel: AskPanel,
  wanted: number | undefined,
  width: number,
  height: number,
): { readonly lines: readonly string[]; readonly top: number; readonly rows: number; readonly most: number } {
  const all = wrapped(panel, width);
  const rows = Math.max(1, height - 1);
  const most = Math.max(0, all.length - rows);
  const growing = panel.durationMs === null;
  const top = Math.min(most, wanted ?? (growing ? most : 0));
  return { lines: all.slice(top, top + rows), top, rows, most };
}

const known = new WeakMap<AskPanel, { readonly width: number; readonly lines: readonly string[] }>();

function wrapped(panel: AskPanel, width: number): readonly string[] {
  const before = known.get(panel);
  if (before?.width === width) return before.lines;
  const text = panel.state === "failed" || panel.state === "waiting" ? (panel.note ?? "") : panel.text;
  const lines =
    text === "" ? [] : cleanLines(text, { max: longestText }).flatMap((line) => wrap(line, Math.max(1, width)));
  known.set(panel, { width, lines });
  return lines;
}
