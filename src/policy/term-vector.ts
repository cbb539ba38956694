import { partsOfName, stopWords } from "./search-terms.ts";

/** How often each term stands in a text. */
export type Terms = ReadonlyMap<string, number>;

/** Words in small letters, names taken apart, plural and singular as one; without those that say nothing. */
export function termsOf(text: string): Terms {
  const terms = new Map<string, number>();
  for (const [name] of text.matchAll(/[\p{L}\p{N}_]+/gu))
    for (const word of partsOfName(name).map((part) => part.toLowerCase())) {
      if (word.length < 2 || stopWords.has(word)) continue;
      const term = word.length > 3 && word.endsWith("s") && !word.endsWith("ss") ? word.slice(0, -1) : word;
      terms.set(term, (terms.get(term) ?? 0) + 1);
    }
  return terms;
}

/** 1: the same terms equally often; 0: none in common. */
export function cosine(a: Terms, b: Terms): number {
  const length = (terms: Terms): number => Math.sqrt([...terms.values()].reduce((sum, n) => sum + n * n, 0));
  const product = [...a].reduce((sum, [term, n]) => sum + n * (b.get(term) ?? 0), 0);
  return product === 0 ? 0 : product / (length(a) * length(b));
}
