import type { MouseReport } from "../view/keys/mouse-report.ts";

/** From the terminal to whoever draws what is under the pointer. */
export class MouseFeed {
  readonly #listeners = new Set<(event: MouseReport) => void>();

  readonly subscribe = (listener: (event: MouseReport) => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  tell(event: MouseReport): void {
    for (const listener of this.#listeners) listener(event);
  }
}
