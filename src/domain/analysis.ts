import type { ModelName } from "./ids.ts";
import type { Mode } from "./task.ts";

export const workKinds = ["bug", "feature", "refactor", "tests", "docs", "chore"] as const;
export type WorkKind = (typeof workKinds)[number];

/** A file that a search has found for a task; higher is better, 1 is the best of the search without its churn. */
export interface LocatedFile {
  readonly path: string;
  readonly score: number;
  /** Names of what the file defines, as far as a pattern finds them. */
  readonly symbols: readonly string[];
}

/** How hard a task is thought to be, 1 to 5, and what it is about. */
export interface Analysis {
  readonly complexity: number;
  /** What the rules say by themselves, and a model, where one was asked. */
  readonly byRules: number;
  readonly byModel: number | null;
  readonly model: ModelName | null;
  readonly kind: WorkKind;
  readonly files: readonly LocatedFile[];
  /** Numbers and words that the rules went by. */
  readonly features: Readonly<Record<string, number | string>>;
  readonly why: readonly string[];
}

/** What a context-aware task is done with; `why` has a reason for each. */
export interface ChosenMode {
  readonly mode: Exclude<Mode, "context-aware">;
  /** Whether hints of a search go into its prompts. */
  readonly hints: boolean;
  readonly tier: "small" | "medium" | "large" | null;
  readonly reviewPer: "step" | "task";
  readonly why: {
    readonly mode: string;
    readonly context: string;
    readonly tier: string;
    readonly review: string;
  };
}

/** The same with what its score is made of. */
export interface FoundFile extends LocatedFile {
  /** How well its text fits, the best 1. */
  readonly text: number;
  /** Recent commits that changed it, each counting less the older it is. */
  readonly churn: number;
}

/** What a search of a commit's files brought for the words of a task, the best first. */
export interface FoundContext {
  readonly commit: string;
  /** What was looked for. */
  readonly terms: readonly string[];
  readonly files: readonly FoundFile[];
  /** How many files were searched, and how many of the commit were not, by why. */
  readonly searched: number;
  readonly leftOut: Readonly<Record<string, number>>;
  /** Why nothing was found; empty: something was. */
  readonly without: string;
}

export interface AnalysisEvents {
  "task.analysed": { readonly generation: number; readonly analysis: Analysis };
  "mode.chosen": { readonly generation: number; readonly chosen: ChosenMode };
  /** What a search found for a task's prompts. */
  "context.found": { readonly generation: number } & FoundContext;
}
