import { createContext, useContext } from "react";

import type { Tone } from "../../src/view/text/state-styles.ts";
import { toAscii } from "../../src/view/text/state-styles.ts";
import { chooseTheme, type Theme } from "../../src/view/text/theme.ts";

export const ThemeContext = createContext<Theme>(
  chooseTheme({ scheme: "dark", depth: "none", glyphs: "unicode", motion: false }),
);

export const useTheme = (): Theme => useContext(ThemeContext);

/** Props of a text in a tone. */
export interface TextStyle {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
  readonly inverse?: boolean;
}

export function textStyle(theme: Theme, tone: Tone, bold = false): TextStyle {
  const style = theme.tones[tone];
  return {
    ...(style.color === undefined ? {} : { color: style.color }),
    ...(bold || style.bold === true ? { bold: true } : {}),
    ...(style.dim === true ? { dimColor: true } : {}),
    ...(style.inverse === true ? { inverse: true } : {}),
  };
}

export const shownText = (theme: Theme, text: string): string => (theme.glyphs === "ascii" ? toAscii(text) : text);
