/** A place among a limited number. Giving it back twice is harmless. */
export interface Slot {
  release(): void;
}

interface Waiting<Rank> {
  readonly rank: Rank;
  readonly give: (slot: Slot | null) => void;
}

/** A limited number of places, given in order of rank. Whoever waits for anything else holds none, so nobody can block another for ever. */
export class Slots<Rank> {
  readonly #size: number;
  readonly #compare: (a: Rank, b: Rank) => number;
  readonly #waiting: Waiting<Rank>[] = [];
  #used = 0;

  constructor(size: number, compare: (a: Rank, b: Rank) => number) {
    this.#size = size;
    this.#compare = compare;
  }

  /** Places that nobody holds and nobody waits for. */
  get free(): number {
    return Math.max(0, this.#size - this.#used - this.#waiting.length);
  }

  get used(): number {
    return this.#used;
  }

  /** A place if one is free and nobody waits for it. */
  takeNow(): Slot | null {
    return this.#used < this.#size && this.#waiting.length === 0 ? this.#take() : null;
  }

  /** A place beyond the number if need be. */
  occupy(): Slot {
    return this.#take();
  }

  /** Null when the signal aborted first. */
  async acquire(rank: Rank, signal: AbortSignal): Promise<Slot | null> {
    if (signal.aborted) return null;
    const now = this.takeNow();
    if (now !== null) return now;
    return await new Promise<Slot | null>((resolve) => {
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(entry), 1);
        resolve(null);
      };
      const entry: Waiting<Rank> = {
        rank,
        give: (slot) => {
          signal.removeEventListener("abort", onAbort);
          resolve(slot);
        },
      };
      this.#waiting.push(entry);
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  #take(): Slot {
    this.#used += 1;
    let held = true;
    return {
      release: () => {
        if (!held) return;
        held = false;
        this.#used -= 1;
        this.#next();
      },
    };
  }

  #next(): void {
    while (this.#used < this.#size && this.#waiting.length > 0) {
      this.#waiting.sort((a, b) => this.#compare(a.rank, b.rank));
      this.#waiting.shift()?.give(this.#take());
    }
  }
}
