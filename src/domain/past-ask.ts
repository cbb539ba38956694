import type { ModelName, RepositoryId, RunId } from "./ids.ts";
import type { Cost } from "./money.ts";

/** What one model said to an ask; null as the text: nothing, for the reason in the note. */
export interface PastAnswer {
  readonly model: ModelName;
  readonly text: string | null;
  readonly note: string | null;
  readonly cost: Cost;
  readonly tokens: number;
  readonly durationMs: number;
}

/** An ask that is over, as it is kept beside its calls. */
export interface PastAsk {
  readonly id: RunId;
  readonly at: number;
  readonly question: string;
  /** Where it was asked; null: in no repository. */
  readonly repository: RepositoryId | null;
  readonly answers: readonly PastAnswer[];
  /** Whose answer a person called the best; null: nobody has voted. */
  readonly best: ModelName | null;
}
