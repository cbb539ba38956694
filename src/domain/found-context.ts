/** A file that a search brought for a task. */
export interface FoundFile {
  readonly path: string;
  /** Names it defines, those first that fit what was searched for. */
  readonly symbols: readonly string[];
  /** How well its text fits, how often it was changed lately, and what both make together. */
  readonly text: number;
  readonly churn: number;
  readonly score: number;
}

/** What a search of the files of a commit brought for the words of a task, the best first. */
export interface FoundContext {
  readonly commit: string;
  /** What was looked for. */
  readonly terms: readonly string[];
  readonly files: readonly FoundFile[];
  /** How many files were searched, and how many were not, by why. */
  readonly searched: number;
  readonly leftOut: Readonly<Record<string, number>>;
}
