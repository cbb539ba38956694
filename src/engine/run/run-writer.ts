import type { NewEvent } from "../../domain/events.ts";
import type { RunId } from "../../domain/ids.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import type { Fence } from "../ports/leases.ts";
import type { Ledger } from "../ports/ledger.ts";
import { isHeld } from "../writing/fenced-writer.ts";

/** Writes what concerns the run as a whole under the engine's own lease, so that one that was replaced writes nothing more. */
export class RunWriter {
  readonly run: RunId;
  readonly #ledger: Ledger;
  readonly #fence: Fence;

  constructor(ledger: Ledger, fence: Fence, run: RunId) {
    this.run = run;
    this.#ledger = ledger;
    this.#fence = fence;
  }

  /** Throws LeaseLost. */
  async append(events: readonly NewEvent[]): Promise<void> {
    const { repository } = this.#fence;
    await this.#ledger.log.append({ repository, run: this.run, fence: this.#fence, events });
  }

  /** Throws LeaseLost where another engine has taken the repository over. */
  async assertOwner(): Promise<void> {
    if (!(await isHeld(this.#ledger.leases, this.#fence))) throw new LeaseLost(this.#fence.task);
  }
}
