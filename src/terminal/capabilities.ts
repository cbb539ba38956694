/** What the terminal can show, and how the program should therefore talk to it. Decided once, before anything is drawn. */
export interface Capabilities {
  /** screen: the full screen. plain: a line a change. linear: for screen readers, append-only, with numbered prompts. */
  readonly mode: "screen" | "plain" | "linear";
  /** Why it is not the screen, for who wonders; null: it is. */
  readonly why: string | null;
  readonly depth: ColorDepth;
  readonly glyphs: "unicode" | "ascii";
  readonly scheme: "dark" | "light";
}

export type ColorDepth = "none" | "16" | "256" | "truecolor";

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  /** In cells; 0 or null: the terminal does not tell. */
  readonly size: { readonly columns: number; readonly rows: number } | null;
  /** What was asked for on the command line. */
  readonly wanted: "auto" | "full" | "plain" | "linear";
}

type Environment = Surroundings["env"];

export function detectCapabilities(around: Surroundings): Capabilities {
  const { env, stdoutIsTerminal } = around;
  const [mode, why] = modeOf(around);
  return {
    mode,
    why,
    depth: depthOf(env, stdoutIsTerminal),
    glyphs: glyphsOf(env),
    scheme: schemeOf(env),
  };
}

const isSet = (value: string | undefined): boolean =>
  value !== undefined && value !== "" && value !== "0" && value !== "false";

function modeOf({
  env,
  stdinIsTerminal,
  stdoutIsTerminal,
  size,
  wanted,
}: Surroundings): readonly [Capabilities["mode"], string | null] {
  if (wanted === "linear") return ["linear", "asked for"];
  if (wanted === "plain") return ["plain", "asked for"];
  if (!stdoutIsTerminal) return ["plain", "standard output is not a terminal"];
  if (wanted === "full") return drawable(env, stdinIsTerminal, size);
  if (isSet(env["ACCESSIBLE"])) return ["linear", "ACCESSIBLE is set"];
  if (isSet(env["INK_SCREEN_READER"])) return ["linear", "INK_SCREEN_READER is set"];
  if (isSet(env["CI"])) return ["plain", "CI is set"];
  return drawable(env, stdinIsTerminal, size);
}

function drawable(
  env: Environment,
  stdinIsTerminal: boolean,
  size: Surroundings["size"],
): readonly [Capabilities["mode"], string | null] {
  if (!stdinIsTerminal) return ["plain", "standard input is not a terminal"];
  if ((env["TERM"] ?? "") === "") return ["plain", "TERM is not set"];
  if (env["TERM"] === "dumb") return ["plain", "TERM is dumb"];
  if (size === null || size.columns <= 0 || size.rows <= 0) return ["plain", "the terminal does not tell its size"];
  return ["screen", null];
}

const trueColorTerms = /^(xterm-(kitty|ghostty)|alacritty|wezterm|foot|contour|rio)|-direct$/;
const trueColorPrograms: ReadonlySet<string> = new Set([
  "iTerm.app",
  "WezTerm",
  "vscode",
  "ghostty",
  "Hyper",
  "mintty",
]);

/** FORCE_COLOR wins over NO_COLOR, as in Node itself. */
function depthOf(env: Environment, stdoutIsTerminal: boolean): ColorDepth {
  const forced = env["FORCE_COLOR"];
  if (forced !== undefined) {
    if (forced === "0" || forced === "false") return "none";
    if (forced === "2") return "256";
    if (forced === "3") return "truecolor";
    const own = ownDepth(env);
    return own === "none" || forced === "1" ? "16" : own;
  }
  if ((env["NO_COLOR"] ?? "") !== "" || !stdoutIsTerminal) return "none";
  return ownDepth(env);
}

function ownDepth(env: Environment): ColorDepth {
  const term = env["TERM"] ?? "";
  if (term === "" || term === "dumb") return "none";
  if (term === "linux") return "16";
  if (/^(truecolor|24bit)$/i.test(env["COLORTERM"] ?? "")) return "truecolor";
  if (trueColorTerms.test(term) || trueColorPrograms.has(env["TERM_PROGRAM"] ?? "") || isSet(env["WT_SESSION"]))
    return "truecolor";
  if (/-?256(color)?$/i.test(term) || env["TERM_PROGRAM"] === "Apple_Terminal") return "256";
  return "16";
}

/** In CJK locales the signs are as wide as two cells in some terminals, so none of them may be used. */
function glyphsOf(env: Environment): Capabilities["glyphs"] {
  if (env["TERM"] === "linux") return "ascii";
  const locale =
    [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => value !== undefined && value !== "") ?? "";
  if (/^(ja|ko|zh)(_|$|\.)/i.test(locale)) return "ascii";
  return locale === "" || /utf-?8/i.test(locale) ? "unicode" : "ascii";
}

/** COLORFGBG is "foreground;background" in the 16 colours. */
function schemeOf(env: Environment): Capabilities["scheme"] {
  const background = env["COLORFGBG"]?.split(";").at(-1) ?? "";
  return background === "7" || background === "15" ? "light" : "dark";
}
