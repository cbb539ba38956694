import { EventEmitter } from "node:events";
import { Writable } from "node:stream";
import { render } from "ink";
import type { ReactElement } from "react";

import { App } from "../../components/App.tsx";
import type { Size } from "../../src/view/layout/layout.ts";
import type { ScreenCommand } from "../../src/view/screen/screen-command.ts";
import type { ScreenSource } from "../../src/view/screen/screen-source.ts";
import { chooseTheme, type Theme, type ThemeChoice } from "../../src/view/text/theme.ts";
import type { UiState } from "../../src/view/screen/ui-state.ts";

/** A terminal that takes whole frames, as Ink's debug mode writes them. */
class FakeTerminal extends Writable {
  readonly isTTY = true;
  columns: number;
  rows: number;
  frame = "";
  frames = 0;

  constructor({ columns, rows }: Size) {
    super({ decodeStrings: false });
    this.columns = columns;
    this.rows = rows;
  }

  override _write(chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    const text = String(chunk);
    if (!/^(?:\x1b\[\?\d+[hl])+$/.test(text)) {
      this.frame = text;
      this.frames += 1;
    }
    done();
  }
}

class FakeKeyboard extends EventEmitter {
  readonly isTTY = true;
  readonly #chunks: string[] = [];

  type(text: string): void {
    this.#chunks.push(text);
    this.emit("readable");
  }
  read(): string | null {
    return this.#chunks.shift() ?? null;
  }
  setEncoding(): this {
    return this;
  }
  setRawMode(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  resume(): this {
    return this;
  }
  pause(): this {
    return this;
  }
}

export interface ScreenOptions {
  readonly size: Size;
  readonly theme?: Partial<ThemeChoice>;
  readonly initial?: Partial<UiState>;
}

/** A mounted screen: keys in, frames out. */
export class MountedScreen {
  readonly #terminal: FakeTerminal;
  readonly #draw: (size: Size) => ReactElement;
  readonly #keyboard = new FakeKeyboard();
  readonly #instance: ReturnType<typeof render>;

  constructor({ size, theme }: ScreenOptions, draw: (size: Size, theme: Theme) => ReactElement) {
    this.#terminal = new FakeTerminal(size);
    const chosen = chooseTheme({ scheme: "dark", depth: "none", glyphs: "unicode", motion: false, ...theme });
    this.#draw = (at) => draw(at, chosen);
    this.#instance = render(this.#draw(size), {
      stdout: this.#terminal,
      stdin: asStdin(this.#keyboard),
      debug: true,
      interactive: true,
      exitOnCtrlC: false,
      patchConsole: false,
    });
  }

  /** The last frame without the spaces at the ends of its lines. */
  get frame(): string {
    return this.#terminal.frame;
  }

  get frames(): number {
    return this.#terminal.frames;
  }

  /** Presses keys one by one; each is handled before the next. */
  async press(...keys: readonly string[]): Promise<void> {
    await settled();
    for (const key of keys) {
      this.#keyboard.type(sequences[key] ?? key);
      await settled();
    }
  }

  resize(size: Size): void {
    this.#terminal.columns = size.columns;
    this.#terminal.rows = size.rows;
    this.#terminal.emit("resize");
    this.#instance.rerender(this.#draw(size));
  }

  async paste(text: string): Promise<void> {
    await this.press(`\x1b[200~${text}\x1b[201~`);
  }

  close(): void {
    this.#instance.unmount();
    this.#instance.cleanup();
  }
}

/** A mounted App, with the commands it sent. */
export class TestScreen extends MountedScreen {
  readonly sent: ScreenCommand[];
  readonly #written: { by: ((text: string) => void) | undefined };

  constructor(source: ScreenSource, options: ScreenOptions) {
    const sent: ScreenCommand[] = [];
    const written: { by: ((text: string) => void) | undefined } = { by: undefined };
    const send = (command: ScreenCommand, by?: (text: string) => void): void => {
      sent.push(command);
      written.by = by;
    };
    super(options, (size, theme) => (
      <App source={source} send={send} size={size} theme={theme} initial={options.initial ?? {}} />
    ));
    this.sent = sent;
    this.#written = written;
  }

  get written(): ((text: string) => void) | undefined {
    return this.#written.by;
  }
}

/** Esc is sent as terminals with the kitty protocol do: a lone ESC would be held until it cannot begin another key. */
const sequences: Readonly<Record<string, string>> = {
  up: "\x1b[A",
  down: "\x1b[B",
  right: "\x1b[C",
  left: "\x1b[D",
  enter: "\r",
  esc: "\x1b[27u",
  tab: "\t",
  "shift+tab": "\x1b[Z",
  space: " ",
  backspace: "\x7f",
  pagedown: "\x1b[6~",
  pageup: "\x1b[5~",
  "ctrl+c": "\x03",
  "ctrl+s": "\x13",
  "ctrl+o": "\x0f",
  "ctrl+p": "\x10",
  "ctrl+z": "\x1a",
  "ctrl+l": "\x0c",
  "ctrl+d": "\x04",
};

/** Two rounds of the event loop: React's passive effects run in one of their own. */
export async function settled(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

function asStdin(keyboard: FakeKeyboard): NodeJS.ReadStream {
  const stdin: unknown = keyboard;
  assertStdin(stdin);
  return stdin;
}

function assertStdin(value: unknown): asserts value is NodeJS.ReadStream {
  if (!(value instanceof FakeKeyboard)) throw new TypeError("no keyboard");
}
