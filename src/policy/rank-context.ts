import { dirname } from "node:path";

/** A file that a search of contents brings. */
export interface FileMatch {
  readonly path: string;
  /** How well its text fits, the greater the better: BM25 over path, symbols and content, weighted 4, 2 and 1. */
  readonly text: number;
}

export interface RankedFile {
  readonly path: string;
  /** Of the best of them, which has 1. */
  readonly text: number;
  /** Recent commits that changed it, each counting less the older it is. */
  readonly churn: number;
  readonly score: number;
}

/** Weights of a file's path, of the names it defines, and of all it says. */
export const columnWeights = [4, 2, 1] as const;

/** So many files are told of, and so many names of each. */
export const mostFound = 12;
export const mostSymbolsTold = 5;

/** So many commits before the one that is searched count as recent. */
export const churnCommits = 1_500;

const churnKept = 0.998;
const churnWeight = 0.15;
const placesInScore = 4;

/** `commits`: what each changed, the newest first. A commit counts 0.998 of the one after it: half after 346. */
export function churnOf(commits: readonly (readonly string[])[]): ReadonlyMap<string, number> {
  const churn = new Map<string, number>();
  for (const [age, paths] of commits.slice(0, churnCommits).entries())
    for (const path of paths) churn.set(path, (churn.get(path) ?? 0) + churnKept ** age);
  return churn;
}

/** So many of one folder stand before those of others: recordings that are all alike would else be all that is told of. */
const mostOfFolder = mostFound / 2;

/**
 * Files by how likely a task is about them, the likeliest first: `text / best text + 0.15 ln(1 + churn)`. What is said of a task finds
 * more than names of files do, and what changed lately will change again; that files changed together adds nothing to that. Measured on
 * histories, subjects of commits as goals and what they changed as truth: `npm run bench -- context`.
 */
export function rankContext(matches: readonly FileMatch[], churnAt: (path: string) => number): readonly RankedFile[] {
  const best = Math.max(0, ...matches.map(({ text }) => text));
  const ranked = matches
    .map(({ path, text }): RankedFile => {
      const churn = churnAt(path);
      const fits = best === 0 ? 0 : text / best;
      const score = fits + churnWeight * Math.log1p(churn);
      return { path, text: rounded(fits), churn: rounded(churn), score: rounded(score) };
    })
    .toSorted((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
  const folders = new Map<string, number>();
  const isFurther = new Set<RankedFile>();
  for (const file of ranked) {
    const folder = dirname(file.path);
    const count = (folders.get(folder) ?? 0) + 1;
    folders.set(folder, count);
    if (count > mostOfFolder) isFurther.add(file);
  }
  return ranked.toSorted((a, b) => Number(isFurther.has(a)) - Number(isFurther.has(b)));
}

/** So that what is kept of it is short, and equal wherever it is computed. */
const rounded = (value: number): number => Number(value.toFixed(placesInScore));
