import { Box, useStdout } from "ink";
import { cleanup, type render } from "ink-testing-library";
import type { ReactNode } from "react";
import { afterEach } from "vitest";

import { ThemeContext } from "../../components/parts/theme-context.ts";
import type { Size } from "../../src/view/layout/layout.ts";
import type { World } from "../../src/view/screen/screen-model.ts";
import { initialUi, type UiState } from "../../src/view/screen/ui-state.ts";
import { chooseTheme, type Theme, type ThemeChoice } from "../../src/view/text/theme.ts";
import { storySource, type FixedSource } from "../view/story.ts";

/** Ink asks other programs for the height that the library's terminal does not tell, unless these are set. */
process.env["COLUMNS"] = "100";
process.env["LINES"] = "30";

afterEach(cleanup);

/** Without colour and without motion, if nothing else is said. */
export const themeOf = (choice: Partial<ThemeChoice> = {}): Theme =>
  chooseTheme({ scheme: "dark", depth: "none", glyphs: "unicode", motion: false, ...choice });

const standard: Size = { columns: 80, rows: 24 };

interface TerminalProps {
  readonly size?: Size;
  readonly theme?: Partial<ThemeChoice>;
  readonly children?: ReactNode;
}

/** What a test renders stands in this: ink-testing-library's terminal, 100 columns wide, made as large as the test wants. */
export function Terminal({ size = standard, theme = {}, children }: TerminalProps) {
  const { stdout } = useStdout();
  Object.defineProperties(stdout, {
    columns: { value: size.columns, configurable: true },
    rows: { value: size.rows, configurable: true },
  });
  return (
    <ThemeContext value={themeOf(theme)}>
      <Box width={size.columns} height={size.rows}>
        {children}
      </Box>
    </ThemeContext>
  );
}

interface ViewProps {
  readonly ui: UiState;
  readonly world: World;
  readonly source: FixedSource;
}

/** What every view takes. */
export const viewProps = (ui: Partial<UiState> = {}, source = storySource(), size = standard): ViewProps => ({
  ui: { ...initialUi, ...ui },
  world: { size, source, motion: false },
  source,
});

export type Rendered = ReturnType<typeof render>;

/** The lines on the screen, without the empty ones at the end. */
export const linesOf = (screen: Rendered): readonly string[] => (screen.lastFrame() ?? "").trimEnd().split("\n");

/** The first line with that text; "" where there is none. */
export const lineWith = (screen: Rendered, text: string): string =>
  linesOf(screen).find((line) => line.includes(text)) ?? "";

/** Presses keys one by one; each is handled before the next. What is no key's name is typed. */
export async function press({ stdin }: Rendered, ...keys: readonly string[]): Promise<void> {
  await settled();
  for (const key of keys) {
    stdin.write(sequences[key] ?? key);
    await settled();
  }
}

export const paste = async (screen: Rendered, text: string): Promise<void> =>
  press(screen, `\x1b[200~${text}\x1b[201~`);

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
  end: "\x1b[F",
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
