import { answersInWords } from "./json-answer.ts";
import { lowerBound, type Growing } from "../layout/scrollable.ts";
import { cleanLines } from "../text/clean.ts";
import { timeOfDay } from "../text/durations.ts";
import { boldSpan, empty, gap, span, type Line } from "../text/line.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import type { Tone } from "../text/state-styles.ts";
import { wrap } from "../text/width.ts";
import type { OutputEntry } from "./output-entries.ts";

/** How the output of a call is shown. */
export interface OutputLook {
  readonly times: boolean;
  /** Every result in full. */
  readonly all: boolean;
  /** Numbers of the results that are shown in full, or with `all` folded. */
  readonly turned: readonly number[];
}

/** What an agent said as rows of which only the visible ones are drawn, and which can be folded. */
export interface OutputRows extends Growing {
  /** The result a row belongs to, where there is something to fold. */
  readonly foldAt: (index: number) => number | null;
}

const foldedLines = 3;
const timeWidth = 9;
const anchorsAnEntry = 100_000;
const longestText = 64_000;

interface Rows {
  readonly key: string;
  readonly lines: readonly Line[];
  readonly folds: boolean;
}

const drawn = new WeakMap<OutputEntry, Rows>();

/** The rows of all entries. */
export const outputRows = memoizeLast(
  (entries: readonly OutputEntry[], look: OutputLook, columns: number): OutputRows => {
    const rows = entries.map((entry) => rowsOf(entry, look, columns));
    const ends: number[] = [];
    for (const { lines } of rows) ends.push((ends.at(-1) ?? 0) + lines.length);
    const count = ends.at(-1) ?? 0;
    const at = (index: number): { readonly entry: number; readonly row: number } => {
      const entry = lowerBound(ends.length, (one) => ends[one] ?? 0, index + 1);
      return { entry, row: index - (ends[entry - 1] ?? 0) };
    };
    return {
      count,
      line: (index) => {
        const { entry, row } = at(index);
        return rows[entry]?.lines[row] ?? empty;
      },
      anchorAt: (index) => {
        const { entry, row } = at(index);
        return (entries[entry]?.n ?? 0) * anchorsAnEntry + row;
      },
      indexOf: (anchor) => {
        const n = Math.floor(anchor / anchorsAnEntry);
        const entry = lowerBound(entries.length, (one) => entries[one]?.n ?? 0, n);
        const start = ends[entry - 1] ?? 0;
        const found = entries[entry];
        return found?.n === n
          ? start + Math.min(anchor % anchorsAnEntry, Math.max(0, (rows[entry]?.lines.length ?? 1) - 1))
          : start;
      },
      foldAt: (index) => {
        const { entry } = at(index);
        return rows[entry]?.folds === true ? (entries[entry]?.n ?? null) : null;
      },
    };
  },
);

function rowsOf(entry: OutputEntry, look: OutputLook, columns: number): Rows {
  const isOpen = look.all !== look.turned.includes(entry.n);
  const key = `${columns}${look.times ? "t" : ""}${entry.kind === "result" && isOpen ? "o" : ""}`;
  const known = drawn.get(entry);
  if (known?.key === key) return known;
  const width = Math.max(10, columns - (look.times ? timeWidth : 0));
  const { lines, folds } = linesOf(entry, isOpen, width);
  const timed = lines.map((line, index): Line => {
    if (!look.times) return line;
    const time = index === 0 && !entry.continues && entry.kind !== "result" ? timeOfDay(entry.at) : "";
    return [span(time.padEnd(timeWidth), "muted"), ...line];
  });
  const rows = { key, lines: timed, folds };
  drawn.set(entry, rows);
  return rows;
}

function linesOf(
  entry: OutputEntry,
  isOpen: boolean,
  width: number,
): { readonly lines: readonly Line[]; readonly folds: boolean } {
  const { kind, text, tool } = entry;
  switch (kind) {
    case "text":
      return { lines: speech(answersInWords(text), width).map((part): Line => [span(part)]), folds: false };
    case "thinking":
      return { lines: marked(speech(text, width - 2), "· ", "muted"), folds: false };
    case "notice":
      return { lines: marked(wrapped(text, width - 2), "! ", "warn"), folds: false };
    case "tool": {
      const name = cleanLines(tool ?? "tool")[0] ?? "tool";
      const [first = "", ...more] = wrapped(`${name} ${text}`, width - 2);
      const head: Line = first.startsWith(name)
        ? [span("▸ ", "accent"), boldSpan(name, "accent"), span(first.slice(name.length))]
        : [span("▸ ", "accent"), span(first)];
      return { lines: [head, ...more.map((part): Line => [gap(2), span(part)])], folds: false };
    }
    case "result": {
      const all = wrapped(text.replace(/\n+$/, ""), width - 4);
      if (all.length <= foldedLines + 1) return { lines: quoted(all), folds: false };
      const more = all.length - foldedLines;
      const shown = isOpen ? all : all.slice(0, foldedLines);
      const note = isOpen ? `▲ all ${all.length} lines` : `… ${more} more lines`;
      return { lines: [...quoted(shown), [span("  │ ", "border"), span(note, "accent")]], folds: true };
    }
  }
}

const wrapped = (text: string, width: number): readonly string[] =>
  cleanLines(text, { max: longestText }).flatMap((line) => wrap(line, Math.max(8, width)));

/** Nothing of a text that is but line ends. */
const speech = (text: string, width: number): readonly string[] =>
  text.trim() === "" ? [] : wrapped(text.replace(/\n$/, ""), width);

const marked = (lines: readonly string[], mark: string, tone: Tone): readonly Line[] =>
  lines.map((part, index): Line => [span(index === 0 ? mark : "  ", tone), span(part, tone)]);

const quoted = (lines: readonly string[]): readonly Line[] =>
  lines.map((part): Line => [span("  │ ", "border"), span(part, "muted")]);
