import type { Clock } from "./ports.ts";

/**
 * Wakes whoever waits for the ledger to say something else. A notice is a hint: each waiter looks again for itself, so lost
 * or doubled notices do no harm as long as one follows every commit.
 */
export class Waker {
  readonly #clock: Clock;
  #waiters = new Set<() => void>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  notify(): void {
    this.#count += 1;
    const waiters = this.#waiters;
    this.#waiters = new Set();
    for (const wake of waiters) wake();
  }

  /** Number of notices so far: taken before looking, given to `wait`, so that none falls between. */
  mark(): number {
    return this.#count;
  }

  /** Resolves at the next notice after `mark`, at the instant `atMs`, or when the signal aborts. */
  async wait(mark: number, atMs: number | null, signal: AbortSignal): Promise<void> {
    if (mark !== this.#count || signal.aborted) return;
    const done = new AbortController();
    const onAbort = (): void => done.abort();
    signal.addEventListener("abort", onAbort, { once: true });
    const notice = new Promise<void>((resolve) => {
      const wake = (): void => resolve();
      this.#waiters.add(wake);
      done.signal.addEventListener(
        "abort",
        () => {
          this.#waiters.delete(wake);
          resolve();
        },
        { once: true },
      );
    });
    // At most 60 s at a time: the instant is compared with the clock again, so a machine that slept is noticed.
    const timer =
      atMs === null ? null : this.#clock.wait(Math.min(60_000, Math.max(0, atMs - this.#clock.now())), done.signal);
    await (timer === null ? notice : Promise.race([notice, timer]));
    signal.removeEventListener("abort", onAbort);
    done.abort();
  }

  /** Asks `look` until it gives something: after each notice and at the instant it names. Null when the signal aborted. */
  async until<T>(
    look: () => Promise<{ readonly got: T } | { readonly again: number | null }>,
    signal: AbortSignal,
  ): Promise<T | null> {
    while (!signal.aborted) {
      const mark = this.mark();
      const seen = await look();
      if ("got" in seen) return seen.got;
      await this.wait(mark, seen.again, signal);
    }
    return null;
  }
}
