import { Stopped } from "../waiting/interrupts.ts";

/** Work that several tasks wait for; the last that leaves ends it. */
export class SharedWork<T> {
  readonly #result: Promise<T>;
  readonly #abort = new AbortController();
  readonly #dropped: () => void;
  readonly #what: string;
  #waiting = 0;
  #done = false;

  /** `dropped` is told when nobody may join any more: it has failed, or all have left. */
  constructor(what: string, work: (signal: AbortSignal) => Promise<T>, dropped: () => void) {
    this.#what = what;
    this.#dropped = dropped;
    this.#result = work(this.#abort.signal);
    this.#result.then(
      () => (this.#done = true),
      () => {
        this.#done = true;
        dropped();
      },
    );
  }

  get done(): boolean {
    return this.#done;
  }

  async join(signal: AbortSignal): Promise<T> {
    this.#waiting += 1;
    const left = Promise.withResolvers<never>();
    const leave = (): void => left.reject(new Stopped(`stopped while ${this.#what}`));
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    try {
      return await Promise.race([this.#result, left.promise]);
    } finally {
      signal.removeEventListener("abort", leave);
      this.#waiting -= 1;
      if (this.#waiting === 0 && !this.#done) {
        // Whoever comes while it ends begins anew.
        this.#dropped();
        this.#abort.abort();
        await this.#result.catch(() => undefined);
      }
    }
  }
}
