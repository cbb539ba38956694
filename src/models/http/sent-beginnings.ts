import { createHash } from "node:crypto";

/** So many beginnings, and so many times of each, are remembered. */
const mostBeginnings = 500;
const mostTimes = 50;

/** When the beginnings of prompts were sent, to tell how often each comes again. Of this process only. */
export class SentBeginnings {
  readonly #sent = new Map<string, readonly number[]>();

  /** The times before this one, oldest first. */
  send(beginning: string, nowMs: number): readonly number[] {
    const key = createHash("sha256").update(beginning).digest("hex");
    const before = this.#sent.get(key) ?? [];
    this.#sent.delete(key);
    this.#sent.set(key, [...before, nowMs].slice(-mostTimes));
    const [oldest] = this.#sent.keys();
    if (oldest !== undefined && this.#sent.size > mostBeginnings) this.#sent.delete(oldest);
    return before;
  }
}
