import type { Clock } from "../engine/ports/clock.ts";
import type { ActivitySnapshot } from "../view/screen/screen-source.ts";
import type { LedgerReads } from "./ledger-reads.ts";
import type { SliceLoader } from "./slice-loader.ts";

const leastMs = 1_000;
/** Of the time it is looked at, so much may go into reading it. */
const share = 0.05;

/** What figures and charts are made of: read when somebody looks and something is new, at most once a second. */
export class RecentActivity implements SliceLoader<ActivitySnapshot | null> {
  readonly empty = null;
  readonly #clock: Pick<Clock, "now">;
  #isNew = true;
  #nextAt = Number.NEGATIVE_INFINITY;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  changed(): void {
    this.#isNew = true;
  }

  /** When it may be read again; null: nothing is new. */
  get dueAt(): number | null {
    return this.#isNew ? this.#nextAt : null;
  }

  async load(_id: string, before: ActivitySnapshot | null, reads: LedgerReads): Promise<ActivitySnapshot | null> {
    const at = this.#clock.now();
    if (!this.#isNew || at < this.#nextAt) return before;
    this.#isNew = false;
    this.#nextAt = at + leastMs;
    const next = { ...(await reads.activity()), at };
    this.#nextAt = at + Math.max(leastMs, (this.#clock.now() - at) / share);
    return next;
  }
}
