import type { Clock } from "../ports/clock.ts";

/** Looking again this often makes up for lost notices, and for a machine that slept. */
const longestMs = 60_000;
/** A reason that costs nothing: by default each abort makes an exception with its stack. */
const over = "over";

/**
 * Wakes whoever waits for the ledger to say something else. A notice is a hint: each waiter looks again for itself, so late,
 * lost or doubled notices do no harm.
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

  /** Resolves at the next notice after `mark`, at the instant `atMs`, when the signal aborts, or after a minute. */
  async wait(mark: number, atMs: number | null, signal: AbortSignal): Promise<void> {
    if (mark !== this.#count || signal.aborted) return;
    const done = new AbortController();
    const onAbort = (): void => done.abort(over);
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
    const leftMs = atMs === null ? longestMs : Math.max(0, atMs - this.#clock.now());
    await Promise.race([notice, this.#clock.wait(Math.min(longestMs, leftMs), done.signal)]);
    signal.removeEventListener("abort", onAbort);
    done.abort(over);
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
