import type { NewEvent } from "../../domain/events.ts";
import type { RunId } from "../../domain/ids.ts";
import { LeaseLost } from "../../domain/lease-lost.ts";
import type { Admission, AttemptEnd, Refusal, ReservationRequest, TurnedAway } from "../ports/calls.ts";
import type { Batch } from "../ports/event-log.ts";
import type { Fence } from "../ports/leases.ts";
import type { Ledger } from "../ports/ledger.ts";

/** Whether what is written under a fence now would be taken. */
export async function isHeld(leases: Ledger["leases"], { repository, task, owner, epoch }: Fence): Promise<boolean> {
  const held = (await leases.holder(repository, task))?.fence ?? null;
  return held !== null && held.owner === owner && held.epoch === epoch;
}

interface EndedCall {
  readonly events: readonly NewEvent[];
  readonly end: AttemptEnd;
}

/**
 * Writes what becomes true of one task or ask under its fence, in the order in which it was told. Some of it may wait for what comes
 * next and be written with that: a crash before loses it, and whoever goes on does it again. Every write throws LeaseLost where
 * another engine has the task.
 */
export class FencedWriter {
  readonly fence: Fence;
  readonly run: RunId;
  readonly #ledger: Pick<Ledger, "log" | "calls" | "leases">;
  /** Written with what comes next, behind the end of a call if there is one. */
  #waiting: readonly NewEvent[] = [];
  #ended: EndedCall | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(ledger: Pick<Ledger, "log" | "calls" | "leases">, fence: Fence, run: RunId) {
    this.#ledger = ledger;
    this.fence = fence;
    this.run = run;
  }

  async append(events: readonly NewEvent[]): Promise<void> {
    await this.#inOrder(() => this.#write(events));
  }

  /** Written with what comes next. */
  async appendWithNext(events: readonly NewEvent[]): Promise<void> {
    await this.#inOrder(() => {
      this.#waiting = [...this.#waiting, ...events];
      return Promise.resolve();
    });
  }

  /** Writes the intent of an attempt, as `Calls.begin` does. */
  async begin(
    events: readonly NewEvent[],
    reservation: ReservationRequest | null,
    admission: Admission,
  ): Promise<Refusal | TurnedAway | null> {
    return await this.#inOrder(async () => {
      if (this.#ended !== null) await this.#write([]);
      const batch = this.#batch([...this.#waiting, ...events]);
      const refusal = await this.#ledger.calls.begin(batch, reservation, admission);
      if (refusal === null) this.#waiting = [];
      return refusal;
    });
  }

  /** Ends an attempt, as `Calls.end` does. */
  async end(events: readonly NewEvent[], end: AttemptEnd): Promise<void> {
    await this.endWithNext(events, end);
    await this.append([]);
  }

  /** The same, written with what comes next. */
  async endWithNext(events: readonly NewEvent[], end: AttemptEnd): Promise<void> {
    await this.#inOrder(async () => {
      if (this.#waiting.length > 0 || this.#ended !== null) await this.#write([]);
      this.#ended = { events, end };
    });
  }

  /** Nothing waits any more to be written. Before anything is started or waited for. */
  async flush(): Promise<void> {
    await this.#inOrder(async () => {
      if (this.#waiting.length > 0 || this.#ended !== null) await this.#write([]);
    });
  }

  /** Throws LeaseLost where another engine has the task. */
  async assertOurs(): Promise<void> {
    if (!(await this.isOurs())) throw new LeaseLost(this.fence.task);
  }

  async isOurs(): Promise<boolean> {
    return await isHeld(this.#ledger.leases, this.fence);
  }

  async #write(events: readonly NewEvent[]): Promise<void> {
    const { log, calls } = this.#ledger;
    const followed = [...this.#waiting, ...events];
    if (this.#ended === null) await log.append(this.#batch(followed));
    else await calls.end(this.#batch(this.#ended.events), this.#ended.end, this.#placed(followed));
    this.#waiting = [];
    this.#ended = null;
  }

  async #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return await done;
  }

  /** Facts of this task in their place, under its fence. */
  #batch(events: readonly NewEvent[]): Batch {
    const { fence, run } = this;
    return { repository: fence.repository, run, fence, events: this.#placed(events) };
  }

  #placed(events: readonly NewEvent[]): readonly NewEvent[] {
    return events.map((event) => ({ task: this.fence.task, ...event }));
  }
}
