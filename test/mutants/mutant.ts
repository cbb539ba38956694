/** One small fault in the source: whole lines, and what stands there instead. */
export interface Mutant {
  readonly file: string;
  /** Of the first of them when it was drawn; the lines are looked for where they have moved. */
  readonly line: number;
  readonly kind: Kind;
  readonly before: string;
  readonly after: string;
}

export const kinds = ["negated condition", "swapped", "removed statement", "changed constant"] as const;
export type Kind = (typeof kinds)[number];

/** A change of a text by offsets, as it is drawn. */
export interface Change {
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  readonly by: string;
}

export const changed = (text: string, { start, end, by }: Change): string =>
  text.slice(0, start) + by + text.slice(end);

/** The whole lines that a change touches. */
export function mutantOf(file: string, text: string, change: Change): Mutant {
  const from = text.lastIndexOf("\n", change.start - 1) + 1;
  const end = text.indexOf("\n", change.end);
  const to = end < 0 ? text.length : end;
  const by = { ...change, start: change.start - from, end: change.end - from };
  const before = text.slice(from, to);
  return { file, line: lineAt(text, from), kind: change.kind, before, after: changed(before, by) };
}

/** The text with the fault in it, where its lines stand nearest to where they were drawn; null: they are gone. */
export function planted(text: string, { before, after, line }: Mutant): string | null {
  const lines = `\n${text}\n`;
  let best: number | null = null;
  for (let at = lines.indexOf(`\n${before}\n`); at >= 0; at = lines.indexOf(`\n${before}\n`, at + 1)) {
    const away = (offset: number): number => Math.abs(lineAt(text, offset) - line);
    if (best === null || away(at) < away(best)) best = at;
  }
  return best === null ? null : text.slice(0, best) + after + text.slice(best + before.length);
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length;

const inOneLine = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

export const told = ({ file, line, kind, before, after }: Mutant): string =>
  `${file}:${line} ${kind}\n    - ${inOneLine(before)}\n    + ${inOneLine(after)}`;
