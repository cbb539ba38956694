import type { Clock } from "../engine/ports/clock.ts";

/** Runs one thing, never twice at once: at the earliest instant anybody asked for, then not again until asked again. */
export class Ticker {
  readonly #clock: Clock;
  readonly #run: () => Promise<void>;
  #due = Number.POSITIVE_INFINITY;
  #running = false;
  #stopped = false;
  #wait: AbortController | null = null;

  /** `run` must not reject. */
  constructor(clock: Clock, run: () => Promise<void>) {
    this.#clock = clock;
    this.#run = run;
  }

  /** Asks for a turn at this instant. An earlier one that is due already stands. */
  at(dueMs: number): void {
    if (this.#stopped || dueMs >= this.#due) return;
    this.#due = dueMs;
    if (!this.#running) this.#arm();
  }

  stop(): void {
    this.#stopped = true;
    this.#wait?.abort();
    this.#wait = null;
  }

  #arm(): void {
    this.#wait?.abort();
    const wait = new AbortController();
    this.#wait = wait;
    const overdueMs = this.#due - this.#clock.now();
    void this.#clock
      .wait(Math.max(0, overdueMs), wait.signal)
      .then(() => (this.#wait === wait ? this.#fire() : undefined));
  }

  async #fire(): Promise<void> {
    this.#wait = null;
    this.#due = Number.POSITIVE_INFINITY;
    this.#running = true;
    try {
      await this.#run();
    } finally {
      this.#running = false;
      if (!this.#stopped && this.#due !== Number.POSITIVE_INFINITY) this.#arm();
    }
  }
}
