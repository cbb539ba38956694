import type { ModeTracker } from "./modes.ts";

/**
 * The seam between a renderer and the terminal. Today the renderer writes terminal sequences (Ink, incremental, on the alternate
 * screen); a writer that compares cells would stand behind the same four members.
 */
export interface FrameSink {
  /** In cells. */
  size(): { readonly columns: number; readonly rows: number };
  /** Returns the way to stop. */
  onResize(listener: () => void): () => void;
  /** All that is written in one turn of the event loop goes out in one write. */
  write(text: string): void;
  /** Writes what waits, at once. */
  flush(): void;
}

/** What a sink needs of process.stdout. */
export interface TerminalStream {
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
  on(event: "resize", listener: () => void): unknown;
  off(event: "resize", listener: () => void): unknown;
}

const usual = { columns: 80, rows: 24 };

/** Writes to a terminal until it is closed; what comes later is dropped, so that nothing follows the last words. */
export class StreamSink implements FrameSink {
  readonly #stream: TerminalStream;
  readonly #write: (text: string) => void;
  readonly #tracker: ModeTracker;
  #waiting = "";
  #closed = false;

  /** `write` is the terminal's own, past any guard. */
  constructor(stream: TerminalStream, write: (text: string) => void, tracker: ModeTracker) {
    this.#stream = stream;
    this.#write = write;
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
    if (this.#waiting === "") queueMicrotask(() => this.flush());
    this.#waiting += text;
  }

  flush(): void {
    const text = this.#waiting;
    if (text === "") return;
    this.#waiting = "";
    this.#tracker.seen(text);
    this.#write(text);
  }

  close(): void {
    this.flush();
    this.#closed = true;
  }
}
