import { clean } from "./clean.ts";
import { displayWidth, graphemes } from "./width.ts";

/** A text under the cursor. `cursor` is an index in UTF-16 units and always stands between two graphemes. */
export interface TextEdit {
  readonly text: string;
  readonly cursor: number;
  /** What was cut last. */
  readonly killed: string;
  /** Column that up and down aim for. */
  readonly goal: number | null;
}

export const longestText = 20_000;

export const editOf = (text: string): TextEdit => ({
  text: text.slice(0, longestText),
  cursor: Math.min(text.length, longestText),
  killed: "",
  goal: null,
});

export type TextMove =
  | "left"
  | "right"
  | "word_left"
  | "word_right"
  | "home"
  | "end"
  | "backspace"
  | "delete"
  | "kill_word"
  | "kill_word_after"
  | "kill_start"
  | "kill_end"
  | "yank";

/** Typed or pasted text at the cursor. Line ends become LF, or spaces in a single line; tabs become spaces, controls are dropped. */
export function inserted(edit: TextEdit, text: string, lines: boolean): TextEdit {
  const ended = text.replace(/\r\n?/g, "\n").replace(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "");
  const held = (lines ? ended.replaceAll("\t", "    ") : ended.replace(/[\n\t]+/g, " ")).toWellFormed();
  return replaced(edit, edit.cursor, edit.cursor, held.slice(0, Math.max(0, longestText - edit.text.length)));
}

/** How far back a grapheme may begin; longer ones are cut. */
const reach = 64;

function before(text: string, cursor: number): number {
  if (cursor === 0) return 0;
  const part = text.slice(Math.max(0, cursor - reach), cursor);
  return cursor - (graphemes(part).at(-1)?.length ?? 1);
}

function after(text: string, cursor: number): number {
  if (cursor >= text.length) return text.length;
  return cursor + (graphemes(text.slice(cursor, cursor + reach))[0]?.length ?? 1);
}

const lineStart = (text: string, cursor: number): number => text.lastIndexOf("\n", cursor - 1) + 1;
const lineEnd = (text: string, cursor: number): number => {
  const at = text.indexOf("\n", cursor);
  return at < 0 ? text.length : at;
};
const isWord = (character: string): boolean => /[\p{L}\p{N}_]/u.test(character);

function wordLeft(text: string, cursor: number): number {
  let at = cursor;
  while (at > 0 && !isWord(text.slice(before(text, at), at))) at = before(text, at);
  while (at > 0 && isWord(text.slice(before(text, at), at))) at = before(text, at);
  return at;
}

function wordRight(text: string, cursor: number): number {
  let at = cursor;
  while (at < text.length && !isWord(text.slice(at, after(text, at)))) at = after(text, at);
  while (at < text.length && isWord(text.slice(at, after(text, at)))) at = after(text, at);
  return at;
}

const replaced = (edit: TextEdit, from: number, to: number, by: string): TextEdit => ({
  ...edit,
  text: edit.text.slice(0, from) + by + edit.text.slice(to),
  cursor: from + by.length,
  goal: null,
});

const cut = (edit: TextEdit, from: number, to: number): TextEdit =>
  from === to ? edit : { ...replaced(edit, from, to, ""), killed: edit.text.slice(from, to) };

const to = (edit: TextEdit, cursor: number): TextEdit => ({ ...edit, cursor, goal: null });

const moves: Record<TextMove, (edit: TextEdit) => TextEdit> = {
  left: (edit) => to(edit, before(edit.text, edit.cursor)),
  right: (edit) => to(edit, after(edit.text, edit.cursor)),
  word_left: (edit) => to(edit, wordLeft(edit.text, edit.cursor)),
  word_right: (edit) => to(edit, wordRight(edit.text, edit.cursor)),
  home: (edit) => to(edit, lineStart(edit.text, edit.cursor)),
  end: (edit) => to(edit, lineEnd(edit.text, edit.cursor)),
  backspace: (edit) => replaced(edit, before(edit.text, edit.cursor), edit.cursor, ""),
  delete: (edit) => ({ ...replaced(edit, edit.cursor, after(edit.text, edit.cursor), "") }),
  kill_word: (edit) => cut(edit, wordLeft(edit.text, edit.cursor), edit.cursor),
  kill_word_after: (edit) => cut(edit, edit.cursor, wordRight(edit.text, edit.cursor)),
  kill_start: (edit) => cut(edit, lineStart(edit.text, edit.cursor), edit.cursor),
  kill_end: (edit) => {
    const end = lineEnd(edit.text, edit.cursor);
    return cut(edit, edit.cursor, end === edit.cursor ? Math.min(edit.text.length, end + 1) : end);
  },
  yank: (edit) =>
    replaced(edit, edit.cursor, edit.cursor, edit.killed.slice(0, Math.max(0, longestText - edit.text.length))),
};

export const edited = (edit: TextEdit, move: TextMove): TextEdit => moves[move](edit);

/** One line on the screen: a part of the text, from `start` up to `end`. */
export interface VisualLine {
  readonly start: number;
  readonly end: number;
}

/** The text in lines of at most `columns`, broken behind spaces where there are any. Keeps every unit of the text. */
export function visualLines(text: string, columns: number): readonly VisualLine[] {
  const width = Math.max(2, columns);
  const lines: VisualLine[] = [];
  let base = 0;
  for (const line of text.split("\n")) {
    breakLine(line, base, width, lines);
    base += line.length + 1;
  }
  return lines;
}

/** Columns of a part inside a text: behind another letter, since marks that begin a text are dropped when it is cleaned. */
const partWidth = (part: string): number => displayWidth(clean(`.${part}`)) - 1;
const partsWidth = (text: string): number => graphemes(text).reduce((sum, part) => sum + partWidth(part), 0);

function breakLine(line: string, base: number, width: number, lines: VisualLine[]): void {
  let start = 0;
  let at = 0;
  let used = 0;
  let space = -1;
  for (const part of graphemes(line)) {
    const wide = partWidth(part);
    while (used + wide > width && at > start) {
      const end = space > start ? space : at;
      lines.push({ start: base + start, end: base + end });
      used = partsWidth(line.slice(end, at));
      start = end;
      space = -1;
    }
    at += part.length;
    used += wide;
    if (part === " ") space = at;
  }
  lines.push({ start: base + start, end: base + line.length });
}

/** Which visual line the cursor is on. At a soft break it is on the later one. */
export const cursorLine = (lines: readonly VisualLine[], cursor: number): number =>
  Math.max(
    0,
    lines.findLastIndex(({ start }) => start <= cursor),
  );

/** Up or down one visual line, aiming for the column where the movement began. */
export function vertical(edit: TextEdit, direction: 1 | -1, columns: number): TextEdit {
  const lines = visualLines(edit.text, columns);
  const here = cursorLine(lines, edit.cursor);
  const line = lines[here];
  const target = lines[here + direction];
  if (line === undefined || target === undefined) return direction === 1 ? to(edit, edit.text.length) : to(edit, 0);
  const goal = edit.goal ?? partsWidth(edit.text.slice(line.start, edit.cursor));
  let cursor = target.start;
  let left = goal;
  for (const part of graphemes(edit.text.slice(target.start, target.end))) {
    left -= partWidth(part);
    if (left < 0) break;
    cursor += part.length;
  }
  const soft = lines[here + direction + 1]?.start === target.end;
  return { ...edit, cursor: soft && cursor === target.end ? before(edit.text, cursor) : cursor, goal };
}
