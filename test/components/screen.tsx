import { render } from "ink-testing-library";
import type { ReactElement } from "react";

import { App } from "../../components/App.tsx";
import type { Size } from "../../src/view/layout/layout.ts";
import type { ScreenCommand } from "../../src/view/screen/screen-command.ts";
import type { ScreenSource } from "../../src/view/screen/screen-source.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";
import type { ThemeChoice } from "../../src/view/text/theme.ts";
import { paste, press, Terminal, themeOf, type Rendered } from "./terminal.tsx";

export interface ScreenOptions {
  readonly size: Size;
  readonly theme?: Partial<ThemeChoice>;
  readonly initial?: Partial<UiState>;
}

/** A mounted App: keys in, frames and commands out. */
export class TestScreen {
  readonly sent: ScreenCommand[] = [];
  /** Takes the text from the person's own editor, once that was asked for. */
  written: ((text: string) => void) | undefined;
  readonly #draw: (size: Size) => ReactElement;
  readonly #screen: Rendered;

  constructor(source: ScreenSource, { size, theme = {}, initial = {} }: ScreenOptions) {
    const chosen = themeOf(theme);
    const send = (command: ScreenCommand, written?: (text: string) => void): void => {
      this.sent.push(command);
      this.written = written;
    };
    this.#draw = (at) => (
      <Terminal size={at}>
        <App source={source} send={send} size={at} theme={chosen} initial={initial} />
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

  resize(size: Size): void {
    this.#screen.rerender(this.#draw(size));
  }

  close(): void {
    this.#screen.unmount();
  }
}
