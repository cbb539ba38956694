import type { RecordedEvent } from "../../domain/events.ts";
import { lowerBound, type Growing } from "../layout/scrollable.ts";
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

/** Events as lines of a panel (one each) and of the log (wrapped). Only what is visible is drawn. */
const shownEvents = memoizeLast((snapshot: EventsSnapshot, warnings: boolean): readonly EventLine[] =>
  snapshot.events.flatMap((event: RecordedEvent) => {
    const line = eventLine(event);
    return line === null || (warnings && line.level === "info" && !line.asks) ? [] : [line];
  }),
);

const levelTone: Record<EventLevel, Tone> = { info: "text", warn: "warn", error: "bad" };

const toneOf = (line: EventLine): Tone => (line.asks ? "ask" : levelTone[line.level]);

/** `12:04:11 AUTH-1       gpt       text`; `withTask` false where all lines are of one task. */
function prefix(line: EventLine, withTask: boolean, columns: number): Line {
  const names = columns >= 100 ? 12 : 9;
  return [
    span(timeOfDay(line.at), "muted"),
    gap(1),
    ...(withTask ? [boldSpan(pad(line.task ?? "", names), line.asks ? "ask" : "text"), gap(1)] : []),
    span(pad(line.model ?? "", names), "accent"),
    gap(1),
  ];
}

const prefixWidth = (withTask: boolean, columns: number): number => 9 + (columns >= 100 ? 13 : 10) * (withTask ? 2 : 1);

/** One line of the Events panel. */
const eventRow = (line: EventLine, columns: number): Line =>
  fitLine([...prefix(line, true, columns), span(line.text, toneOf(line))], columns);

/** The Events panel: one line an event. */
export function eventRows(snapshot: EventsSnapshot, columns: number): Growing {
  const lines = shownEvents(snapshot, false);
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

/** The log: events wrapped to the width, each wrapped once. */
export function logRows(
  snapshot: EventsSnapshot,
  options: { readonly warnings: boolean; readonly withTask: boolean; readonly filter: string },
  columns: number,
): Growing {
  const indent = prefixWidth(options.withTask, columns);
  const pieces = physical(fitting(shownEvents(snapshot, options.warnings), options.filter), columns - indent);
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
  return { count: pieces.length, line, anchorAt, indexOf: (anchor) => lowerBound(pieces.length, anchorAt, anchor) };
}
