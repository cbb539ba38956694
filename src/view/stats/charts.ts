import { duration, instant } from "../text/durations.ts";
import { dollars } from "../text/amounts.ts";
import { clean } from "../text/clean.ts";
import { gap, span, type Line } from "../text/line.ts";
import type { Tone } from "../text/state-styles.ts";
import { pad, truncate } from "../text/width.ts";
import type { Burn } from "./burn.ts";
import type { SpanKind, TaskSpans } from "./gantt.ts";

/** Charts of cells. Each has its figures beside it as text, so that nothing is said by its look alone. */

const labelWidth = 8;
const eighths = " ▁▂▃▄▅▆▇█";

/** What was spent over time as columns, with the line of the cap and where it goes; below it when. */
export function burnChart(burn: Burn, size: { readonly columns: number; readonly rows: number }): readonly Line[] {
  const columns = Math.max(10, size.columns - labelWidth - 1);
  const top = Math.max(burn.capMicros ?? 0, burn.projectedMicros ?? 0, burn.spent.at(-1) ?? 0, 1);
  const capRow = burn.capMicros === null ? -1 : rowOf(burn.capMicros, top, size.rows);
  const rows = Array.from({ length: size.rows }, (_, index): Line => {
    const row = size.rows - 1 - index;
    const label =
      row === capRow ? dollars(burn.capMicros ?? 0) : row === size.rows - 1 ? dollars(top) : row === 0 ? "$0" : "";
    const cells = Array.from({ length: columns }, (_, column) => cellOf(burn, column, columns, row, top, size.rows));
    const line = cells.map(({ cell, tone }) =>
      cell === " " && row === capRow ? { cell: "─", tone: "warn" as const } : { cell, tone },
    );
    return [span(`${label.padStart(labelWidth - 1)} `, row === capRow ? "warn" : "muted"), ...runs(line)];
  });
  const until = burn.to > burn.now ? `done about ${instant(burn.to, burn.now)}` : `now ${instant(burn.now, burn.now)}`;
  const from = instant(burn.from, burn.now);
  return [
    ...rows,
    [gap(labelWidth), span(from, "muted"), gap(columns - from.length - until.length), span(until, "muted")],
  ];
}

interface Cell {
  readonly cell: string;
  readonly tone: Tone;
}

function cellOf(burn: Burn, column: number, columns: number, row: number, top: number, rows: number): Cell {
  const { spent } = burn;
  const isPast = column < spent.length || burn.to <= burn.now;
  if (isPast) {
    const micros = spent[Math.min(spent.length - 1, column)] ?? 0;
    const filled = (micros / top) * rows - row;
    const part = filled >= 1 ? 8 : filled <= 0 ? 0 : Math.max(1, Math.round(filled * 8));
    const isOver = burn.capMicros !== null && micros > burn.capMicros;
    return { cell: eighths.charAt(part), tone: isOver ? "bad" : "busy" };
  }
  if (burn.projectedMicros === null) return { cell: " ", tone: "muted" };
  const last = spent.at(-1) ?? 0;
  const share = (column - spent.length + 1) / Math.max(1, columns - spent.length);
  const micros = last + (burn.projectedMicros - last) * share;
  return { cell: rowOf(micros, top, rows) === row ? "·" : " ", tone: "muted" };
}

const rowOf = (micros: number, top: number, rows: number): number =>
  Math.min(rows - 1, Math.max(0, Math.ceil((micros / top) * rows) - 1));

/** Cells of one look as one piece. */
function runs(cells: readonly Cell[]): Line {
  const pieces: { text: string; tone: Tone }[] = [];
  for (const { cell, tone } of cells) {
    const last = pieces.at(-1);
    if (last !== undefined && (last.tone === tone || cell === " ")) last.text += cell;
    else pieces.push({ text: cell, tone });
  }
  return pieces.map(({ text, tone }) => span(text, tone));
}

const spanLook: Record<SpanKind, Cell> = {
  none: { cell: " ", tone: "muted" },
  wait: { cell: "·", tone: "muted" },
  plan: { cell: "─", tone: "accent" },
  work: { cell: "█", tone: "busy" },
  review: { cell: "░", tone: "good" },
  ask: { cell: "?", tone: "ask" },
};

const spanWord: Record<Exclude<SpanKind, "none">, string> = {
  plan: "planning",
  work: "coding",
  review: "review",
  ask: "waits for you",
  wait: "waits",
};

/** What the signs of the rows mean. */
export const ganttLegend: Line = (["plan", "work", "review", "ask", "wait"] as const).flatMap((kind): Line => [
  span(`${spanLook[kind].cell} `, spanLook[kind].tone),
  span(`${spanWord[kind]}   `, "muted"),
]);

export const ganttNames = 14;
export const ganttTimes = 8;

/** A task and what happened to it from left to right, and how long in all. */
export const ganttLine = ({ task, from, to, spans }: TaskSpans): Line => [
  span(pad(truncate(clean(task), ganttNames - 1), ganttNames - 1), "title"),
  gap(1),
  ...runs(spans.map((kind) => spanLook[kind])),
  span(duration(to - from).padStart(ganttTimes), "muted"),
];
