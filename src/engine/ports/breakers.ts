import type { ModelName } from "../../domain/ids.ts";
import type { Actor } from "../../domain/question.ts";
import type { BreakerRow } from "../../domain/rows.ts";
import type { Settings } from "../../domain/settings.ts";

/** Circuit breakers, shared by all processes through the ledger. */
export interface Breakers {
  /** Passed as a probe: hold it no longer than `probeMs`. */
  acquire(
    model: ModelName,
    settings: Settings["breaker"],
    probeMs: number,
  ): Promise<{ readonly passed: boolean; readonly probe: boolean; readonly retryAtMs: number | null }>;
  /** A call that was let through since `sinceMs` ended without saying anything of the model: if it was the probe, another may go. */
  giveBack(model: ModelName, sinceMs: number): Promise<void>;
  reset(model: ModelName, actor: Actor): Promise<void>;
  list(): Promise<readonly BreakerRow[]>;
}
