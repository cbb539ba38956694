/** What differs inside a pair of changed lines, word by word. Bounded: what is too long or too different is not compared. */

/** From and to, in UTF-16 units; the end is not of it. */
export type Range = readonly [number, number];

export interface WordChanges {
  readonly removed: readonly Range[];
  readonly added: readonly Range[];
}

const longestLine = 4_000;
const mostCells = 40_000;
const word = /[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu;

interface Token {
  readonly text: string;
  readonly at: number;
}

const tokensOf = (text: string): readonly Token[] =>
  [...text.matchAll(word)].map((found) => ({ text: found[0], at: found.index }));

/** Null: the lines have too little in common to be one line that was changed. */
export function wordChanges(before: string, after: string): WordChanges | null {
  if (before.length > longestLine || after.length > longestLine) return null;
  const old = tokensOf(before);
  const now = tokensOf(after);
  let start = 0;
  while (start < old.length && start < now.length && old[start]?.text === now[start]?.text) start += 1;
  let end = 0;
  const most = Math.min(old.length, now.length) - start;
  while (end < most && old[old.length - 1 - end]?.text === now[now.length - 1 - end]?.text) end += 1;
  const oldMiddle = old.slice(start, old.length - end);
  const newMiddle = now.slice(start, now.length - end);
  const kept = commonTokens(oldMiddle, newMiddle);
  const removed = rangesOf(oldMiddle, kept.old);
  const added = rangesOf(newMiddle, kept.now);
  return isOneLine(before, removed) || isOneLine(after, added) ? { removed, added } : null;
}

/** At least a third of its letters stayed. */
function isOneLine(line: string, changed: readonly Range[]): boolean {
  const letters = line.replace(/\s/g, "").length;
  const gone = changed.reduce((sum, [from, to]) => sum + line.slice(from, to).replace(/\s/g, "").length, 0);
  return letters > 0 && (letters - gone) * 3 >= letters;
}

/** The longest common subsequence; nothing where it would take too long. */
function commonTokens(
  old: readonly Token[],
  now: readonly Token[],
): { readonly old: ReadonlySet<number>; readonly now: ReadonlySet<number> } {
  const kept = { old: new Set<number>(), now: new Set<number>() };
  if (old.length * now.length > mostCells) return kept;
  const across = now.length + 1;
  const lengths = new Uint16Array((old.length + 1) * across);
  const at = (row: number, column: number): number => lengths[row * across + column] ?? 0;
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = now.length - 1; column >= 0; column -= 1) {
      lengths[row * across + column] =
        old[row]?.text === now[column]?.text
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  for (let row = 0, column = 0; row < old.length && column < now.length;) {
    if (old[row]?.text === now[column]?.text) {
      kept.old.add(row++);
      kept.now.add(column++);
    } else if (at(row + 1, column) >= at(row, column + 1)) row += 1;
    else column += 1;
  }
  return kept;
}

function rangesOf(tokens: readonly Token[], kept: ReadonlySet<number>): readonly Range[] {
  const ranges: Range[] = [];
  for (const [index, { text, at }] of tokens.entries()) {
    if (kept.has(index)) continue;
    const last = ranges.at(-1);
    if (last?.[1] === at) ranges[ranges.length - 1] = [last[0], at + text.length];
    else ranges.push([at, at + text.length]);
  }
  return ranges;
}
