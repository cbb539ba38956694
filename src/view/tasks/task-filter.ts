import { waitStyle } from "../text/state-styles.ts";
import { entryStyle, type TaskEntry } from "./task-entry.ts";

/** One word of a filter. All words must hold. */
export interface FilterTerm<Field extends string = TaskField> {
  /** any: wherever it stands. */
  readonly field: Field | "any";
  readonly text: string;
  /** `!word`: must not hold. */
  readonly not: boolean;
  /** `~word`: its letters in order, with others between. */
  readonly fuzzy: boolean;
}

type TaskField = "status" | "model" | "area" | "risk" | "id";

const taskFields: Readonly<Record<string, TaskField>> = {
  status: "status",
  state: "status",
  s: "status",
  model: "model",
  m: "model",
  area: "area",
  risk: "risk",
  id: "id",
};

/** `fail !docs status:needs model:opus ~brkr`, in any case. An unknown `word:` is plain text. */
export const parseFilter = (text: string): readonly FilterTerm[] => filterTerms(text, taskFields);

/** The words of a filter whose fields have these names. */
export function filterTerms<Field extends string>(
  text: string,
  fields: Readonly<Record<string, Field>>,
): readonly FilterTerm<Field>[] {
  const terms: FilterTerm<Field>[] = [];
  for (const word of text.toLowerCase().split(/\s+/)) {
    const not = word.startsWith("!");
    const bare = not ? word.slice(1) : word;
    const colon = bare.indexOf(":");
    const name = colon > 0 ? bare.slice(0, colon) : "";
    const field = Object.hasOwn(fields, name) ? (fields[name] ?? "any") : "any";
    const value = field === "any" ? bare : bare.slice(colon + 1);
    const fuzzy = value.startsWith("~");
    const sought = fuzzy ? value.slice(1) : value;
    if (sought !== "") terms.push({ field, text: sought, not, fuzzy });
  }
  return terms;
}

/** Whether an entry passes all terms. */
export const passes = (entry: TaskEntry, terms: readonly FilterTerm[]): boolean =>
  holdAll(terms, (field) => wordsOf(entry, field));

/** Whether all terms hold for what has these words in a field. */
export const holdAll = <Field extends string>(
  terms: readonly FilterTerm<Field>[],
  words: (field: Field | "any") => readonly string[],
): boolean => terms.every((term) => words(term.field).some((word) => holds(word, term)) !== term.not);

function wordsOf(entry: TaskEntry, field: FilterTerm["field"]): readonly string[] {
  const { row } = entry;
  switch (field) {
    case "status":
      return [
        entryStyle(entry).word,
        row.state,
        entry.derived ?? "",
        entry.wait === null ? "" : waitStyle[entry.wait.kind].word,
      ];
    case "model":
      return [row.model ?? "", row.author ?? "", row.reviewer ?? ""];
    case "area":
      return [row.spec.area ?? ""];
    case "risk":
      return [row.risk];
    case "id":
      return [row.id];
    case "any":
      return [row.id, row.spec.goal, row.spec.area ?? "", entryStyle(entry).word];
  }
}

function holds(word: string, term: Pick<FilterTerm, "text" | "fuzzy">): boolean {
  const lower = word.toLowerCase();
  return term.fuzzy ? fuzzyScore(lower, term.text) !== null : lower.includes(term.text);
}

/** Where `letters` are found in order in `word`; null: not all of them. Both in lower case. */
export function fuzzyPlaces(word: string, letters: string): readonly number[] | null {
  const places: number[] = [];
  for (const letter of letters) {
    if (letter === " ") continue;
    const at = word.indexOf(letter, (places.at(-1) ?? -1) + 1);
    if (at < 0) return null;
    places.push(at);
  }
  return places;
}

/**
 * How well `letters` are found in order in `word`: smaller is better, null: not at all. Letters that stand together and at the
 * beginning of words count more. Both in lower case.
 */
export function fuzzyScore(word: string, letters: string): number | null {
  const places = fuzzyPlaces(word, letters);
  if (places === null) return null;
  let from = 0;
  return places.reduce((score, at) => {
    const startsWord = at === 0 || /[^a-z0-9]/.test(word.charAt(at - 1));
    const more = at !== from || from === 0 ? (startsWord ? 1 : 2 + Math.min(8, at - from)) : 0;
    from = at + 1;
    return score + more;
  }, 0);
}
