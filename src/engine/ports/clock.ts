/** What the engine asks of the world. Instants are epoch milliseconds. A test gives a virtual one. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Numbers in [0, 1). */
export type Random = () => number;
