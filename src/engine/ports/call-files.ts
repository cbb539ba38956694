import type { CallId, RunId } from "../../domain/ids.ts";
import type { Cost, Usage } from "../../domain/money.ts";
import type { Said } from "../../domain/transcript.ts";
import type { AdapterOutcome } from "./adapter.ts";

/** How an attempt came out, and what it used until then; absent where an earlier version wrote the file. */
export type KeptOutcome = AdapterOutcome & { readonly used?: AttemptUse };

export interface AttemptUse {
  readonly usage: Usage;
  readonly cost: Cost;
  /** Ids of the rows that its cost was worked out from. */
  readonly prices: readonly string[];
  /** What the provider's cache saved; as in `attempt.ended`. */
  readonly savedMicros?: number | null;
  readonly session: string | null;
  readonly durationMs: number;
}

/** Files of calls below the state folder. The outcome is written before its end is committed: a crash between the two adopts it. */
export interface CallFiles {
  /** Absolute folder of one start of one attempt, made if it is not there. */
  folder(run: RunId, call: CallId, attempt: number, rerun: number): Promise<string>;
  /** Whole or not at all. */
  writeOutcome(folder: string, outcome: KeptOutcome): Promise<void>;
  /** Keeps what an attempt says and does from now on; what it had said before is told again. Absent: nobody keeps it. */
  transcript?(folder: string): Transcript;
  /** Null: there is none, or it cannot be read. */
  readOutcome(folder: string): Promise<KeptOutcome | null>;
}

/** It may be lost, so nobody waits for it and nothing of it fails. */
export interface Transcript {
  say(said: Said): void;
  /** Resolves when all is written that could be. */
  end(): Promise<void>;
}
