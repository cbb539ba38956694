import type { Tone } from "./state-styles.ts";

/** How a tone is drawn. `color` is a name, ansi256(n) or #rrggbb as Ink takes them; none in a theme without colour. */
export interface ToneStyle {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
}

export type ColorDepth = "none" | "16" | "256" | "truecolor";

export interface ThemeChoice {
  readonly scheme: "dark" | "light";
  /** none: NO_COLOR or a terminal without; bold, dim and inverse stay. */
  readonly depth: ColorDepth;
  readonly glyphs: "unicode" | "ascii";
  /** False: nothing turns. */
  readonly motion: boolean;
}

export interface Theme extends ThemeChoice {
  readonly tones: Readonly<Record<Tone, ToneStyle>>;
}

interface Shades {
  readonly 16: string;
  readonly 256: number;
  readonly truecolor: string;
}

interface ToneData {
  readonly dark: Shades | null;
  readonly light: Shades | null;
  readonly style?: ToneStyle;
  /** What takes the colour's place where there is none. */
  readonly mono?: ToneStyle;
}

const shades = (basic: string, indexed: number, truecolor: string): Shades => ({ 16: basic, 256: indexed, truecolor });

/** "text" takes the terminal's own colour. The 16 basic colours avoid those that vanish: yellow on white, blue on black. */
export const toneData: Record<Tone, ToneData> = {
  text: { dark: null, light: null },
  muted: { dark: shades("gray", 245, "#8b949e"), light: shades("gray", 242, "#6a737d"), mono: { dim: true } },
  title: { dark: null, light: null, style: { bold: true } },
  accent: { dark: shades("cyan", 80, "#6cc7d9"), light: shades("blue", 25, "#0b5fa5"), mono: { bold: true } },
  border: { dark: shades("gray", 239, "#444c56"), light: shades("gray", 249, "#b6bdc5"), mono: { dim: true } },
  busy: { dark: shades("cyan", 75, "#6cb6ff"), light: shades("blue", 26, "#0969da") },
  good: { dark: shades("green", 71, "#6bc46d"), light: shades("green", 28, "#1a7f37") },
  warn: { dark: shades("yellow", 179, "#daaa3f"), light: shades("red", 130, "#9a5b00") },
  bad: { dark: shades("redBright", 203, "#f47067"), light: shades("red", 160, "#cf222e"), mono: { bold: true } },
  ask: {
    dark: shades("magentaBright", 177, "#dcbdfb"),
    light: shades("magenta", 91, "#8250df"),
    style: { bold: true },
  },
  added: { dark: shades("green", 71, "#6bc46d"), light: shades("green", 28, "#1a7f37") },
  removed: { dark: shades("redBright", 203, "#f47067"), light: shades("red", 160, "#cf222e"), mono: { dim: true } },
  added_word: {
    dark: shades("green", 71, "#6bc46d"),
    light: shades("green", 28, "#1a7f37"),
    style: { inverse: true },
  },
  removed_word: {
    dark: shades("redBright", 203, "#f47067"),
    light: shades("red", 160, "#cf222e"),
    style: { inverse: true },
  },
  keyword: { dark: shades("magentaBright", 176, "#d2a8ff"), light: shades("magenta", 91, "#8250df") },
  string: { dark: shades("cyan", 110, "#a5d6ff"), light: shades("blue", 24, "#0a3069") },
  comment: { dark: shades("gray", 245, "#8b949e"), light: shades("gray", 242, "#6a737d"), mono: { dim: true } },
  number: { dark: shades("yellow", 180, "#ffc58f"), light: shades("red", 130, "#953800") },
  name: { dark: shades("blueBright", 117, "#79c0ff"), light: shades("blue", 25, "#0550ae") },
  selected: { dark: null, light: null, style: { inverse: true } },
};

/** The theme for what a terminal can show. */
export function chooseTheme(choice: ThemeChoice): Theme {
  const style = (data: ToneData): ToneStyle => {
    const found = data[choice.scheme];
    if (choice.depth === "none") return { ...data.style, ...data.mono };
    return found === null ? { ...data.style } : { ...data.style, color: colorOf(found, choice.depth) };
  };
  return {
    ...choice,
    tones: {
      text: style(toneData.text),
      muted: style(toneData.muted),
      title: style(toneData.title),
      accent: style(toneData.accent),
      border: style(toneData.border),
      busy: style(toneData.busy),
      good: style(toneData.good),
      warn: style(toneData.warn),
      bad: style(toneData.bad),
      ask: style(toneData.ask),
      added: style(toneData.added),
      removed: style(toneData.removed),
      added_word: style(toneData.added_word),
      removed_word: style(toneData.removed_word),
      keyword: style(toneData.keyword),
      string: style(toneData.string),
      comment: style(toneData.comment),
      number: style(toneData.number),
      name: style(toneData.name),
      selected: style(toneData.selected),
    },
  };
}

function colorOf(found: Shades, depth: "16" | "256" | "truecolor"): string {
  if (depth === "16") return found[16];
  return depth === "256" ? `ansi256(${found[256]})` : found.truecolor;
}
