/** Comparisons one suggester makes at most, so that a file full of mistakes costs no minutes. */
const comparisonsPerSuggester = 200_000;

export type Suggester = (word: string, candidates: Iterable<string>, except?: string | null) => string | null;

/** Finds the candidate a word was probably meant to be, ignoring case; null where none is near. */
export function suggester(): Suggester {
  let left = comparisonsPerSuggester;
  return (word, candidates, except = null) => {
    const wanted = word.toLowerCase();
    const limit = wanted.length <= 3 ? 1 : wanted.length <= 8 ? 2 : 3;
    let best: string | null = null;
    let bestScore = Infinity;
    for (const candidate of candidates) {
      left -= 1;
      if (left < 0) break;
      if (candidate === except) continue;
      const known = candidate.toLowerCase();
      if (Math.abs(known.length - wanted.length) > limit || known.length <= 1) continue;
      const distance = editDistance(wanted, known, limit);
      const score = distance + closeness(wanted, known);
      if (distance > limit || distance >= Math.max(wanted.length, known.length) || score >= bestScore) continue;
      [best, bestScore] = [candidate, score];
    }
    return best;
  };
}

export const didYouMean = (word: string | null): string | null =>
  word === null ? null : `did you mean ${quoted(word)}?`;

/** A value as it stands in a message: in quotes, on one line, of bounded length. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 59)}…` : text);
}

/** Insertions, deletions, replacements and swaps of neighbours from one word to the other; over the limit, any number over it. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let steps = Math.min(cell(last, j) + 1, cell(row, j - 1) + 1, cell(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        steps = Math.min(steps, cell(beforeLast, j - 2) + 1);
      row.push(steps);
      least = Math.min(least, steps);
    }
    if (least > limit) return least;
    [beforeLast, last] = [last, row];
  }
  return cell(last, b.length);
}

const cell = (row: readonly number[], index: number): number => row[index] ?? Infinity;

/** In [0, 1): breaks ties, so that "T-9" is nearer to "T-8" than to "T-1". */
function closeness(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  if (at === a.length) return 0;
  const gap = Math.abs(a.charCodeAt(at) - (at < b.length ? b.charCodeAt(at) : 0));
  return Math.min(gap, 999) / 1000;
}
