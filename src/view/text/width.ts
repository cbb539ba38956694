import stringWidth from "string-width";

/** Columns of text. Everything here takes text that `clean` has passed: no control characters, no zero-width tricks. */
const plain = /^[\x20-\x7e]*$/;
const letters = /\P{Mn}\p{Mn}*/gu;
/** Made when it is asked first: 10 ms of a start. */
let segmenter: Intl.Segmenter | null = null;
/** A cleaned grapheme is a base of two UTF-16 units and at most three marks of two: enough to cut before segmenting. */
const unitsPerColumn = 8;

/** Lines are measured again in every frame; what is not ASCII is worth remembering. */
const widths = new Map<string, number>();
const mostWidths = 4096;
const longestKept = 400;

export function displayWidth(text: string): number {
  if (plain.test(text)) return text.length;
  const known = widths.get(text);
  if (known !== undefined) return known;
  if (widths.size >= mostWidths) widths.clear();
  const width = stringWidth(text);
  if (text.length <= longestKept) widths.set(text, width);
  return width;
}

/** What a person takes for one character each; a chain of joined consonants, which may be of any width, letter by letter. */
export function graphemes(text: string): readonly string[] {
  if (plain.test(text)) return text.split("");
  const found: string[] = [];
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) {
    if (segment.length === 1 || displayWidth(segment) <= 2) found.push(segment);
    else found.push(...(segment.match(letters) ?? []));
  }
  return found;
}

/** Looks at no more of a long text than could fit, so that cutting one piece by piece takes time in proportion to its length. */
const fits = (text: string, columns: number): boolean =>
  text.length <= (columns + 1) * unitsPerColumn && displayWidth(text) <= columns;

/** The longest beginning that fits into `columns`. */
function head(text: string, columns: number): string {
  if (columns <= 0) return "";
  const near = text.slice(0, (columns + 1) * unitsPerColumn);
  if (plain.test(near)) return near.slice(0, columns);
  let taken = "";
  let left = columns;
  for (const part of graphemes(near)) {
    left -= displayWidth(part);
    if (left < 0) break;
    taken += part;
  }
  return taken;
}

/** At most `columns` wide, cut between graphemes, with an ellipsis where something was cut. */
export function truncate(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (text.length * 2 <= columns || displayWidth(text) <= columns) return text;
  return `${head(text, columns - 1)}…`;
}

/** The end of the text, with an ellipsis before it: for paths, whose last part says most. */
export function truncateStart(text: string, columns: number): string {
  if (columns <= 0) return "";
  if (displayWidth(text) <= columns) return text;
  const all = graphemes(text.slice(-columns * unitsPerColumn));
  let kept = "";
  for (let index = all.length - 1, left = columns - 1; index >= 0; index -= 1) {
    const part = all[index] ?? "";
    left -= displayWidth(part);
    if (left < 0) break;
    kept = part + kept;
  }
  return `…${kept}`;
}

/** Exactly `columns` wide. */
export function pad(text: string, columns: number, align: "left" | "right" = "left"): string {
  const cut = truncate(text, columns);
  const space = " ".repeat(Math.max(0, columns - displayWidth(cut)));
  return align === "left" ? cut + space : space + cut;
}

/**
 * Lines of at most `columns`, broken between words, words that are too long between graphemes. Keeps line feeds and the
 * indent of each line (its continuation is indented alike), so that lists and code stay readable.
 */
export function wrap(text: string, columns: number, maxLines = Number.POSITIVE_INFINITY): readonly string[] {
  const lines: string[] = [];
  const width = Math.max(1, columns);
  for (const line of text.split("\n")) {
    if (lines.length >= maxLines) break;
    wrapLine(line.trimEnd(), width, maxLines, lines);
  }
  return lines;
}

function wrapLine(line: string, width: number, maxLines: number, lines: string[]): void {
  if (fits(line, width)) {
    lines.push(line);
    return;
  }
  const indent = (/^ *(?:[-*] |\d{1,2}\. )?/.exec(line)?.[0] ?? "").length;
  const hang = indent * 2 < width ? " ".repeat(indent) : "";
  let current = "";
  let used = 0;
  const flush = (): void => {
    lines.push(current.trimEnd());
    current = hang;
    used = hang.length;
  };
  const words = line.match(/ *[^ ]+/g) ?? [];
  for (const [index, word] of words.entries()) {
    if (lines.length >= maxLines) return;
    if (!fits(word, width - used) && current.trim() !== "") flush();
    let rest = index > 0 && current.trim() === "" ? word.trimStart() : word;
    while (!fits(rest, width - used) && lines.length < maxLines) {
      const part = head(rest, Math.max(1, width - used));
      current += part;
      rest = part === "" ? "" : rest.slice(part.length);
      flush();
    }
    current += rest;
    used += displayWidth(rest);
  }
  if (current.trim() !== "" && lines.length < maxLines) lines.push(current);
}
