import type { Clock } from "../../src/engine/ports/clock.ts";

/** A clock that moves only when told to. */
export class VirtualClock implements Clock {
  #now = 0;
  #waits: { readonly at: number; readonly wake: () => void }[] = [];
  #started = 0;

  now(): number {
    return this.#now;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    this.#started += 1;
    return new Promise((resolve) => {
      if (signal?.aborted === true) resolve();
      else {
        this.#waits.push({ at: this.#now + ms, wake: resolve });
        signal?.addEventListener("abort", () => resolve(), { once: true });
      }
    });
  }

  /** How often somebody began to wait. */
  get started(): number {
    return this.#started;
  }

  /** Lets time pass, then everybody who waited for it run. */
  async pass(ms: number): Promise<void> {
    this.#now += ms;
    const due = this.#waits.filter(({ at }) => at <= this.#now);
    this.#waits = this.#waits.filter(({ at }) => at > this.#now);
    for (const { wake } of due) wake();
    await new Promise((resolve) => setImmediate(resolve));
  }
}
