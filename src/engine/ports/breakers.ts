import type { ModelName } from "../../domain/ids.ts";
import type { Actor } from "../../domain/question.ts";
import type { BreakerRow } from "../../domain/rows.ts";

/** Circuit breakers, shared by all processes through the ledger. Calls pass them when they begin, and report when they end. */
export interface Breakers {
  reset(model: ModelName, actor: Actor): Promise<void>;
  list(): Promise<readonly BreakerRow[]>;
}
