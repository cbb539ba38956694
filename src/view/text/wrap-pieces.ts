import { boldSpan, span, type Line, type Span } from "./line.ts";
import type { Tone } from "./state-styles.ts";
import { displayWidth, graphemes } from "./width.ts";

/** Clean text of one look; line feeds in it begin a new line. */
export interface Piece {
  readonly text: string;
  readonly tone: Tone;
  readonly bold: boolean;
}

/** Broken between words, words that are too long between letters. */
export function wrapPieces(pieces: readonly Piece[], columns: number): readonly Line[] {
  const lines: Span[][] = [[]];
  const width = Math.max(2, columns);
  let used = 0;
  const put = (text: string, { tone, bold }: Piece): void => {
    lines.at(-1)?.push(bold ? boldSpan(text, tone) : span(text, tone));
    used += displayWidth(text);
  };
  const flush = (): void => {
    lines.push([]);
    used = 0;
  };
  for (const each of pieces) {
    for (const word of each.text.match(/\n| +|[^ \n]+/g) ?? []) {
      if (word === "\n") {
        flush();
        continue;
      }
      const wide = displayWidth(word);
      if (used + wide <= width) put(word, each);
      else if (word.startsWith(" ")) flush();
      else {
        if (used > 0) flush();
        if (wide <= width) put(word, each);
        else putLetters(word, width, (text) => put(text, each), flush);
      }
    }
  }
  return lines;
}

function putLetters(word: string, width: number, put: (text: string) => void, flush: () => void): void {
  let text = "";
  let used = 0;
  for (const letter of graphemes(word)) {
    const wide = displayWidth(letter);
    if (used + wide > width && text !== "") {
      put(text);
      flush();
      text = "";
      used = 0;
    }
    text += letter;
    used += wide;
  }
  if (text !== "") put(text);
}
