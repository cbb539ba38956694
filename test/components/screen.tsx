import { render } from "ink-testing-library";
import type { ReactElement } from "react";

import { App } from "../../components/App.tsx";
import type { Size } from "../../src/view/layout/layout.ts";
import type { OwnKeys } from "../../src/view/keys/command-spec.ts";
import type { MouseReport } from "../../src/view/keys/mouse-report.ts";
import type { ScreenCommand } from "../../src/view/screen/screen-command.ts";
import type { ScreenSource } from "../../src/view/screen/screen-source.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import { displayWidth } from "../../src/view/text/width.ts";
import type { ThemeChoice } from "../../src/view/text/theme.ts";
import { paste, press, settled, Terminal, themeOf, type Rendered } from "./terminal.tsx";

export interface ScreenOptions {
  readonly size: Size;
  readonly theme?: Partial<ThemeChoice>;
  readonly keys?: OwnKeys;
  readonly initial?: Partial<UiState>;
}

/** A mounted App: keys in, frames and commands out. */
export class TestScreen {
  readonly sent: ScreenCommand[] = [];
  /** Takes the text from the person's own editor, once that was asked for. */
  written: ((text: string) => void) | undefined;
  readonly #mouse = new Set<(report: MouseReport) => void>();
  readonly #draw: (size: Size) => ReactElement;
  readonly #screen: Rendered;

  constructor(source: ScreenSource, { size, theme = {}, keys = {}, initial = {} }: ScreenOptions) {
    const chosen = themeOf(theme);
    const send = (command: ScreenCommand, written?: (text: string) => void): void => {
      this.sent.push(command);
      this.written = written;
    };
    const mouse = (listener: (report: MouseReport) => void): (() => void) => {
      this.#mouse.add(listener);
      return () => void this.#mouse.delete(listener);
    };
    this.#draw = (at) => (
      <Terminal size={at}>
        <App source={source} send={send} size={at} theme={chosen} keys={keys} mouse={mouse} initial={initial} />
      </Terminal>
    );
    this.#screen = render(this.#draw(size));
  }

  get frame(): string {
    return this.#screen.lastFrame() ?? "";
  }

  get frames(): number {
    return this.#screen.frames.length;
  }

  async press(...keys: readonly string[]): Promise<void> {
    await press(this.#screen, ...keys);
  }

  async paste(text: string): Promise<void> {
    await paste(this.#screen, text);
  }

  /** Presses the first button on the first place of a text in the frame. */
  async click(text: string, nth = 0): Promise<void> {
    const places = this.frame.split("\n").flatMap((line, y) => {
      const at = line.indexOf(text);
      return at < 0 ? [] : [{ x: displayWidth(line.slice(0, at)), y }];
    });
    const place = places[nth];
    if (place === undefined) throw new Error(`${text} is not on the screen`);
    await this.#tell({ kind: "press", ...place, by: 1 });
  }

  async wheel(by: 1 | -1, x: number, y: number): Promise<void> {
    await this.#tell({ kind: "wheel", x, y, by });
  }

  async #tell(report: MouseReport): Promise<void> {
    await settled();
    for (const listener of this.#mouse) listener(report);
    await settled();
  }

  resize(size: Size): void {
    this.#screen.rerender(this.#draw(size));
  }

  close(): void {
    this.#screen.unmount();
  }
}
