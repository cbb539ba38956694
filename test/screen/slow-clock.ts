import type { Clock } from "../../src/engine/ports/clock.ts";

/** A clock that moves only when told to, and knows who waits for it. */
export class SlowClock implements Clock {
  #now: number;
  #waits: { readonly at: number; readonly wake: () => void }[] = [];

  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wait = { at: this.#now + ms, wake: resolve };
      this.#waits.push(wait);
      const abort = (): void => {
        this.#waits = this.#waits.filter((other) => other !== wait);
        resolve();
      };
      if (signal?.aborted === true) abort();
      else signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** When the next who waits is due; null: nobody waits. */
  get nextAt(): number | null {
    return this.#waits.length === 0 ? null : Math.min(...this.#waits.map(({ at }) => at));
  }

  /** Lets time pass from one who waits to the next, each with all that follows from it. */
  async pass(ms: number): Promise<void> {
    const until = this.#now + ms;
    for (;;) {
      await settled();
      const next = this.nextAt;
      if (next === null || next > until) break;
      this.#now = Math.max(this.#now, next);
      const due = this.#waits.filter(({ at }) => at <= this.#now);
      this.#waits = this.#waits.filter(({ at }) => at > this.#now);
      for (const { wake } of due) wake();
    }
    this.#now = until;
  }
}

/** All that can happen without time passing has happened. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
