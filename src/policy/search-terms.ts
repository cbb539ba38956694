/** So many words of a text are searched for. */
export const mostTerms = 24;

const longestText = 16_000;
const longestTerm = 64;

/** Words that stand in almost every task and say nothing of where. */
export const stopWords: ReadonlySet<string> = new Set(
  `a about above add added adding after again all also an and any are as at be because been before being below between both but by can
  cannot could did do does doing done down during each else etc even every few for from further get gets give given gives had has
  have having he her here his how however i if in instead into is it its itself just keep less let lets like made make makes making may me
  might more most must my need needs no nor not now of off on once one only onto or other others our out over own per please rather same
  say says see set she should since so some such than that the their them then there these they thing things this those through to too
  two under until up upon us use used uses using very via want wants was way we were what when where whether which while who whose why will
  with within without would yet you your`.split(/\s+/),
);

/** The words an identifier is made of: at changes of case, at digits' ends before a capital, and at underscores. */
export const partsOfName = (name: string): readonly string[] =>
  name
    .replaceAll(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, "$1_")
    .replaceAll(/(\p{Lu})(?=\p{Lu}\p{Ll})/gu, "$1_")
    .split("_")
    .filter((part) => part !== "");

/**
 * What to look for in an index of texts, where somebody describes in their own words what it is about: identifiers first, each
 * whole and in parts, then the other words in their order; none twice, and none that says nothing.
 */
export function searchTerms(text: string): readonly string[] {
  const names: string[] = [];
  const words: string[] = [];
  for (const [word] of text.slice(0, longestText).matchAll(/[\p{L}\p{N}\p{M}_]+/gu)) {
    const parts = partsOfName(word);
    if (parts.length > 1) names.push(parts.join("_") === word ? word : word.replaceAll(/^_+|_+$/g, ""), ...parts);
    else words.push(...parts);
  }
  const terms = [...names, ...words].map((term) => term.toLowerCase()).filter(saysSomething);
  return [...new Set(terms)].slice(0, mostTerms);
}

const saysSomething = (term: string): boolean =>
  term.length > 1 && term.length <= longestTerm && !/^\d{1,2}$/.test(term) && !stopWords.has(term);
