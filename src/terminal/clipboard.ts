import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

/** Terminals cut longer ones off, or take them for nothing. */
const longestBytes = 74_000;

const takingTerms = /^(xterm-(kitty|ghostty)|alacritty|foot|contour|rio|wezterm|mintty)/;
const takingPrograms: ReadonlySet<string> = new Set(["WezTerm", "ghostty", "vscode", "mintty", "rio", "kitty"]);

/** Whether the terminal is known to take what a program puts into the clipboard. One inside tmux or screen is not seen. */
function isKnownToTake(env: Environment): boolean {
  if ((env["TMUX"] ?? "") !== "" || /^(tmux|screen)/.test(env["TERM"] ?? "")) return false;
  return (
    takingTerms.test(env["TERM"] ?? "") ||
    takingPrograms.has(env["TERM_PROGRAM"] ?? "") ||
    (env["WT_SESSION"] ?? "") !== "" ||
    (env["KITTY_WINDOW_ID"] ?? "") !== ""
  );
}

/** Puts a text into the terminal's clipboard (OSC 52); within tmux and screen also past them. */
export function clipboardSequence(text: string, env: Environment): string {
  const plain = `\x1b]52;c;${Buffer.from(text).toString("base64")}\x07`;
  if ((env["TMUX"] ?? "") !== "") return `${plain}\x1bPtmux;${plain.replaceAll("\x1b", "\x1b\x1b")}\x1b\\`;
  return (env["STY"] ?? "") === "" ? plain : `\x1bP${plain}\x1b\\`;
}

export interface CopyPlace {
  readonly env: Environment;
  readonly write: (sequence: string) => void;
  /** Where it goes too, if the terminal may not take it. Private, and replaced by the next. */
  readonly file: string;
}

/** Control characters would be typed where it is pasted. */
const harmless = (text: string): string => text.replaceAll(/[\x00-\x08\x0b-\x1f\x7f-\x9f]/g, "");

/** Copies a text and says where it is now. */
export function copyText(given: string, { env, write, file }: CopyPlace): string {
  const text = harmless(given);
  const fits = Buffer.byteLength(text) <= longestBytes;
  if (fits) write(clipboardSequence(text, env));
  if (fits && isKnownToTake(env)) return "to the clipboard";
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(file, text, { mode: 0o600 });
  const home = env["HOME"] ?? "";
  const shown = home !== "" && file.startsWith(`${home}/`) ? `~${file.slice(home.length)}` : file;
  return `to ${shown}, ${fits ? "and to the clipboard if your terminal lets it" : "too long for a terminal's clipboard"}`;
}
