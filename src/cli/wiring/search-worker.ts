import { Worker } from "node:worker_threads";

import type { FoundContext } from "../../domain/analysis.ts";
import type { ContextIndex, ContextRequest } from "../../engine/ports/context-index.ts";
import { fileSearchFile } from "../../processes/entry-files.ts";
import type { Environment } from "../program/program.ts";

/** What the thread is told first. */
export interface SearchPlace {
  /** The file the index lies in, and whose it is. */
  readonly scratch: string;
  readonly repository: string;
  readonly cwd: string;
  readonly gitDir: string;
  /** Where settings of git are kept that were changed behind our back. */
  readonly watchFolder: string;
  readonly environment: Environment;
}

/** What the thread is asked. */
export type ToSearch = ContextRequest & { readonly id: number };

/** What it says. */
export type FromSearch =
  | { readonly id: number; readonly found: FoundContext }
  | { readonly id: number; readonly error: string };

export interface OpenContextIndex extends ContextIndex {
  /** What is not found yet is not found any more. */
  close(): Promise<void>;
}

const usualLimitMs = 60_000;
const mostOldMb = 512;
/** A thread that ends so often by itself is not begun again. */
const mostDeaths = 3;

/**
 * Searches in a thread of its own, which begins with the first question: reading and counting words would hold up whoever shares a thread with
 * them. What takes longer than a minute is not waited for, and goes on for whoever asks next.
 */
export class SearchWorker implements OpenContextIndex {
  readonly #place: SearchPlace;
  readonly #limitMs: number;
  readonly #entry: string;
  readonly #pending = new Map<number, (found: FoundContext | string) => void>();
  #worker: Worker | null = null;
  #deaths = 0;
  #lastId = 0;
  #isClosed = false;

  constructor(place: SearchPlace, options: { readonly limitMs?: number; readonly entry?: string } = {}) {
    this.#place = place;
    this.#limitMs = options.limitMs ?? usualLimitMs;
    this.#entry = options.entry ?? fileSearchFile;
  }

  async find(request: ContextRequest, signal: AbortSignal): Promise<FoundContext> {
    const found = await this.#ask(request, signal);
    if (typeof found !== "string") return found;
    return { commit: request.commit, terms: [], files: [], searched: 0, leftOut: {}, without: found };
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#end("the search was ended");
    await this.#worker?.terminate();
  }

  async #ask(request: ContextRequest, signal: AbortSignal): Promise<FoundContext | string> {
    if (this.#isClosed || signal.aborted) return "the search was ended";
    if (this.#deaths >= mostDeaths) return "the search has failed too often";
    const { promise, resolve } = Promise.withResolvers<FoundContext | string>();
    this.#lastId += 1;
    const id = this.#lastId;
    const leave = (): void => resolve("the search was ended");
    const timer = setTimeout(
      () => resolve(`the search took longer than ${this.#limitMs / 1_000} seconds`),
      this.#limitMs,
    );
    signal.addEventListener("abort", leave, { once: true });
    this.#pending.set(id, resolve);
    try {
      const worker = (this.#worker ??= this.#begin());
      worker.ref();
      worker.postMessage({ id, commit: request.commit, text: request.text } satisfies ToSearch, []);
      return await promise;
    } catch (error) {
      return `the search cannot be started: ${String(error)}`;
    } finally {
      this.#pending.delete(id);
      clearTimeout(timer);
      signal.removeEventListener("abort", leave);
      if (this.#pending.size === 0) this.#worker?.unref();
    }
  }

  #begin(): Worker {
    const worker = new Worker(this.#entry, {
      // Nothing of our own environment: what it needs it is given.
      env: {},
      resourceLimits: { maxOldGenerationSizeMb: mostOldMb },
    });
    worker.postMessage(this.#place, []);
    worker.on("message", (message: FromSearch) =>
      this.#pending.get(message.id)?.("found" in message ? message.found : message.error),
    );
    let why = "the search failed";
    worker.on("error", (error) => void (why = `the search failed: ${String(error)}`));
    worker.on("exit", () => {
      this.#deaths += 1;
      this.#worker = null;
      this.#end(why);
    });
    return worker;
  }

  #end(why: string): void {
    for (const tell of this.#pending.values()) tell(why);
  }
}
