import { frameOf, placed, type Placed, type Size } from "../layout/layout.ts";
import { clean } from "../text/clean.ts";
import { grownMarkdown, type GrowingMarkdown } from "../text/growing-markdown.ts";
import type { Line } from "../text/line.ts";
import { plainLines } from "../text/markdown.ts";
import type { AskPanel } from "./ask-state.ts";

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
): { readonly lines: readonly Line[]; readonly top: number; readonly rows: number; readonly most: number } {
  const all = wrapped(panel, width);
  const rows = Math.max(1, height - 1);
  const most = Math.max(0, all.length - rows);
  const growing = panel.durationMs === null;
  const top = Math.min(most, wanted ?? (growing ? most : 0));
  return { lines: all.slice(top, top + rows), top, rows, most };
}

const known = new WeakMap<AskPanel, { readonly width: number; readonly lines: readonly Line[] }>();
/** The last of each panel, whose settled blocks are drawn once however much is written behind them. */
const growing = new Map<string, GrowingMarkdown>();
const mostGrowing = 16;

function wrapped(panel: AskPanel, width: number): readonly Line[] {
  const before = known.get(panel);
  if (before?.width === width) return before.lines;
  const lines = linesOf(panel, Math.max(1, width));
  known.set(panel, { width, lines });
  return lines;
}

function linesOf(panel: AskPanel, width: number): readonly Line[] {
  if (panel.state === "failed") return plainLines(panel.note ?? "", width, "bad");
  if (panel.state === "waiting") return plainLines(panel.note ?? "", width, "warn");
  if (panel.text === "") return [];
  const next = grownMarkdown(
    growing.get(panel.title) ?? null,
    clean(panel.text, { lines: true, max: longestText }),
    width,
    null,
  );
  growing.delete(panel.title);
  growing.set(panel.title, next);
  const [oldest] = growing.keys();
  if (growing.size > mostGrowing && oldest !== undefined) growing.delete(oldest);
  return next.lines;
}
