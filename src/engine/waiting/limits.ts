import type { Clock } from "../ports/clock.ts";

export interface CallLimits {
  /** Until the first sign of life. */
  readonly startupMs: number;
  /** Between two signs of life; does not run while a tool is known to run. */
  readonly idleMs: number;
  readonly wallMs: number;
}

/** A machine that slept is noticed by whoever calls slept(). */
const longestMs = 60_000;

export type ExpiredLimit = "startup" | "idle" | "wall";

/**
 * The three time limits of one running attempt. A healthy agent is never ended: every event, every running tool and (by an
 * adapter's `activity`) every second of processor time counts as life. A machine that slept moves all limits by its sleep.
 */
export class LimitWatch {
  readonly #clock: Clock;
  readonly #limits: CallLimits;
  readonly #done = new AbortController();
  readonly #tools = new Set<string>();
  #startedMs: number;
  #aliveMs: number;
  #started = false;
  #look = new AbortController();
  #pauses = 0;
  #pausedMs = 0;

  constructor(clock: Clock, limits: CallLimits) {
    this.#clock = clock;
    this.#limits = limits;
    this.#startedMs = clock.now();
    this.#aliveMs = this.#startedMs;
  }

  activity(): void {
    this.#aliveMs = this.#clock.now();
    if (this.#started) return;
    this.#started = true;
    this.#look.abort();
  }

  tool(id: string, state: "start" | "end"): void {
    this.activity();
    if (state === "start") this.#tools.add(id);
    else this.#tools.delete(id);
    // The idle limit runs again: it may be due before what is waited for.
    if (this.#tools.size === 0) this.#look.abort();
  }

  /** What of the sleep lies in a pause is moved by that. */
  slept(gapMs: number): void {
    const now = this.#clock.now();
    const pausedMs = this.#pauses > 0 ? now - this.#pausedMs : 0;
    const restMs = Math.max(0, gapMs - pausedMs);
    this.#startedMs += restMs;
    this.#aliveMs = Math.min(now, this.#aliveMs + restMs);
  }

  /** A person is waited for: no limit runs until `resume`, which is called once for each pause. */
  pause(): void {
    if (this.#pauses === 0) this.#pausedMs = this.#clock.now();
    this.#pauses += 1;
  }

  /** With its answer it begins to work again. */
  resume(): void {
    this.#pauses -= 1;
    if (this.#pauses > 0) return;
    const now = this.#clock.now();
    this.#startedMs += now - this.#pausedMs;
    this.#aliveMs = now;
    this.#look.abort();
  }

  /** Since the start, without what a person was waited for and the machine slept. */
  get workedMs(): number {
    return Math.max(0, (this.#pauses > 0 ? this.#pausedMs : this.#clock.now()) - this.#startedMs);
  }

  stop(): void {
    this.#done.abort();
  }

  /** Null when stopped first. */
  async expired(): Promise<ExpiredLimit | null> {
    while (!this.#done.signal.aborted) {
      const due = this.#next();
      const waitMs = this.#pauses > 0 ? longestMs : due.atMs - this.#clock.now();
      if (waitMs <= 0) return due.limit;
      this.#look = new AbortController();
      await this.#clock.wait(Math.min(waitMs, longestMs), AbortSignal.any([this.#done.signal, this.#look.signal]));
    }
    return null;
  }

  #next(): Due {
    const wall: Due = { limit: "wall", atMs: this.#startedMs + this.#limits.wallMs };
    if (!this.#started) return first(wall, { limit: "startup", atMs: this.#startedMs + this.#limits.startupMs });
    if (this.#tools.size > 0) return wall;
    return first(wall, { limit: "idle", atMs: this.#aliveMs + this.#limits.idleMs });
  }
}

interface Due {
  readonly limit: ExpiredLimit;
  readonly atMs: number;
}

const first = (a: Due, b: Due): Due => (b.atMs < a.atMs ? b : a);
