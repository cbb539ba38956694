/** How often each term stands in a text. */
export type Terms = ReadonlyMap<string, number>;

const common = new Set(
  "the a an and or of to in on for with by as is are be it its that this from at into not no all any each when where which who has have was will can may must should so if then than also only other".split(
    " ",
  ),
);

/** Words in small letters, names in camelCase and snake_case taken apart, plural and singular as one; without the commonest. */
export function termsOf(text: string): Terms {
  const terms = new Map<string, number>();
  const words =
    text
      .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  for (const word of words) {
    if (word.length < 2 || common.has(word)) continue;
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
