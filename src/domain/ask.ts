import type { ModelName } from "./ids.ts";
import type { Cost, Usage } from "./money.ts";

/** What asking one model came to, whether it answered or not. */
export interface AskUsage {
  readonly model: ModelName;
  readonly usage: Usage;
  readonly cost: Cost;
  /** From the ask's start, waits included. */
  readonly durationMs: number;
  /** Requests that were made; 0: the model could not be asked. */
  readonly attempts: number;
}

export interface AskAnswer extends AskUsage {
  readonly text: string;
}

/** Why there is no answer. `type` is an error type or an outcome: cancelled, refused, budget, ... */
export interface AskError {
  readonly type: string;
  readonly reason: string | null;
  readonly retryable: boolean;
  readonly message: string;
}

export interface AskFailure extends AskUsage {
  readonly error: AskError;
}

/** What a synthesizer makes of several answers. */
export interface Synthesis {
  readonly text: string;
  readonly agrees: readonly string[];
  readonly differs: readonly string[];
}

export type SynthesisEnd = (AskUsage & Synthesis) | AskFailure;

/** A whole ask, in the order in which the models were named. */
export interface AskEnd {
  readonly results: readonly AskAnswer[];
  readonly failures: readonly AskFailure[];
  /** Undefined: nobody wanted one. Null: there were no two answers to make one of. */
  readonly synthesis?: SynthesisEnd | null;
  readonly durationMs: number;
  /** A person did not wait for the end. */
  readonly cancelled: boolean;
}
