import type { Finding } from "../../domain/answers.ts";
import type { CheckRow } from "../../domain/rows.ts";
import type { LineComment } from "../screen/screen-source.ts";
import { clean } from "../text/clean.ts";
import { span, revealedSpan, type Line } from "../text/line.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import { severityStyle, type Tone } from "../text/state-styles.ts";
import { wrap } from "../text/width.ts";
import type { Diff } from "./diff-lines.ts";
import { latestChecks } from "./evidence.ts";
import type { EarlierComment } from "./line-history.ts";

/** What was said about a line, under it: a person's comments, findings of reviewers, red checks. */
export interface DiffNote {
  readonly kind: "comment" | "finding" | "check" | "earlier";
  readonly glyph: string;
  /** Who says it, and how grave it is. */
  readonly head: string;
  readonly text: string;
  readonly tone: Tone;
}

export interface NoteRows {
  readonly lines: readonly Line[];
}

const mostRows = 60;

/** All of a note, wrapped under its line. */
export function noteRows(note: DiffNote, columns: number): NoteRows {
  const said = `${note.head}: ${note.text}`;
  const parts = wrap(
    clean(said, { lines: true, reveal: true, max: 8_000 }).trim(),
    Math.max(10, columns - 4),
    mostRows,
  );
  return {
    lines: parts.map((part, index): Line => [
      span(index === 0 ? `┊ ${note.glyph} ` : "┊   ", note.tone),
      revealedSpan(part, note.tone),
    ]),
  };
}

type Placed = ReadonlyMap<number, readonly DiffNote[]>;

/** By the line of the diff they stand under. What is about a line that the diff does not show stands under the head of its file. */
export const notesOf = memoizeLast(
  (
    diff: Diff,
    comments: readonly LineComment[],
    findings: readonly Finding[],
    checks: readonly CheckRow[],
    earlier: readonly EarlierComment[],
  ): Placed => {
    const places = new Map<number, DiffNote[]>();
    const lines = linesByPlace(diff);
    const put = (file: string, line: number | null, side: "new" | "old", note: DiffNote, ever: boolean): void => {
      const index = diff.files.findIndex(({ path }) => path === file);
      const shown = diff.files[index];
      if (shown === undefined) return;
      const at = line === null ? undefined : lines(index, line, side);
      if (at === undefined && !ever) return;
      const there = at ?? shown.at;
      const own = places.get(there) ?? [];
      places.set(there, own);
      own.push(at === undefined && line !== null ? { ...note, head: `line ${line}, ${note.head}` } : note);
    };
    for (const each of earlier) put(each.file, each.now ?? each.line, each.side, earlierNote(each), true);
    for (const finding of findings)
      if (finding.file !== null && finding.state === "open")
        put(finding.file, finding.line, "new", findingNote(finding), true);
    for (const red of redLines(checks, diff)) put(red.file, red.line, "new", red.note, false);
    for (const { file, line, side, text } of comments)
      put(file, line, side, { kind: "comment", glyph: "›", head: "you", text, tone: "ask" }, true);
    return places;
  },
);

const findingNote = (finding: Finding): DiffNote => {
  const { glyph, word, tone } = severityStyle[finding.severity];
  return { kind: "finding", glyph, head: `${word} ${finding.id}, ${finding.reviewer}`, text: finding.text, tone };
};

const earlierNote = ({ text, state }: EarlierComment): DiffNote =>
  state === "open"
    ? { kind: "earlier", glyph: "○", head: "you said before, this line is as it was", text, tone: "warn" }
    : { kind: "earlier", glyph: "✓", head: "you said before, this line has changed since", text, tone: "muted" };

/** The line of a file by its number, from a table that is made once for a diff. */
function linesByPlace(diff: Diff): (file: number, line: number, side: "new" | "old") => number | undefined {
  let table: Map<string, number> | null = null;
  return (file, line, side) => {
    if (table === null) {
      table = new Map();
      for (const [at, each] of diff.lines.entries()) {
        if (each.new !== null) table.set(`${each.file} new ${each.new}`, at);
        else if (each.old !== null) table.set(`${each.file} old ${each.old}`, at);
      }
    }
    return table.get(`${file} ${side} ${line}`);
  };
}

interface RedLine {
  readonly file: string;
  readonly line: number;
  readonly note: DiffNote;
}

const named = /([\w@./\\-]{1,300}\.\w{1,12})(?::|\(|", line |, line )(\d{1,7})/g;
const mostNamed = 200;

/** Places that the output of red checks names, as far as the diff has those files. */
function redLines(checks: readonly CheckRow[], diff: Diff): readonly RedLine[] {
  const seen = new Set<string>();
  const red: RedLine[] = [];
  for (const check of latestChecks(checks).filter(({ result }) => result === "fail")) {
    const said = [...check.newFailures, ...check.tail.split("\n").slice(-200)];
    for (const words of said) {
      for (const [, name = "", line = ""] of words.slice(0, 2_000).matchAll(named)) {
        const path = name.replaceAll("\\", "/").replace(/^\.\//, "");
        const file = diff.files.find((each) => path === each.path || path.endsWith(`/${each.path}`))?.path;
        const key = `${check.name} ${file} ${line}`;
        if (file === undefined || seen.has(key) || red.length >= mostNamed) continue;
        seen.add(key);
        const text = words.trim().slice(0, 500);
        red.push({
          file,
          line: Number(line),
          note: { kind: "check", glyph: "x", head: `check ${check.name}`, text, tone: "bad" },
        });
      }
    }
  }
  return red;
}
