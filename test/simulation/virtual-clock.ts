import type { Clock } from "../../src/engine/ports/clock.ts";

interface Timer {
  atMs: number;
  readonly order: number;
  readonly fire: () => void;
  gone: boolean;
}

/**
 * Time that moves only when everything is quiet: all code that can run has run until it waits, then the earliest timer
 * fires, alone. Equal programs give equal histories.
 */
export class VirtualClock implements Clock {
  readonly #timers: Timer[] = [];
  readonly #startMs: number;
  #nowMs: number;
  /** By how much it was set back in all. */
  #backMs = 0;
  #count = 0;
  #fired = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
  }

  /** Milliseconds that have passed, whatever the clock was set to meanwhile. */
  get passedMs(): number {
    return this.#nowMs - this.#startMs + this.#backMs;
  }

  now(): number {
    return this.#nowMs;
  }

  /** How many timers have fired. */
  get fired(): number {
    return this.#fired;
  }

  wait(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      if (signal === undefined) {
        this.at(this.#nowMs + ms, resolve);
        return;
      }
      const onAbort = (): void => {
        timer.gone = true;
        resolve();
      };
      const timer = this.at(this.#nowMs + ms, () => {
        signal.removeEventListener("abort", onAbort);
        resolve();
      });
      signal.addEventListener("abort", onAbort, { once: true });
    });
  }

  /** Calls `fire` at an instant; one that is past counts as now. */
  at(atMs: number, fire: () => void): Timer {
    const timer: Timer = { atMs: Math.max(this.#nowMs, Math.ceil(atMs)), order: (this.#count += 1), fire, gone: false };
    push(this.#timers, timer);
    return timer;
  }

  /** The machine slept: the clock is further on and nothing has run. Timers that were due fire late. */
  sleep(ms: number): void {
    this.#nowMs += ms;
  }

  /** Somebody sets the clock back. What waits waits as long as it would have. */
  goBack(ms: number): void {
    this.#nowMs -= ms;
    this.#backMs += ms;
    for (const timer of this.#timers) timer.atMs -= ms;
  }

  /** Milliseconds until the next timer; null: there is none, so nothing will ever happen again. */
  quietMs(): number | null {
    for (let first = this.#timers[0]; first?.gone === true; first = this.#timers[0]) pop(this.#timers);
    const [first] = this.#timers;
    return first === undefined ? null : Math.max(0, first.atMs - this.#nowMs);
  }

  /** Lets everything run that can. */
  async settle(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
  }

  /** Fires the earliest timer. False: there is none. */
  step(): boolean {
    if (this.quietMs() === null) return false;
    const timer = pop(this.#timers);
    if (timer === undefined) return false;
    this.#nowMs = Math.max(this.#nowMs, timer.atMs);
    this.#fired += 1;
    timer.fire();
    return true;
  }

  /** Runs until `isOver` is true or the given instant is reached. */
  async run(isOver: () => boolean, untilMs = Number.POSITIVE_INFINITY): Promise<void> {
    for (;;) {
      await this.settle();
      const quietMs = isOver() ? null : this.quietMs();
      if (quietMs === null || this.#nowMs + quietMs > untilMs) return;
      this.step();
    }
  }
}

const isBefore = (a: Timer, b: Timer): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

function push(heap: Timer[], timer: Timer): void {
  let at = heap.length;
  heap.push(timer);
  while (at > 0) {
    const above = (at - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || !isBefore(timer, parent)) break;
    heap[at] = parent;
    at = above;
  }
  heap[at] = timer;
}

function pop(heap: Timer[]): Timer | undefined {
  const [first] = heap;
  const last = heap.pop();
  if (first === undefined || last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const smaller = right !== undefined && left !== undefined && isBefore(right, left) ? right : left;
    if (smaller === undefined || !isBefore(smaller, last)) break;
    heap[at] = smaller;
    at = smaller === left ? 2 * at + 1 : 2 * at + 2;
  }
  heap[at] = last;
  return first;
}
