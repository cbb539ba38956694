import type { CodeRows } from "../text/code-rows.ts";
import { scrolledRow, wrappedRows } from "../text/code-rows.ts";
import { empty, fitLine, gap, lineWidth, span, boldSpan, spread, type Line } from "../text/line.ts";
import { drawn } from "../text/drawn.ts";
import type { Cell } from "../text/reveal.ts";
import type { Tone } from "../text/state-styles.ts";
import type { Diff, DiffLine } from "./diff-lines.ts";
import type { DiffNote, NoteRows } from "./diff-notes.ts";
import { pairsOf, type LinePair } from "./diff-pairs.ts";
import type { CodePiece, DiffSyntax } from "./syntax.ts";
import { wordChanges, type Range, type WordChanges } from "./word-changes.ts";

/** How a person wants to see a diff. */
export interface DiffLook {
  readonly columns: number;
  readonly wrap: boolean;
  /** First column of the code, where lines are not wrapped. */
  readonly left: number;
  readonly split: boolean;
  /** What is sought in it; empty: nothing. */
  readonly find: string;
}

/** One row of the screen. The gutter takes the marker of the cursor; what stands behind keeps its colours. */
export interface DiffRow {
  readonly gutter: Line;
  readonly text: Line;
}

/**
 * A diff as rows, of which only those that are looked at are made. An item is a line, or a pair of lines side by side; it takes as many
 * rows as it needs, those of its notes among them. Nothing counts the rows of the whole: places are items and rows inside them.
 */
export interface DiffBody {
  readonly diff: Diff;
  readonly items: number;
  readonly rowsOf: (item: number) => number;
  readonly row: (item: number, sub: number) => DiffRow;
  /** The line a comment on this item goes to. */
  readonly lineOf: (item: number) => number;
  readonly itemOf: (line: number) => number;
}

export interface BodyParts {
  readonly diff: Diff;
  readonly look: DiffLook;
  readonly notes: ReadonlyMap<number, readonly DiffNote[]>;
  readonly noteRows: (note: DiffNote, columns: number) => NoteRows;
  readonly syntax: DiffSyntax | null;
  /** Index of files that were looked at. */
  readonly viewed: ReadonlySet<number>;
}

const mostKept = 600;

export function diffBody(parts: BodyParts): DiffBody {
  const { diff, look } = parts;
  const pairs = pairsOf(diff);
  const drawer = new LineDrawer(parts);
  const single = (item: number): LinePair => {
    const kind = diff.lines[item]?.kind;
    return kind === "removed" ? { left: item, right: -1 } : { left: -1, right: item };
  };
  const pairAt = (item: number): LinePair =>
    look.split ? (pairs.split[item] ?? { left: -1, right: -1 }) : single(item);
  const items = look.split ? pairs.split.length : diff.lines.length;
  const kept = new Map<number, ItemRows>();
  const rows = (item: number): ItemRows => {
    const known = kept.get(item) ?? drawer.item(pairAt(item));
    kept.set(item, known);
    if (kept.size > mostKept) kept.delete(kept.keys().next().value ?? -1);
    return known;
  };
  return {
    diff,
    items,
    rowsOf: (item) => rows(item).count,
    row: (item, sub) => rows(item).row(sub),
    lineOf(item) {
      const { left, right } = pairAt(item);
      return right >= 0 ? right : left;
    },
    itemOf: (line) => (look.split ? (pairs.itemOf[line] ?? 0) : line),
  };
}

interface ItemRows {
  readonly count: number;
  readonly row: (sub: number) => DiffRow;
}

const tones: Record<DiffLine["kind"], Tone> = {
  file: "title",
  meta: "muted",
  hunk: "accent",
  context: "text",
  added: "added",
  removed: "removed",
};
const signs: Partial<Record<DiffLine["kind"], string>> = { added: "+", removed: "-" };

const none: readonly DiffNote[] = [];

class LineDrawer {
  readonly #parts: BodyParts;
  readonly #digits: number;
  readonly #words = new Map<number, WordChanges | null>();

  constructor(parts: BodyParts) {
    this.#parts = parts;
    const most = parts.diff.lines.reduce((sum, line) => Math.max(sum, line.new ?? 0, line.old ?? 0), 0);
    this.#digits = Math.max(4, String(most).length);
  }

