import { searchTerms } from "../../src/policy/search-terms.ts";

/** What a search in an FTS5 table looks for. */
export interface TextSearch {
  /** In small letters, the most telling first. */
  readonly terms: readonly string[];
  /** For MATCH: any of the terms, each as it is written, whatever it says. */
  readonly match: string;
}

/** How texts are broken into words in every FTS5 table: by letters and digits of any language, without English endings. */
export const tokenizer = "porter unicode61";

/**
 * A search for what a text is about; null: it says nothing that can be looked for. That all terms stand in one text is hardly ever so, so any
 * will do, and BM25 puts those with more and rarer ones first.
 */
export function searchOf(text: string): TextSearch | null {
  const terms = searchTerms(text);
  return terms.length === 0 ? null : { terms, match: terms.map(quoted).join(" OR ") };
}

const quoted = (term: string): string => `"${term.replaceAll('"', '""')}"`;
