import { watch, type FSWatcher } from "node:fs";
import { open, type FileHandle } from "node:fs/promises";

import type { Clock } from "../engine/ports/clock.ts";
import { systemClock } from "./clock.ts";
import { errorCode } from "./identity.ts";
import { LineSplitter, type SplitLine } from "./line-splitter.ts";

/** `overflow` is the last item: the file is larger than allowed and is read no further; end the process. */
export type TailItem = ({ readonly kind: "line" } & SplitLine) | { readonly kind: "overflow"; readonly bytes: number };

export interface TailOptions {
  /** Resolves when nothing writes to the file any more; what is in it by then is still read. Must not reject. */
  readonly ended: Promise<unknown>;
  /** Byte position to begin at: 0 or an `offset` that was delivered. */
  readonly from?: number;
  readonly maxLineBytes?: number;
  /** Of the whole file, from its first byte. */
  readonly maxBytes?: number;
  readonly clock?: Clock;
}

const quickestPollMs = 25;
const slowestPollMs = 200;
const chunkBytes = 64 * 1024;

/**
 * Follows a file that a process writes, line by line, until the process has ended and all is read. Reads only as fast as
 * it is asked. The system's notices of changes are hints: without them (or where they are lost) a poll finds the rest,
 * every 25 ms at first, every 200 ms when it is quiet. A file that is not there yet is waited for. Rejects when the file
 * cannot be read.
 */
export async function* tailLines(path: string, options: TailOptions): AsyncGenerator<TailItem> {
  const { from = 0, maxLineBytes = 4 * 1024 * 1024, maxBytes = 256 * 1024 * 1024 } = options;
  const quiet = new Quiet(path, options.ended, options.clock ?? systemClock);
  const splitter = new LineSplitter(maxLineBytes, from);
  const buffer = Buffer.alloc(chunkBytes);
  let file: FileHandle | null = null;
  let position = from;
  try {
    for (;;) {
      // Taken before the read: what was written until the end came is then surely read.
      const { ended } = quiet;
      file ??= await openIfThere(path);
      const bytesRead = file === null ? 0 : (await file.read(buffer, 0, chunkBytes, position)).bytesRead;
      const allowed = Math.min(bytesRead, Math.max(0, maxBytes - position));
      for (const line of splitter.push(buffer.subarray(0, allowed))) yield { kind: "line", ...line };
      position += allowed;
      if (bytesRead > allowed) {
        yield { kind: "overflow", bytes: position + bytesRead - allowed };
        return;
      }
      if (bytesRead > 0) quiet.broken();
      else if (ended) break;
      else await quiet.wait();
    }
    for (const line of splitter.end()) yield { kind: "line", ...line };
  } finally {
    quiet.close();
    await file?.close();
  }
}

async function openIfThere(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/** Waits between two reads that found nothing: until a hint, the end, or the next poll. */
class Quiet {
  readonly #path: string;
  readonly #clock: Clock;
  #watcher: FSWatcher | null = null;
  #mayWatch = true;
  #hint = new AbortController();
  #pauseMs = quickestPollMs;
  ended = false;

  constructor(path: string, ended: Promise<unknown>, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
    void this.#hear(ended);
  }

  /** There was something to read. */
  broken(): void {
    this.#pauseMs = quickestPollMs;
  }

  async wait(): Promise<void> {
    // The hint of a write that came before the watch is lost; this wait's poll finds it.
    this.#watch();
    await this.#clock.wait(this.#pauseMs, this.#hint.signal);
    if (this.#hint.signal.aborted && !this.ended) this.#hint = new AbortController();
    this.#pauseMs = Math.min(2 * this.#pauseMs, slowestPollMs);
  }

  close(): void {
    this.#mayWatch = false;
    this.#watcher?.close();
  }

  async #hear(ended: Promise<unknown>): Promise<void> {
    await ended;
    this.ended = true;
    this.#hint.abort();
  }

  #watch(): void {
    if (!this.#mayWatch || this.#watcher !== null) return;
    try {
      this.#watcher = watch(this.#path, { persistent: false }, () => this.#hint.abort());
      this.#watcher.on("error", () => this.close());
    } catch (error) {
      // Not there yet: later. Else (no watches left, a file system without them) polls are enough.
      this.#mayWatch = errorCode(error) === "ENOENT";
    }
  }
}