  /** Number, sign, and a space behind each. */
  get #gutter(): number {
    return this.#digits + 3;
  }

  item({ left, right }: LinePair): ItemRows {
    const { look, diff, notes, noteRows } = this.#parts;
    const shown = diff.lines[right >= 0 ? right : left];
    const whole =
      !look.split ||
      (shown !== undefined && shown.kind !== "context" && shown.kind !== "added" && shown.kind !== "removed");
    const code = whole ? this.#whole(right >= 0 ? right : left) : this.#beside(left, right);
    const under = [...(notes.get(left) ?? none), ...(right === left ? none : (notes.get(right) ?? none))].map((note) =>
      noteRows(note, Math.max(10, look.columns - this.#gutter)),
    );
    const more = under.flatMap(({ lines }) => lines);
    return {
      count: code.count + more.length,
      row: (sub) =>
        sub < code.count ? code.row(sub) : { gutter: [gap(this.#gutter)], text: more[sub - code.count] ?? empty },
    };
  }

  #whole(at: number): ItemRows {
    const line = this.#parts.diff.lines[at];
    if (line === undefined) return { count: 1, row: () => ({ gutter: empty, text: empty }) };
    if (line.kind === "file") return this.#fileRows(line);
    return this.#side(at, line, this.#parts.look.columns, line.new ?? line.old);
  }

  #fileRows(line: DiffLine): ItemRows {
    const { diff, viewed, look } = this.#parts;
    const file = diff.files[line.file];
    const path = `${file?.status ?? "M"} ${file?.path ?? line.text}`;
    const right: Line = [
      ...(viewed.has(line.file) ? [span("✓ viewed  ", "good")] : []),
      span(`+${file?.added ?? 0}`, "added"),
      span(` -${file?.removed ?? 0}`, "removed"),
      gap(1),
    ];
    const code = wrappedRows(path, Math.max(10, look.columns - lineWidth(right) - 1));
    return {
      count: code.count,
      row: (sub) => {
        const name = drawn(code.row(sub), "title", []).map((piece) => boldSpan(piece.text, piece.tone));
        return { gutter: empty, text: sub === 0 ? spread(name, right, look.columns) : name };
      },
    };
  }

  /** A line over so many columns. */
  #side(at: number, line: DiffLine, columns: number, number: number | null): ItemRows {
    const { look } = this.#parts;
    const tone = tones[line.kind];
    const isHead = line.kind === "hunk" || line.kind === "meta";
    const indent = line.kind === "hunk" ? 0 : this.#gutter;
    const room = Math.max(4, columns - indent);
    const rows: CodeRows = look.wrap || isHead ? wrappedRows(line.text, room) : scrolledRow(line.text, look.left, room);
    const sign = signs[line.kind] ?? " ";
    const numbers = number === null ? " ".repeat(this.#digits) : String(number).padStart(this.#digits);
    return {
      count: rows.count,
      row: (sub) => {
        const gutter: Line =
          line.kind === "hunk"
            ? empty
            : sub === 0
              ? [span(`${numbers} `, tone === "text" ? "muted" : tone), span(`${sign} `, tone)]
              : [gap(this.#digits + 1), span(tone === "text" || isHead ? "  " : `${sign} `, tone)];
        return { gutter, text: this.#code(at, line, rows.row(sub), tone) };
      },
    };
  }

  #beside(left: number, right: number): ItemRows {
    const { diff, look } = this.#parts;
    const half = Math.floor((look.columns - 1) / 2);
    const side = (at: number, number: (line: DiffLine) => number | null): ItemRows => {
      const line = diff.lines[at];
      return line === undefined ? { count: 0, row: nothing } : this.#side(at, line, half, number(line));
    };
    const one = side(left, (line) => line.old);
    const other = side(right, (line) => line.new);
    const flat = (rows: ItemRows, sub: number): DiffRow =>
      sub < rows.count ? rows.row(sub) : { gutter: [gap(this.#gutter)], text: empty };
    return {
      count: Math.max(one.count, other.count),
      row: (sub) => {
        const before = flat(one, sub);
        const after = flat(other, sub);
        const text = fitLine(before.text, half - this.#gutter);
        return { gutter: before.gutter, text: [...text, span("│", "border"), ...after.gutter, ...after.text] };
      },
    };
  }

  #code(at: number, line: DiffLine, cells: readonly Cell[], tone: Tone): Line {
    const { syntax, look } = this.#parts;
    const isCode = line.kind === "context" || line.kind === "added" || line.kind === "removed";
    const layers: CodePiece[] = isCode && syntax !== null ? [...syntax.of(at)] : [];
    const base = layers.length > 0 ? "text" : tone;
    const { kind } = line;
    if (kind === "added" || kind === "removed") {
      const words = kind === "added" ? "added_word" : "removed_word";
      layers.push(...this.#changedWords(at, kind).map(([from, to]): CodePiece => ({ from, to, tone: words })));
    }
    layers.push(...found(line.text, look.find).map(([from, to]): CodePiece => ({ from, to, tone: "selected" })));
    return drawn(cells, base, layers);
  }

  #changedWords(at: number, kind: "added" | "removed"): readonly Range[] {
    const { diff } = this.#parts;
    const { partner } = pairsOf(diff);
    const other = partner[at] ?? -1;
    if (other < 0) return [];
    const [before, after] = kind === "removed" ? [at, other] : [other, at];
    let known = this.#words.get(before);
    if (known === undefined) {
      known = wordChanges(diff.lines[before]?.text ?? "", diff.lines[after]?.text ?? "");
      if (this.#words.size > mostKept) this.#words.clear();
      this.#words.set(before, known);
    }
    return known?.[kind] ?? [];
  }
}

const nothing = (): DiffRow => ({ gutter: empty, text: empty });

/** Where something that is sought stands in a line; capital letters count where some are sought. */
export function found(text: string, sought: string): readonly Range[] {
  if (sought === "") return [];
  const exact = sought !== sought.toLowerCase();
  const where = exact ? text : text.toLowerCase();
  // Some letters change their length with their case: then places would be wrong.
  if (where.length !== text.length) return [];
  const ranges: Range[] = [];
  for (let at = where.indexOf(sought); at >= 0 && ranges.length < 1_000; at = where.indexOf(sought, at + sought.length))
    ranges.push([at, at + sought.length]);
  return ranges;
}
