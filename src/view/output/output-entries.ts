import type { Said } from "../../domain/transcript.ts";

/** One piece of what an agent said, as it is drawn: numbered in the order of saying, also where the first ones are gone. */
export interface OutputEntry extends Said {
  readonly n: number;
  /** It goes on with the text before it, and so has no time of its own. */
  readonly continues: boolean;
}

const mostEntries = 4_000;
const mostLetters = 2_000_000;
/** A text that grows is wrapped anew with each piece, so a long one is cut at its lines. */
const longestPiece = 2_000;

/** An answer is read as a whole. */
const longestAnswer = 32_000;
const answerBegins = /^\s*(?:```\w*\s*)?\{/;

const longestOf = (text: string): number => (answerBegins.test(text) ? longestAnswer : longestPiece);

/** The entries with what was said since; the oldest go where there are too many. */
export function grownEntries(before: readonly OutputEntry[], said: readonly Said[]): readonly OutputEntry[] {
  if (said.length === 0) return before;
  const entries = [...before];
  for (const one of said) {
    const last = entries.at(-1);
    const isSpeech = one.kind === "text" || one.kind === "thinking";
    const continues = last?.kind === one.kind && isSpeech;
    const goesOn = continues && last.text.length < longestOf(last.text);
    if (goesOn) entries.pop();
    const text = goesOn ? last.text + one.text : one.text;
    for (const [index, piece] of (isSpeech ? pieces(text) : [text]).entries()) {
      if (goesOn && index === 0) entries.push({ ...last, text: piece });
      else entries.push({ ...one, text: piece, n: (entries.at(-1)?.n ?? 0) + 1, continues: continues || index > 0 });
    }
  }
  return bounded(entries);
}

/** A long text in pieces, each to the end of a line where it has one. */
function pieces(text: string): readonly string[] {
  const longest = longestOf(text);
  const out: string[] = [];
  for (let from = 0, to = 0; from < text.length; from = to) {
    to = from + longest;
    const lineEnd = to < text.length ? text.lastIndexOf("\n", to - 1) : -1;
    if (lineEnd >= from) to = lineEnd + 1;
    else if (text.charCodeAt(to) >= 0xdc00 && text.charCodeAt(to) < 0xe000) to += 1;
    out.push(text.slice(from, to));
  }
  return out;
}

function bounded(entries: readonly OutputEntry[]): readonly OutputEntry[] {
  let letters = 0;
  let first = entries.length;
  while (first > 0 && entries.length - first < mostEntries) {
    letters += entries[first - 1]?.text.length ?? 0;
    if (letters > mostLetters && first < entries.length) break;
    first -= 1;
  }
  return first === 0 ? entries : entries.slice(first);
}
