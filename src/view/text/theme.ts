import type { ColorDepth, OwnTheme, Scheme, Shades, Tone, ToneData } from "../../domain/screen-settings.ts";
import { themes, type ThemeData } from "./theme-tones.ts";

/** How a tone is drawn. `color` is a name, ansi256(n) or #rrggbb as Ink takes them; none in a theme without colour. */
export interface ToneStyle {
  readonly color?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
}

export interface ThemeChoice {
  /** What the background of the terminal is. */
  readonly scheme: Scheme;
  /** none: NO_COLOR or a terminal without; bold, dim and inverse stay. */
  readonly depth: ColorDepth;
  readonly glyphs: "unicode" | "ascii";
  /** False: nothing turns. */
  readonly motion: boolean;
  /** A name, or a theme of the person's own; absent: by the background. */
  readonly theme?: string | OwnTheme | null;
}

export interface Theme extends ThemeChoice {
  readonly tones: Readonly<Record<Tone, ToneStyle>>;
}

/** What takes the colour's place where there is none. */
const mono: Readonly<Partial<Record<Tone, ToneStyle>>> = {
  muted: { dim: true },
  accent: { bold: true },
  border: { dim: true },
  bad: { bold: true },
  removed: { dim: true },
  comment: { dim: true },
};

/** The name of the theme that stands for what was chosen on such a background. */
export function themeName(theme: string | null, scheme: Scheme): string {
  if (theme === null) return scheme;
  const suited = `${theme}-light`;
  return scheme === "light" && Object.hasOwn(themes, suited) ? suited : theme;
}

/** The colours of a theme; of one's own those it says over the usual ones. */
export function themeData(theme: string | OwnTheme | null, scheme: Scheme): ThemeData {
  if (theme === null || typeof theme === "string")
    return themes[themeName(theme, scheme)] ?? themes[scheme] ?? themeData(null, scheme);
  const { background, tones } = theme;
  const base = themeData(null, background);
  const over = (tone: Tone): ToneData => {
    const own = tones[tone];
    return own === undefined
      ? base.tones[tone]
      : { ...base.tones[tone], ...own, shades: own.shades ?? base.tones[tone].shades };
  };
  return { background, tones: eachTone(over) };
}

/** The theme for what a terminal can show. */
export function chooseTheme(choice: ThemeChoice): Theme {
  const data = themeData(choice.theme ?? null, choice.scheme);
  return { ...choice, tones: eachTone((tone) => styleOf(tone, data.tones[tone], choice.depth)) };
}

function styleOf(tone: Tone, { shades, ...look }: ToneData, depth: ColorDepth): ToneStyle {
  if (depth === "none") return { ...look, ...mono[tone] };
  return shades === null ? look : { ...look, color: colorOf(shades, depth) };
}

const eachTone = <T>(of: (tone: Tone) => T): Readonly<Record<Tone, T>> => ({
  text: of("text"),
  muted: of("muted"),
  title: of("title"),
  accent: of("accent"),
  border: of("border"),
  busy: of("busy"),
  good: of("good"),
  warn: of("warn"),
  bad: of("bad"),
  ask: of("ask"),
  added: of("added"),
  removed: of("removed"),
  added_word: of("added_word"),
  removed_word: of("removed_word"),
  keyword: of("keyword"),
  string: of("string"),
  comment: of("comment"),
  number: of("number"),
  name: of("name"),
  selected: of("selected"),
});

function colorOf(found: Shades, depth: "16" | "256" | "truecolor"): string {
  if (depth === "16") return found[16];
  return depth === "256" ? `ansi256(${found[256]})` : found.truecolor;
}
