import { clean } from "./clean.ts";
import { displayWidth } from "./width.ts";

/**
 * Code that a person judges letter by letter: every unit of it takes at least one column. Tabs, white space at the end and control
 * characters have signs; what a terminal would swallow, stack or draw as something else is written as its number.
 */

/** One sign on the screen, and the place of what it stands for. */
export interface Cell {
  readonly text: string;
  readonly columns: number;
  /** In UTF-16 units of the raw text; all columns of a tab have its place. */
  readonly at: number;
  /** It stands for a character that cannot be drawn: white space of note, or a number. */
  readonly sign: "no" | "space" | "code";
}

const tabStop = 4;
const simple = /^(?:[\x20-\x7e]*[\x21-\x7e])?$/;
const clusters = /[\p{Cc} ]|\P{M}\p{M}*|\p{M}/gu;
const isMark = /^\p{M}$/u;

/** Whether each unit of it is drawn as itself in one column. */
export const isSimple = (raw: string): boolean => simple.test(raw);

/** The place behind all but the white space at the end. */
export const contentEnd = (raw: string): number => raw.trimEnd().length;

function codeOf(character: string): string {
  const unit = character.codePointAt(0) ?? 0;
  if (unit < 0x20) return String.fromCharCode(0x2400 + unit);
  return unit === 0x7f ? "␡" : `<U+${unit.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** Asked for every letter that is not ASCII; the answers are few. */
const drawn = new Map<string, boolean>();
const mostDrawn = 8192;

/** Every terminal draws it as it is: cleaning neither drops nor changes anything of it. */
function isDrawn(text: string): boolean {
  const known = drawn.get(text);
  if (known !== undefined) return known;
  const behind = `.${text}`;
  const is = clean(behind, { reveal: true }) === behind && text === text.normalize("NFC") && displayWidth(text) > 0;
  if (drawn.size >= mostDrawn) drawn.clear();
  if (text.length <= 8) drawn.set(text, is);
  return is;
}

/**
 * The cells of a part of a line without line feeds, in time that grows with its length. `end`: where the white space at the end of
 * the whole line begins.
 */
export function cellsOf(raw: string, from = 0, to = raw.length, end = contentEnd(raw)): readonly Cell[] {
  const cells: Cell[] = [];
  let column = 0;
  const put = (text: string, at: number, sign: Cell["sign"]): void => {
    const columns = sign === "no" ? displayWidth(text) : 1;
    cells.push({ text, columns, at, sign });
    column += columns;
  };
  const signs = (text: string, at: number, sign: Cell["sign"]): void => {
    for (const each of text) put(each, at, sign);
  };
  let at = from;
  for (const part of raw.slice(from, to).match(clusters) ?? []) {
    if (part === "\t") signs(`→${" ".repeat(tabStop - 1 - (column % tabStop))}`, at, "space");
    else if (part === " ") put(at < end ? " " : "·", at, at < end ? "no" : "space");
    else if (part >= "!" && part <= "~" && part.length === 1) put(part, at, "no");
    else if (!isMark.test(part) && isDrawn(part)) put(part, at, "no");
    else {
      let inside = at;
      for (const character of part) {
        if (!isMark.test(character) && isDrawn(character)) put(character, inside, "no");
        else signs(codeOf(character), inside, "code");
        inside += character.length;
      }
    }
    at += part.length;
  }
  return cells;
}
