import type { CallId, RunId } from "../../domain/ids.ts";
import type { AdapterOutcome } from "./adapter.ts";

/** Files of calls below the state folder. The outcome is written before its end is committed: a crash between the two adopts it. */
export interface CallFiles {
  /** Absolute folder of one start of one attempt, made if it is not there. */
  folder(run: RunId, call: CallId, attempt: number, rerun: number): Promise<string>;
  /** Whole or not at all. */
  writeOutcome(folder: string, outcome: AdapterOutcome): Promise<void>;
  /** Null: there is none, or it cannot be read. */
  readOutcome(folder: string): Promise<AdapterOutcome | null>;
}
