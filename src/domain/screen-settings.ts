/** What a person's own settings say of the screen. No part of a run, so it stands in no ledger. */
export const uiModes = ["auto", "full", "plain", "accessible"] as const;
export type UiMode = (typeof uiModes)[number];

export const colorDepths = ["none", "16", "256", "truecolor"] as const;
export type ColorDepth = (typeof colorDepths)[number];

/** Names of what a colour means; themes and theme files go by them. */
export const tones = [
  "text",
  "muted",
  "title",
  "accent",
  "border",
  "busy",
  "good",
  "warn",
  "bad",
  "ask",
  "added",
  "removed",
  // The words that differ in a changed line.
  "added_word",
  "removed_word",
  // Code, by what a piece of it is.
  "keyword",
  "string",
  "comment",
  "number",
  "name",
  "selected",
] as const;
export type Tone = (typeof tones)[number];

/** The sixteen colours that every terminal with colours has, in their order. */
export const basicColors = [
  "black",
  "red",
  "green",
  "yellow",
  "blue",
  "magenta",
  "cyan",
  "white",
  "gray",
  "redBright",
  "greenBright",
  "yellowBright",
  "blueBright",
  "magentaBright",
  "cyanBright",
  "whiteBright",
] as const;
export type BasicColor = (typeof basicColors)[number];

/** A colour at each depth. */
export interface Shades {
  readonly 16: BasicColor;
  readonly 256: number;
  /** #rrggbb */
  readonly truecolor: string;
}

/** How a tone is drawn; without shades in the terminal's own colour. */
export interface ToneData {
  readonly shades: Shades | null;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
}

export const schemes = ["dark", "light"] as const;
export type Scheme = (typeof schemes)[number];

/** A theme of the person's own: what it does not say is as in the usual one for its background. */
export interface OwnTheme {
  readonly name: string;
  readonly background: Scheme;
  readonly tones: Readonly<Partial<Record<Tone, ToneData>>>;
}

export interface ScreenSettings {
  /** Name of a theme, or the absolute path of one's own; null: by the terminal's background. */
  readonly theme: string | null;
  /** Keys by the id of a command; none: it is in the palette alone. */
  readonly keys: Readonly<Record<string, readonly string[]>>;
  readonly glyphs: "auto" | "unicode" | "ascii";
  readonly mouse: boolean;
  /** False: nothing turns. */
  readonly motion: boolean;
  readonly ui: UiMode;
  readonly colors: "auto" | ColorDepth;
}

export const usualScreen: ScreenSettings = {
  theme: null,
  keys: {},
  glyphs: "auto",
  mouse: true,
  motion: true,
  ui: "auto",
  colors: "auto",
};
