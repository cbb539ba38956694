import { setTimeout as pause } from "node:timers/promises";

import { modes, type ModeTracker } from "./modes.ts";
import type { TerminalOutput } from "./terminal-output.ts";

/** The seam between a renderer and the terminal. */
export interface FrameSink {
  /** In cells. */
  size(): { readonly columns: number; readonly rows: number };
  /** Returns the way to stop. */
  onResize(listener: () => void): () => void;
  /** All that is written in one turn of the event loop goes out in one write. Nothing of it is ever dropped. */
  write(text: string): void;
  /** Says how to draw the newest frame: asked when the terminal has room, instead of those that were not asked yet. */
  draw(frame: () => string): void;
}

/** What a sink needs of process.stdout. */
export interface TerminalStream {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

const usual = { columns: 80, rows: 24 };
/** A terminal that is full is asked again after this. */
const fullMs = { first: 4, most: 32 };
/** Ends a sequence that was cut, and what is shown at once; the cursor is hidden while a frame is under way. */
const cutShort = `\x18${modes.synchronized.off}${modes.hiddenCursor.off}`;

/**
 * Writes to a terminal until it is closed; what comes later is dropped, so that nothing follows the last words. At most one write is
 * under way: a terminal that does not read costs frames, not memory, and holds nobody up.
 */
export class StreamSink implements FrameSink {
  readonly #stream: TerminalStream;
  readonly #output: TerminalOutput;
  readonly #tracker: ModeTracker;
  #waiting = "";
  #frame: (() => string) | null = null;
  /** What the terminal has not taken yet of the write that is under way. */
  #rest: Uint8Array = new Uint8Array();
  #again: NodeJS.Timeout | null = null;
  #pauseMs: number = fullMs.first;
  #told = false;
  #closed = false;

  constructor(stream: TerminalStream, output: TerminalOutput, tracker: ModeTracker) {
    this.#stream = stream;
    this.#output = output;
    this.#tracker = tracker;
  }

  size(): { readonly columns: number; readonly rows: number } {
    return { columns: this.#stream.columns || usual.columns, rows: this.#stream.rows || usual.rows };
  }

  onResize(listener: () => void): () => void {
    this.#stream.on("resize", listener);
    return () => this.#stream.off("resize", listener);
  }

  write(text: string): void {
    if (this.#closed || text === "") return;
    this.#waiting += text;
    this.#soon();
  }

  draw(frame: () => string): void {
    if (this.#closed) return;
    this.#frame = frame;
    this.#soon();
  }

  #soon(): void {
    if (this.#told) return;
    this.#told = true;
    queueMicrotask(() => {
      this.#told = false;
      this.flush();
    });
  }

  /** Writes what waits, as far as the terminal takes it. */
  flush(): void {
    if (this.#again !== null || !this.#send()) return;
    const frame = this.#frame;
    this.#frame = null;
    const text = this.#waiting + (frame?.() ?? "");
    this.#waiting = "";
    if (text === "") return;
    this.#tracker.seen(text);
    this.#rest = Buffer.from(text);
    this.#send();
  }

  /** Resolves when the terminal has taken all of it. */
  async drained(): Promise<void> {
    for (this.flush(); this.#rest.length > 0; this.flush()) await pause(fullMs.first);
  }

  /** Whether all is with the terminal; else it goes on by itself. */
  #send(): boolean {
    if (this.#rest.length === 0) return true;
    const taken = this.#output.write(this.#rest);
    this.#rest = this.#rest.subarray(taken);
    if (this.#rest.length === 0) {
      this.#pauseMs = fullMs.first;
      return true;
    }
    this.#pauseMs = taken > 0 ? fullMs.first : Math.min(fullMs.most, this.#pauseMs * 2);
    this.#again = setTimeout(() => {
      this.#again = null;
      this.flush();
    }, this.#pauseMs);
    return false;
  }

  /** No frame comes any more. What ends one that the terminal has half of; "" where there is none. */
  close(): string {
    this.#frame = null;
    this.flush();
    this.#closed = true;
    if (this.#again !== null) clearTimeout(this.#again);
    this.#again = null;
    if (this.#rest.length === 0) return "";
    this.#rest = new Uint8Array();
    const last = this.#waiting;
    this.#waiting = "";
    this.#tracker.seen(last);
    return cutShort + last;
  }
}
