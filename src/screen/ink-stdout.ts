import { Writable } from "node:stream";

import type { FrameSink } from "./screen-terminal.ts";

/** What Ink takes for standard output: a terminal of the sink's size, whose every write is taken by somebody. */
export class InkStdout extends Writable {
  readonly isTTY = true;
  readonly #sink: FrameSink;
  readonly #take: (text: string) => void;
  readonly #stop: () => void;
  #muted = false;

  constructor(sink: FrameSink, take: (text: string) => void) {
    super({ decodeStrings: false });
    this.#sink = sink;
    this.#take = take;
    this.#stop = sink.onResize(() => this.emit("resize"));
    // Every component that looks at the size listens.
    this.setMaxListeners(0);
  }

  get columns(): number {
    return this.#sink.size().columns;
  }

  get rows(): number {
    return this.#sink.size().rows;
  }

  /** Nothing goes out any more. */
  mute(): void {
    this.#muted = true;
  }

  override _write(chunk: string | Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    if (!this.#muted) this.#take(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#stop();
    done(error);
  }
}
