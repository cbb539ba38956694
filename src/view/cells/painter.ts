import { CellGrid } from "./cells.ts";
import { between, type Look } from "./look.ts";

/** Frames are shown at once where a terminal knows how; others do not mind. */
const together = { begin: "\x1b[?2026h", end: "\x1b[?2026l" };
const cursor = { hidden: "\x1b[?25l", shown: "\x1b[?25h" };
/** Nothing is ever written behind the last column, and no cursor jumps over what is drawn. */
const ownModes = `\x1b[?7l${cursor.hidden}`;
/** So many cells that are right already are sooner written again than jumped over. */
const mostRepeated = 4;

/**
 * Knows what a terminal shows, and writes what makes it show another frame: only cells that differ, at absolute places. Nothing is
 * erased, so whatever part of it has arrived, each cell is an old or a new one. After what terminals may hold for narrower or wider
 * than it is counted here the place is said anew.
 */
export class Painter {
  #shown: CellGrid | null = null;
  #next: CellGrid | null = null;

  /** A blank grid to draw the next frame on. */
  begin(columns: number, rows: number): CellGrid {
    const spare = this.#next;
    if (spare === null || spare.columns !== columns || spare.rows !== rows) this.#next = new CellGrid(columns, rows);
    else spare.clear();
    return this.#next ?? new CellGrid(columns, rows);
  }

  /** Nobody knows what the terminal shows: the next frame is written whole. */
  forget(): void {
    this.#shown = null;
  }

  /** What shows the frame that was begun; "" when it is shown already. */
  finish(): string {
    const next = this.#next;
    if (next === null) return "";
    const last = this.#shown;
    const before = last?.columns === next.columns && last.rows === next.rows ? last : null;
    const written = new Strokes(before, next).all();
    this.#shown = next;
    this.#next = before;
    if (before !== null && written === "" && before.cursor === next.cursor) return "";
    const first = before === null ? ownModes : before.cursor === null ? "" : cursor.hidden;
    return together.begin + first + written + placed(next) + together.end;
  }
}

/** Brings the cursor where somebody types: input methods and magnifiers follow it. */
function placed({ cursor: at, columns }: CellGrid): string {
  if (at === null) return "";
  return `\x1b[${Math.floor(at / columns) + 1};${(at % columns) + 1}H${cursor.shown}`;
}

/** What the width of a character is in a terminal: as counted; as counted, if at the end of a run somebody looks; or who knows. */
type Trust = "sure" | "likely" | "none";

function trustOf(text: string, width: number): Trust {
  if (text.length !== 1) return "none";
  const code = text.charCodeAt(0);
  if (width === 2) return (code >= 0x3041 && code < 0x4db6) || (code >= 0x4e00 && code < 0xd7a4) ? "likely" : "none";
  if (code < 0x300 || (code >= 0x370 && code < 0x483) || (code >= 0x48a && code < 0x530)) return "sure";
  // Signs, lines and blocks: one column but where somebody set two.
  const isSign =
    (code >= 0x2010 && code < 0x2028) || (code >= 0x2190 && code < 0x2200) || (code >= 0x2500 && code < 0x25fd);
  return isSign ? "likely" : "none";
}

/** One frame's way from what is shown to what is to be shown. */
class Strokes {
  readonly #before: CellGrid | null;
  readonly #next: CellGrid;
  #out = "";
  #pen: Look = "";
  /** Where the cursor is for sure; -1: nowhere. */
  #x = -1;
  #y = -1;

  constructor(before: CellGrid | null, next: CellGrid) {
    this.#before = before;
    this.#next = next;
  }

  all(): string {
    for (let y = 0; y < this.#next.rows; y += 1) this.#row(y);
    return this.#out + between(this.#pen, "");
  }

  #row(y: number): void {
    const { columns, texts } = this.#next;
    const row = y * columns;
    for (let x = 0; x < columns; x += 1) {
      if (this.#same(row + x)) continue;
      let from = x;
      while (from > 0 && texts[row + from] === "") from -= 1;
      let to = x + 1;
      for (let cell = x + 1; cell < columns && cell - to < mostRepeated; cell += 1)
        if (!this.#same(row + cell)) to = cell + 1;
      // A character whose width is doubtful may have reached into the next cell.
      while (to < columns && (texts[row + to] === "" || this.#isDoubtful(row, to - 1))) to += 1;
      this.#segment(row, y, from, to);
      x = to;
    }
  }

  /** Whether the character that ends in this column is of a doubtful width. */
  #isDoubtful(row: number, x: number): boolean {
    let lead = x;
    while (lead > 0 && this.#next.texts[row + lead] === "") lead -= 1;
    return trustOf(this.#next.texts[row + lead] ?? " ", x - lead + 1) === "none";
  }

  #same(index: number): boolean {
    const before = this.#before;
    return (
      before !== null &&
      before.texts[index] === this.#next.texts[index] &&
      before.looks[index] === this.#next.looks[index]
    );
  }

  #segment(row: number, y: number, from: number, to: number): void {
    const { texts, looks } = this.#next;
    for (let x = from; x < to;) {
      const text = texts[row + x] ?? " ";
      let width = 1;
      while (x + width < to && texts[row + x + width] === "") width += 1;
      const trust = trustOf(text, width);
      this.#look(looks[row + x] ?? "");
      if (trust === "none" && width > 1) {
        // Where it is held for narrow its other half is a space, not what was there.
        this.#moveTo(x + 1, y);
        this.#out += " ".repeat(width - 1);
      }
      this.#moveTo(x, y, trust === "likely");
      this.#out += text;
      x += width;
      this.#x = trust === "none" ? -1 : x;
      this.#likely = trust === "likely";
    }
  }

  /** The last character is of a likely width: only its like may follow without a look at the place. */
  #likely = false;

  #look(look: Look): void {
    this.#out += between(this.#pen, look);
    this.#pen = look;
  }

  #moveTo(x: number, y: number, isLikely = false): void {
    const isThere = this.#x === x && this.#y === y && (!this.#likely || isLikely);
    if (!isThere) this.#out += this.#y === y ? `\x1b[${x + 1}G` : `\x1b[${y + 1};${x + 1}H`;
    this.#x = x;
    this.#y = y;
    this.#likely = false;
  }
}
