import type { RecordedEvent } from "../../domain/events.ts";
import type { TaskId } from "../../domain/ids.ts";
import { anchored, lowerBound, type Anchor, type Growing } from "../layout/scrollable.ts";
import type { EventsSnapshot } from "../screen/screen-source.ts";
import { clean } from "../text/clean.ts";
import { timeOfDay } from "../text/durations.ts";
import { empty, fitLine, gap, span, boldSpan, type Line } from "../text/line.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import type { Tone } from "../text/state-styles.ts";
import { pad, wrap } from "../text/width.ts";
import { eventLine, type EventLine } from "./event-lines.ts";
import type { EventLevel } from "./teller.ts";
import { filteredLines } from "./log-filter.ts";
import { markStyle } from "./log-marks.ts";

/** Events as lines of a panel (one each) and of the log (wrapped). Only what is visible is drawn. */
const shownEvents = memoizeLast((snapshot: EventsSnapshot, warnings: boolean): readonly EventLine[] =>
  snapshot.events.flatMap((event: RecordedEvent) => {
    const line = eventLine(event);
    return line === null || (warnings && line.level === "info" && !line.asks) ? [] : [line];
  }),
);

const levelTone: Record<EventLevel, Tone> = { info: "text", warn: "warn", error: "bad" };

const toneOf = (line: EventLine): Tone => {
  if (line.asks) return "ask";
  return line.mark === "done" ? "good" : levelTone[line.level];
};

/** `✓ 12:04:11 AUTH-1       gpt       text`; `withTask` false where all lines are of one task. */
function prefix(line: EventLine, withTask: boolean, columns: number): Line {
  const names = columns >= 100 ? 12 : 9;
  const { glyph, tone } = markStyle[line.mark];
  return [
    span(`${glyph} `, line.level === "error" ? "bad" : tone),
    span(timeOfDay(line.at), "muted"),
    gap(1),
    ...(withTask ? [boldSpan(pad(line.task ?? "", names), line.asks ? "ask" : "text"), gap(1)] : []),
    span(pad(line.model ?? "", names), "accent"),
    gap(1),
  ];
}

const prefixWidth = (withTask: boolean, columns: number): number =>
  11 + (columns >= 100 ? 13 : 10) * (withTask ? 2 : 1);

const isRepeat = (a: EventLine, b: EventLine): boolean =>
  a.text === b.text && a.task === b.task && a.model === b.model && a.level === b.level && a.mark === b.mark;

/** The same line again and again is one line that says how often, with the time of the last. */
export const folded = memoizeLast((lines: readonly EventLine[]): readonly EventLine[] => {
  const kept: EventLine[] = [];
  for (let from = 0, to = 0; from < lines.length; from = to) {
    const first = lines[from];
    if (first === undefined) break;
    for (to = from + 1; to < lines.length; to += 1) {
      const next = lines[to];
      if (next === undefined || !isRepeat(first, next)) break;
    }
    kept.push(to - from === 1 ? first : repeated(first, lines[to - 1] ?? first, to - from));
  }
  return kept;
});

const repeats = new WeakMap<EventLine, EventLine>();

/** The same object while no more of them come, so that it is wrapped once. */
function repeated(first: EventLine, last: EventLine, times: number): EventLine {
  const known = repeats.get(last);
  if (known?.pos === first.pos) return known;
  const line = { ...first, at: last.at, text: `${first.text}  x ${times}` };
  repeats.set(last, line);
  return line;
}

/** One line of the Events panel. */
const eventRow = (line: EventLine, columns: number): Line =>
  fitLine([...prefix(line, true, columns), span(line.text, toneOf(line))], columns);

/** The Events panel: one line an event. */
export function eventRows(snapshot: EventsSnapshot, columns: number): Growing {
  const lines = folded(shownEvents(snapshot, false));
  const anchorAt = (index: number): number => (lines[index]?.pos ?? 0) * anchorsAnEvent;
  return {
    count: lines.length,
    line: (index) => {
      const line = lines[index];
      return line === undefined ? empty : eventRow(line, columns);
    },
    anchorAt,
    indexOf: (anchor) => lowerBound(lines.length, anchorAt, anchor),
  };
}

interface Piece {
  readonly event: EventLine;
  readonly text: string;
  /** Its place among the pieces of the event. */
  readonly part: number;
}

const mostPieces = 6;
const anchorsAnEvent = 8;
const wrapped = new WeakMap<EventLine, { readonly columns: number; readonly pieces: readonly Piece[] }>();

function piecesOf(event: EventLine, columns: number): readonly Piece[] {
  const known = wrapped.get(event);
  if (known?.columns === columns) return known.pieces;
  const pieces = wrap(clean(event.text, { lines: true, max: 1000 }).trim(), Math.max(20, columns), mostPieces).map(
    (text, part) => ({ event, text, part }),
  );
  wrapped.set(event, { columns, pieces });
  return pieces;
}

const fitting = memoizeLast(filteredLines);

const physical = memoizeLast((lines: readonly EventLine[], columns: number): readonly Piece[] =>
  lines.flatMap((line) => piecesOf(line, columns)),
);

/** Lines of the log, each with the task it is about. */
export interface LogRows extends Growing {
  readonly taskAt: (index: number) => TaskId | null;
}

/** The last line in sight that is about a task, and that task. */
export function lastTask(
  rows: LogRows,
  anchor: Anchor,
  height: number,
): { readonly task: TaskId; readonly index: number } | null {
  const { top } = anchored(rows, anchor, height);
  for (let index = Math.min(rows.count, top + height) - 1; index >= top; index -= 1) {
    const task = rows.taskAt(index);
    if (task !== null) return { task, index };
  }
  return null;
}

/** The log: events wrapped to the width, each wrapped once. */
export function logRows(
  snapshot: EventsSnapshot,
  options: { readonly warnings: boolean; readonly withTask: boolean; readonly filter: string },
  columns: number,
): LogRows {
  const indent = prefixWidth(options.withTask, columns);
  const lines = folded(fitting(shownEvents(snapshot, options.warnings), options.filter));
  const pieces = physical(lines, columns - indent);
  const anchorAt = (index: number): number => {
    const piece = pieces[index];
    return piece === undefined ? 0 : piece.event.pos * anchorsAnEvent + piece.part;
  };
  const line = (index: number): Line => {
    const piece = pieces[index];
    if (piece === undefined) return empty;
    const head = piece.part === 0 ? prefix(piece.event, options.withTask, columns) : [gap(indent)];
    return [...head, span(piece.text, toneOf(piece.event))];
  };
  return {
    count: pieces.length,
    line,
    anchorAt,
    indexOf: (anchor) => lowerBound(pieces.length, anchorAt, anchor),
    taskAt: (index) => pieces[index]?.event.task ?? null,
  };
}
