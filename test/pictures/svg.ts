import type { IBufferCell, Terminal } from "@xterm/headless";
import stringWidth from "string-width";

import { drawn } from "./strokes.ts";

/** Size of a cell and of its letters, in pixels. */
const cell = { width: 8.4, height: 18, font: 14, base: 13.5 };
const margin = 14;
const bar = 30;

const colours = { back: "#0d1117", frame: "#30363d", text: "#d7dde4", title: "#8b949e" };
/** The sixteen colours of the terminal that is drawn. */
const palette =
  "#484f58 #f47067 #6bc46d #daaa3f #6cb6ff #b083f0 #6cc7d9 #b8c0c9 #6e7681 #ff938a #8ddb8c #eac55f #96d0ff #dcbdfb #8fdbe8 #f0f3f6".split(
    " ",
  );

interface Style {
  readonly text: string;
  readonly back: string | null;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
}

interface Run extends Style {
  readonly column: number;
  readonly width: number;
  readonly letters: string;
}

interface Ground {
  readonly column: number;
  readonly width: number;
  readonly fill: string;
}

/** What a terminal shows, as a picture that needs no font of its own: each run of letters is as wide as its cells. */
export function svgOf(terminal: Terminal, title: string): string {
  const width = round(terminal.cols * cell.width + 2 * margin);
  const height = round(terminal.rows * cell.height + 2 * margin + bar);
  const lines = Array.from({ length: terminal.rows }, (_, row) => rowOf(terminal, row));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}">`,
    `<style>text{font:${cell.font}px ui-monospace,"SF Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;}</style>`,
    `<rect x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="9" fill="${colours.back}" stroke="${colours.frame}"/>`,
    ...["#f47067", "#daaa3f", "#6bc46d"].map(
      (fill, at) => `<circle cx="${margin + 6 + at * 18}" cy="19" r="5.5" fill="${fill}"/>`,
    ),
    `<text x="${width / 2}" y="23" text-anchor="middle" fill="${colours.title}">${escaped(title)}</text>`,
    `<g transform="translate(${margin} ${bar + margin - 4})">`,
    ...lines.flat(),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

function rowOf(terminal: Terminal, row: number): readonly string[] {
  const line = terminal.buffer.active.getLine(terminal.buffer.active.viewportY + row);
  const grounds: Ground[] = [];
  const parts: string[] = [];
  const runs: Run[] = [];
  const reused = terminal.buffer.active.getNullCell();
  for (let column = 0; column < terminal.cols; column += 1) {
    const found = line?.getCell(column, reused);
    if (found === undefined || found.getWidth() === 0) continue;
    const style = styleOf(found);
    const width = found.getWidth();
    const [x, y] = [column * cell.width, row * cell.height];
    if (style.back !== null) ground(grounds, { column, width, fill: style.back });
    const letters = found.getChars() === "" ? " " : found.getChars();
    const stroke = drawn(letters, { x, y, ...cell });
    if (stroke !== null)
      parts.push(`<path d="${stroke.d}" ${paint(stroke.fills, style.text)}${faint(style, stroke.opacity)}/>`);
    const last = runs.at(-1);
    if (stroke === null && last !== undefined && last.column + last.width === column && isAlike(last, style))
      runs[runs.length - 1] = { ...last, width: last.width + width, letters: last.letters + letters };
    else if (stroke === null) runs.push({ ...style, column, width, letters });
  }
  return [
    ...grounds.map((one) => groundOf(one, row)),
    ...joined(parts),
    ...runs.flatMap(words).map((run) => textOf(run, row)),
  ];
}

/** Adds a cell's ground to the one beside it. */
function ground(grounds: Ground[], next: Ground): void {
  const last = grounds.at(-1);
  if (last?.fill === next.fill && last.column + last.width === next.column)
    grounds[grounds.length - 1] = { ...last, width: last.width + next.width };
  else grounds.push(next);
}

const groundOf = ({ column, width, fill }: Ground, row: number): string =>
  `<rect x="${round(column * cell.width)}" y="${row * cell.height}" width="${round(width * cell.width)}" height="${cell.height}" fill="${fill}"/>`;

/** A run without its wide gaps, which readers of SVG make narrow. */
function words(run: Run): readonly Run[] {
  const found: Run[] = [];
  for (const { 0: letters, index } of run.letters.matchAll(/\S+(?: \S+)*/g))
    found.push({
      ...run,
      column: run.column + stringWidth(run.letters.slice(0, index)),
      width: stringWidth(letters),
      letters,
    });
  return found;
}

const paint = (fills: boolean, colour: string): string =>
  fills ? `fill="${colour}"` : `fill="none" stroke="${colour}" stroke-width="1.2"`;

const faint = ({ dim }: Style, opacity: number): string => {
  const all = opacity * (dim ? 0.6 : 1);
  return all === 1 ? "" : ` opacity="${round(all)}"`;
};

/** Paths that differ in nothing but their strokes become one. */
function joined(parts: readonly string[]): readonly string[] {
  const paths = new Map<string, string[]>();
  const others: string[] = [];
  for (const part of parts) {
    const found = /^<path d="([^"]*)" (.*)\/>$/.exec(part);
    if (found?.[1] === undefined || found[2] === undefined) others.push(part);
    else paths.set(found[2], [...(paths.get(found[2]) ?? []), found[1]]);
  }
  return [...others, ...[...paths].map(([style, strokes]) => `<path d="${strokes.join("")}" ${style}/>`)];
}

function textOf(run: Run, row: number): string {
  const extra = [run.bold ? ' font-weight="bold"' : "", run.italic ? ' font-style="italic"' : "", faint(run, 1)].join(
    "",
  );
  return `<text x="${round(run.column * cell.width)}" y="${round(row * cell.height + cell.base)}" textLength="${round(run.width * cell.width)}" lengthAdjust="spacingAndGlyphs" fill="${run.text}"${extra}>${escaped(run.letters)}</text>`;
}

const isAlike = (one: Style, other: Style): boolean =>
  one.text === other.text && one.bold === other.bold && one.dim === other.dim && one.italic === other.italic;

function styleOf(found: IBufferCell): Style {
  const text = colourOf(found.isFgDefault(), found.isFgRGB(), found.getFgColor());
  const back = colourOf(found.isBgDefault(), found.isBgRGB(), found.getBgColor());
  const turned = found.isInverse() !== 0;
  return {
    text: turned ? (back ?? colours.back) : (text ?? colours.text),
    back: turned ? (text ?? colours.text) : back,
    bold: found.isBold() !== 0,
    dim: found.isDim() !== 0,
    italic: found.isItalic() !== 0,
  };
}

function colourOf(isDefault: boolean, isRgb: boolean, value: number): string | null {
  if (isDefault) return null;
  if (isRgb) return hex(value);
  const basic = palette[value];
  if (basic !== undefined) return basic;
  if (value >= 232) return hex((8 + (value - 232) * 10) * 0x010101);
  const level = (part: number): number => (part === 0 ? 0 : 55 + part * 40);
  const cube = value - 16;
  return hex(level(Math.floor(cube / 36)) * 65_536 + level(Math.floor(cube / 6) % 6) * 256 + level(cube % 6));
}

const hex = (value: number): string => `#${value.toString(16).padStart(6, "0")}`;
const round = (value: number): number => Math.round(value * 100) / 100;
const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
