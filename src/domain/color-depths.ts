import { basicColors, type BasicColor } from "./screen-settings.ts";

/** Colours as numbers, and the nearest ones where a terminal shows fewer of them. */
export type Rgb = readonly [red: number, green: number, blue: number];

export const rgbOf = (hex: string): Rgb => [
  Number.parseInt(hex.slice(1, 3), 16),
  Number.parseInt(hex.slice(3, 5), 16),
  Number.parseInt(hex.slice(5, 7), 16),
];

/** As xterm shows them; other terminals have their own shades of these. */
const basicRgb: Readonly<Record<BasicColor, Rgb>> = {
  black: [0, 0, 0],
  red: [205, 0, 0],
  green: [0, 205, 0],
  yellow: [205, 205, 0],
  blue: [0, 0, 238],
  magenta: [205, 0, 205],
  cyan: [0, 205, 205],
  white: [229, 229, 229],
  gray: [127, 127, 127],
  redBright: [255, 0, 0],
  greenBright: [0, 255, 0],
  yellowBright: [255, 255, 0],
  blueBright: [92, 92, 255],
  magentaBright: [255, 0, 255],
  cyanBright: [0, 255, 255],
  whiteBright: [255, 255, 255],
};

export const rgbOfBasic = (color: BasicColor): Rgb => basicRgb[color];

const cube = [0, 95, 135, 175, 215, 255] as const;

/** Of the 240 that all terminals show alike. */
export function rgbOfIndexed(index: number): Rgb {
  if (index < 16) return basicRgb[basicColors[index] ?? "black"];
  if (index >= 232) return [8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10];
  const at = index - 16;
  return [cube[Math.floor(at / 36)] ?? 0, cube[Math.floor(at / 6) % 6] ?? 0, cube[at % 6] ?? 0];
}

const apart = (a: Rgb, b: Rgb): number => (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;

export function nearestIndexed(color: Rgb): number {
  let best = 16;
  for (let index = 17; index < 256; index += 1)
    if (apart(rgbOfIndexed(index), color) < apart(rgbOfIndexed(best), color)) best = index;
  return best;
}

export const nearestBasic = (color: Rgb): BasicColor =>
  basicColors.reduce((best, name) => (apart(basicRgb[name], color) < apart(basicRgb[best], color) ? name : best));

const linear = (part: number): number => (part <= 10.3 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ([red, green, blue]: Rgb): number =>
  0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);

/** From 1 to 21, as the guidelines for legible text count it. */
export function contrast(a: Rgb, b: Rgb): number {
  const [darker, lighter] = [luminance(a), luminance(b)].toSorted((x, y) => x - y);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}
