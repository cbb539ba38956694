/**
 * All text from outside (models, tools, git, files, people's names) passes through here before it is shown. What comes out
 * moves no cursor, turns no writing direction, hides nothing in zero columns, and every column of it is one that terminals
 * agree on: joined emoji fall into their parts, marks are stacked three high at most. Cleaning twice changes nothing.
 * Time is linear in the length, and `max` bounds the length.
 */
export interface CleanOptions {
  /** Keep line feeds (CR and CRLF become LF); without it they become spaces. */
  readonly lines?: boolean;
  /** Show what would be dropped (ESC as ␛, U+202E as <U+202E>), for text a person has to judge letter by letter. */
  readonly reveal?: boolean;
  /** Longest result in UTF-16 units; the rest becomes an ellipsis. */
  readonly max?: number;
}

const defaultMax = 4096;
const tabStop = 4;
/** ASCII and the signs we draw ourselves, which cleaning leaves as they are. */
const plain = /^[\x20-\x7e·•…‖›≥←-↓⏎─│┊╭-╰░▁-█■▲▸●○◐-◓✓]*$/;

/** CSI and well-ended OSC, DCS, SOS, PM and APC sequences, in their 7 and 8 bit forms. An unended one is only its first character. */
const sequences =
  /(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[\]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x80-\x9f]*(?:\x07|\x1b\\|\x9c)/g;
/** Controls, format and ignorable characters (bidi, joiners, selectors, fillers), enclosing marks, skin tones, noncharacters. */
const hidden =
  /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\p{Me}\p{Emoji_Modifier}\p{Noncharacter_Code_Point}\p{Zl}\p{Zp}]/gu;
const regional = /\p{Regional_Indicator}/gu;
/**
 * Letters whose columns are counted in different ways: Thai and Lao AM come apart; single jamo that no
 * syllable took, and letters that glue themselves to the next one, are shown as unknown.
 */
const halves: Readonly<Record<string, string>> = { "\u0e33": "\u0e4d\u0e32", "\u0eb3": "\u0ecd\u0eb2" };
const disputed =
  /[\u0e33\u0eb3\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb\u0d4e\u{111c2}\u{111c3}\u{113d1}\u{1193f}\u{11941}\u{11a84}-\u{11a89}\u{11d46}\u{11f02}]/gu;
/** Marks on what is no letter of a script that has them. */
const strayMarks = /([\p{Emoji_Presentation}\ufffd\uac00-\ud7a3])[\p{M}\uff9e\uff9f]+/gu;
/**
 * A virama before a letter joins both to one sign, which terminals count as two columns or as their sum. A ZWNJ between them shows
 * the virama and is the one character without a column that stays.
 */
const viramas = String.raw`([\u094d\u09cd\u0acd\u0b4d\u0c4d\u0d4d\u1039\u17d2\u1a60\u1b44\u1bab\ua9c0\uaaf6\u{10a3f}\u{11133}\u{113d0}\u{1193e}\u{11a47}\u{11a99}\u{11f42}]\p{M}*)`;
const joined = new RegExp(`${viramas}(?=\\p{L})`, "gu");
const parted = new RegExp(`${viramas}\u200c(?=\\p{L})`, "gu");
const tooManyMarks = /(\p{M}{3})\p{M}+/gu;
const baselessMarks = /(^|[\n ])\p{M}+/gu;
const regionalA = 0x1f1e6;

/** Text that is safe to show in columns: see the top of this file. */
export function clean(text: string, options: CleanOptions = {}): string {
  const max = options.max ?? defaultMax;
  if (text.length <= max && plain.test(text)) return text;
  const cut = text.length > max;
  const held = (cut ? text.slice(0, max) : text).toWellFormed();
  const flat = spaced(options.reveal === true ? held : held.replace(sequences, ""), options.lines === true);
  const shown = flat
    .replace(parted, "$1")
    .replace(hidden, (found) => (found === "\n" ? found : options.reveal === true ? revealed(found) : ""))
    .replace(regional, (found) => String.fromCharCode(65 + (found.codePointAt(0) ?? regionalA) - regionalA));
  return capped(stacked(shown), max, cut);
}

/** The same over several lines. */
export const cleanLines = (text: string, options: Omit<CleanOptions, "lines"> = {}): readonly string[] =>
  clean(text, { ...options, lines: true }).split("\n");

/** Line ends as asked for, and tabs as spaces up to the next stop. */
function spaced(text: string, lines: boolean): string {
  const joined = text.replace(/\r\n?|[\u2028\u2029\x85\x0b\x0c]/g, "\n");
  const parts = joined.split("\n").map(untabbed);
  return parts.join(lines ? "\n" : " ");
}

function untabbed(line: string): string {
  if (!line.includes("\t")) return line;
  const parts = line.split("\t");
  let out = "";
  parts.forEach((part, index) => {
    out += part;
    if (index < parts.length - 1) out += " ".repeat(tabStop - (out.length % tabStop));
  });
  return out;
}

function revealed(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "␡";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}

/** Marks are cut before they are put in order, which takes time in the square of their number, and again when some came apart. */
function stacked(text: string): string {
  if (plain.test(text)) return text;
  const few = text
    .replace(tooManyMarks, "$1")
    .normalize("NFC")
    .replace(disputed, (found) => halves[found] ?? "\ufffd");
  return few
    .replace(strayMarks, "$1")
    .replace(tooManyMarks, "$1")
    .replace(baselessMarks, "$1")
    .replace(joined, "$1\u200c");
}

function capped(text: string, max: number, cut: boolean): string {
  if (text.length <= max && !cut) return text;
  return `${text.slice(0, Math.max(0, max - 1)).replace(/[\ud800-\udbff\u200c]$/, "")}…`;
}
