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

const longestOf = ({ text }: Said): number => (answerBegins.test(text) ? longestAnswer : longestPiece);

/** The entries with what was said since; the oldest go where there are too many. */
export function grownEntries(before: readonly OutputEntry[], said: readonly Said[]): readonly OutputEntry[] {
  if (said.length === 0) return before;
  const entries = [...before];
  for (const one of said) {
    const last = entries.at(-1);
    const goesOn = last !== undefined && last.kind === one.kind && (one.kind === "text" || one.kind === "thinking");
    if (goesOn && last.text.length < longestOf(last))
      entries[entries.length - 1] = { ...last, text: last.text + one.text };
    else entries.push({ ...one, n: (last?.n ?? 0) + 1, continues: goesOn });
    splitLast(entries);
  }
  return bounded(entries);
}

/** Cuts a last text that is long where its last whole line ends. */
function splitLast(entries: OutputEntry[]): void {
  const last = entries.at(-1);
  if (last === undefined || (last.kind !== "text" && last.kind !== "thinking") || last.text.length < longestOf(last))
    return;
  const end = last.text.lastIndexOf("\n");
  if (end < 0) return;
  entries[entries.length - 1] = { ...last, text: last.text.slice(0, end) };
  const rest = last.text.slice(end + 1);
  if (rest !== "") entries.push({ ...last, text: rest, n: last.n + 1, continues: true });
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
