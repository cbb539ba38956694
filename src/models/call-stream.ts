import { assert } from "../domain/assert.ts";
import type { AdapterOutcome, CallEvent } from "../engine/ports/adapter.ts";

/**
 * The events of one attempt on their way from who produces them to the one who iterates. In order, none lost; after `end`
 * nothing is taken. Who stops iterating before the end (an error in the loop) ends the attempt.
 */
export class CallStream implements AsyncIterable<CallEvent> {
  readonly #onAbandoned: () => Promise<void>;
  readonly #events: CallEvent[] = [];
  #over: { readonly error: unknown } | "ended" | null = null;
  #wake: (() => void) | null = null;
  #isTaken = false;

  constructor(onAbandoned: () => Promise<void>) {
    this.#onAbandoned = onAbandoned;
  }

  push(event: CallEvent): void {
    if (this.#over !== null) return;
    this.#events.push(event);
    if (event.type === "end") this.#over = "ended";
    this.#wake?.();
  }

  end(outcome: AdapterOutcome): void {
    this.push({ type: "end", outcome });
  }

  /** A fault that is no outcome of the call: the iteration throws it after the events so far. */
  fail(error: unknown): void {
    this.#over ??= { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<CallEvent> {
    assert(!this.#isTaken, "the events of a call are iterated once");
    this.#isTaken = true;
    let isOver = false;
    try {
      for (;;) {
        for (let event = this.#events.shift(); event !== undefined; event = this.#events.shift()) {
          isOver = event.type === "end";
          yield event;
        }
        if (this.#over !== null) break;
        await new Promise<void>((resolve) => (this.#wake = resolve));
      }
      isOver = true;
      if (this.#over !== "ended") throw this.#over.error;
    } finally {
      if (!isOver) await this.#onAbandoned();
    }
  }
}
