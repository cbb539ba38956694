/** Where a cell lies in the picture. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Stroke {
  readonly d: string;
  /** An area; else a line. */
  readonly fills: boolean;
  readonly opacity: number;
}

/** Lines and bars are drawn instead of written: fonts leave gaps between them. Null: a letter like others. */
export function drawn(letter: string, place: Place): Stroke | null {
  const line = lines[letter]?.(place);
  if (line !== undefined) return { d: line, fills: false, opacity: 1 };
  const eighths = "▁▂▃▄▅▆▇█".indexOf(letter) + 1;
  if (letter !== "" && eighths > 0) return { d: area(place, eighths / 8), fills: true, opacity: 1 };
  const shade = "░▒▓".indexOf(letter);
  return letter !== "" && shade >= 0 ? { d: area(place, 1), fills: true, opacity: (shade + 1) / 4 } : null;
}

/** An area of the cell's whole width that stands on its ground; a bar keeps off the line above. */
function area({ x, y, width, height }: Place, share: number): string {
  const tall = (height - 5) * share;
  return `M${at(x)} ${at(y + height - 2 - tall)}h${at(width)}v${at(tall)}h${at(-width)}z`;
}

const radius = 4;

const lines: Readonly<Record<string, (place: Place) => string>> = {
  "─": ({ x, y, width, height }) => `M${at(x)} ${at(y + height / 2)}h${at(width)}`,
  "│": ({ x, y, width, height }) => `M${at(x + width / 2)} ${at(y)}v${at(height)}`,
  "╭": (place) => corner(place, 1, 1),
  "╮": (place) => corner(place, -1, 1),
  "╰": (place) => corner(place, 1, -1),
  "╯": (place) => corner(place, -1, -1),
};

/** From the middle of a side to that of another, around a corner; `right` and `down` are 1 or -1. */
function corner({ x, y, width, height }: Place, right: number, down: number): string {
  const [middle, centre] = [x + width / 2, y + height / 2];
  const end = right * (width / 2 - radius);
  return `M${at(middle)} ${at(centre + (down * height) / 2)}V${at(centre + down * radius)}Q${at(middle)} ${at(centre)} ${at(middle + right * radius)} ${at(centre)}h${at(end)}`;
}

const at = (value: number): number => Math.round(value * 100) / 100;
