import type { WorkKind } from "../domain/analysis.ts";

interface Rule {
  readonly kind: WorkKind;
  readonly says: RegExp;
}

/** As the subjects of commits begin: `fix(parser): …`. */
const prefixes: readonly Rule[] = [
  { kind: "bug", says: /^(?:fix|bugfix|hotfix)(?:\([^)]*\))?!?:/i },
  { kind: "feature", says: /^feat(?:ure)?(?:\([^)]*\))?!?:/i },
  { kind: "refactor", says: /^(?:refactor|perf|style)(?:\([^)]*\))?!?:/i },
  { kind: "tests", says: /^tests?(?:\([^)]*\))?!?:/i },
  { kind: "docs", says: /^docs?(?:\([^)]*\))?!?:/i },
  { kind: "chore", says: /^(?:chore|build|ci|deps)(?:\([^)]*\))?!?:/i },
];

/** The first that fits: what a change is about goes before what is wrong with it, and that before how it is made. */
const words: readonly Rule[] = [
  { kind: "docs", says: /\b(?:docs?|documentation|readme|changelog|manual|typos?)\b|^document\b/i },
  {
    kind: "tests",
    says: /\b(?:add|write|extend|cover|more|missing|raise|improve)\b.{0,40}\b(?:tests?|specs?|coverage)\b|^(?:unit )?tests?\b/i,
  },
  {
    kind: "bug",
    says: /\b(?:fix(?:es|ed)?|bugs?|broken|crash(?:es|ed)?|wrong(?:ly)?|incorrect(?:ly)?|fail(?:s|ed|ing|ure)?|regression|leaks?|hangs?|deadlocks?|race|corrupt(?:s|ed)?|off[- ]by[- ]one)\b/i,
  },
  {
    kind: "refactor",
    says: /\b(?:refactor|rename|extract|restructure|simplif(?:y|ies)|clean ?up|tidy|dedup(?:licate)?|inline|decouple|reorgani[sz]e)\b|^(?:move|split|remove)\b/i,
  },
  {
    kind: "chore",
    says: /\b(?:bump|upgrade|dependenc(?:y|ies)|lockfile|lint(?:er)?|formatter|ci|pipeline|release|licen[cs]e)\b|^update\b/i,
  },
];

/** What sort of work a task is, by its words: those of the goal decide; the details only where the goal says nothing. */
export function workKind(goal: string, details: string | null): WorkKind {
  const said = goal.trim();
  const found =
    [...prefixes, ...words].find(({ says }) => says.test(said)) ??
    words.find(({ kind, says }) => kind !== "docs" && kind !== "tests" && says.test(firstSentence(details ?? "")));
  return found?.kind ?? "feature";
}

/** Later sentences tell how it is to be done, and speak of tests and documents in any kind of work. */
const firstSentence = (text: string): string => text.trim().split(/(?<=[.!?])\s|\n/, 1)[0] ?? "";
