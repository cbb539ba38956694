import { Painter } from "../view/cells/painter.ts";
import type { CellGrid } from "../view/cells/cells.ts";
import type { FrameSink } from "./screen-terminal.ts";

/** Enters the alternate screen, which is blank. */
const blankScreen = "\x1b[?1049h";
/** What Ink writes beside frames: modes, questions to the terminal. No frame is made of such sequences alone. */
const modesOnly = /^(?:\x1b\[[?<>=]?[\d;]*[hlu])+$/;

/**
 * Takes what Ink writes in its debug mode, where each commit is one whole frame, and brings the newest frame to the terminal by the
 * cells that changed.
 */
export class FrameWriter {
  readonly #sink: FrameSink;
  readonly #painter = new Painter();
  #draw: (on: CellGrid) => void = () => {};

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** What Ink wrote: a frame, or something that stands between frames. */
  take(text: string): void {
    if (text === "") return;
    if (modesOnly.test(text)) {
      if (text.includes(blankScreen)) this.#painter.forget();
      this.#sink.write(text);
    } else this.show((on) => on.putFrame(text));
  }

  /** Makes this the newest frame. */
  show(draw: (on: CellGrid) => void): void {
    this.#draw = draw;
    this.#sink.draw(() => this.#paint());
  }

  /** Writes the newest frame whole: somebody else may have written to the terminal. */
  repaint(): void {
    this.#painter.forget();
    this.#sink.draw(() => this.#paint());
  }

  #paint(): string {
    const { columns, rows } = this.#sink.size();
    this.#draw(this.#painter.begin(columns, rows));
    return this.#painter.finish();
  }
}
