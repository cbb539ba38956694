import type { Scheme, Shades, Tone, ToneData } from "../../domain/screen-settings.ts";

/**
 * The themes that come with the program. Letters stand out from their background by 4.5 at least, lines of borders by 3, measured
 * against the lightest dark and the darkest light that are usual. The 16 basic colours are the terminal's own: they are measured as
 * xterm shows them, and where a tone has to take gray, which is between all of them, it is 3. A tone without shades takes the
 * terminal's own colour.
 */
export interface ThemeData {
  readonly background: Scheme;
  readonly tones: Readonly<Record<Tone, ToneData>>;
}

const color = (
  basic: Shades[16],
  indexed: number,
  truecolor: string,
  look: Omit<ToneData, "shades"> = {},
): ToneData => ({
  shades: { 16: basic, 256: indexed, truecolor },
  ...look,
});

const plain: ToneData = { shades: null };
const bold = { bold: true } as const;
const same = { text: plain, title: { ...plain, bold: true }, selected: { ...plain, inverse: true } } as const;

const inverse = { inverse: true } as const;

const codeOnDark = {
  keyword: color("magentaBright", 176, "#d2a8ff"),
  string: color("cyan", 110, "#a5d6ff"),
  comment: color("gray", 246, "#949ca6"),
  number: color("yellow", 180, "#ffc58f"),
  name: color("cyanBright", 117, "#79c0ff"),
};

const codeOnLight = {
  keyword: color("magenta", 91, "#8250df"),
  string: color("blue", 24, "#0a3069"),
  comment: color("gray", 240, "#57606a"),
  number: color("red", 94, "#863300"),
  name: color("blue", 25, "#0550ae"),
};

/** What was added and removed, with the words in it that differ. */
const changes = (added: ToneData, removed: ToneData) => ({
  added,
  removed,
  added_word: { ...added, ...inverse },
  removed_word: { ...removed, ...inverse },
});

const dark: ThemeData = {
  background: "dark",
  tones: {
    ...same,
    ...codeOnDark,
    muted: color("gray", 246, "#949ca6"),
    accent: color("cyan", 80, "#6cc7d9"),
    border: color("gray", 243, "#768390"),
    busy: color("cyan", 75, "#6cb6ff"),
    good: color("green", 71, "#6bc46d"),
    warn: color("yellow", 179, "#daaa3f"),
    bad: color("redBright", 203, "#f47067"),
    ask: color("magentaBright", 177, "#dcbdfb", bold),
    ...changes(color("green", 71, "#6bc46d"), color("redBright", 203, "#f47067")),
  },
};

const light: ThemeData = {
  background: "light",
  tones: {
    ...same,
    ...codeOnLight,
    muted: color("gray", 240, "#57606a"),
    accent: color("blue", 25, "#0b5fa5"),
    border: color("gray", 244, "#7d858e"),
    busy: color("blue", 26, "#0757ba"),
    good: color("blue", 22, "#136c2e"),
    warn: color("red", 94, "#7d4a00"),
    bad: color("red", 124, "#b01c28"),
    ask: color("magenta", 91, "#6f42c1", bold),
    ...changes(color("blue", 22, "#136c2e"), color("red", 124, "#b01c28")),
  },
};

const highContrast: ThemeData = {
  background: "dark",
  tones: {
    ...same,
    ...codeOnDark,
    text: color("whiteBright", 231, "#ffffff"),
    title: color("whiteBright", 231, "#ffffff", bold),
    muted: color("white", 252, "#d8d8d8"),
    accent: color("cyanBright", 87, "#5fffff"),
    border: color("white", 252, "#d8d8d8"),
    busy: color("cyanBright", 87, "#5fffff"),
    good: color("greenBright", 83, "#5fff5f"),
    warn: color("yellowBright", 227, "#ffff5f"),
    bad: color("yellow", 217, "#ffb3b3", bold),
    ask: color("magentaBright", 219, "#ffb0ff", bold),
    ...changes(color("greenBright", 83, "#5fff5f"), color("yellow", 217, "#ffb3b3")),
  },
};

const highContrastLight: ThemeData = {
  background: "light",
  tones: {
    ...same,
    ...codeOnLight,
    text: color("black", 16, "#000000"),
    title: color("black", 16, "#000000", bold),
    muted: color("black", 236, "#303030"),
    accent: color("blue", 18, "#00008b"),
    border: color("black", 236, "#303030"),
    busy: color("blue", 18, "#00008b"),
    good: color("blue", 22, "#004d00"),
    warn: color("magenta", 58, "#4d3800"),
    bad: color("red", 88, "#7a0000", bold),
    ask: color("magenta", 54, "#5a0080", bold),
    ...changes(color("blue", 22, "#004d00"), color("red", 88, "#7a0000")),
  },
};

/** Blue for good and orange for bad, each of its own brightness: red against green is no difference to many. */
const colorBlind: ThemeData = {
  background: "dark",
  tones: {
    ...same,
    ...codeOnDark,
    muted: color("gray", 246, "#949ca6"),
    accent: color("cyan", 117, "#8fd0f5"),
    border: color("gray", 243, "#768390"),
    busy: color("cyanBright", 153, "#b8dcf5"),
    good: color("cyan", 74, "#56b4e9"),
    warn: color("yellowBright", 221, "#f0e442"),
    bad: color("yellow", 208, "#f08a24", bold),
    ask: color("magentaBright", 182, "#e0b8dd", bold),
    ...changes(color("cyan", 74, "#56b4e9"), color("yellow", 208, "#f08a24")),
  },
};

const colorBlindLight: ThemeData = {
  background: "light",
  tones: {
    ...same,
    ...codeOnLight,
    muted: color("gray", 240, "#57606a"),
    accent: color("blue", 25, "#005a94"),
    border: color("gray", 244, "#7d858e"),
    busy: color("blue", 24, "#004f82"),
    good: color("blue", 25, "#005a94"),
    warn: color("magenta", 58, "#5c5200"),
    bad: color("red", 94, "#9a4300", bold),
    ask: color("magenta", 90, "#7a3b75", bold),
    ...changes(color("blue", 25, "#005a94"), color("red", 94, "#9a4300")),
  },
};

/** By name. Of those with `-light` behind it the plain name takes the one that suits the terminal's background. */
export const themes: Readonly<Record<string, ThemeData>> = {
  dark,
  light,
  "high-contrast": highContrast,
  "high-contrast-light": highContrastLight,
  "color-blind": colorBlind,
  "color-blind-light": colorBlindLight,
};

export const themeNames: readonly string[] = Object.keys(themes);
