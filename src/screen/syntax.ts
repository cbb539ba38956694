import { loadPainter } from "../view/review/painter.ts";
import type { SyntaxPainter } from "../view/review/syntax.ts";
import type { SliceLoader } from "./slice-loader.ts";

/**
 * What colours code, by the languages that are looked at: loaded when the first code is on the screen, which is drawn without colour
 * until then. The id is a list of languages.
 */
export class Syntax implements SliceLoader<SyntaxPainter | null> {
  readonly empty = null;
  readonly #onLoaded: (id: string) => void;
  readonly #elapsedMs: () => number;
  readonly #painters = new Map<string, SyntaxPainter | null>();

  constructor(onLoaded: (id: string) => void, elapsedMs: () => number = () => performance.now()) {
    this.#onLoaded = onLoaded;
    this.#elapsedMs = elapsedMs;
  }

  load(id: string): SyntaxPainter | null {
    const known = this.#painters.get(id);
    if (known !== undefined || id === "") return known ?? null;
    this.#painters.set(id, null);
    // Code without colours is no fault.
    this.#load(id).catch(() => undefined);
    return null;
  }

  async #load(id: string): Promise<void> {
    this.#painters.set(id, await loadPainter(id.split(","), this.#elapsedMs));
    this.#onLoaded(id);
  }
}
