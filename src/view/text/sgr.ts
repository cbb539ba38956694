import { basicColors } from "../../domain/screen-settings.ts";
import { rgbOf } from "../../domain/color-depths.ts";
import type { ToneStyle } from "./theme.ts";

/** A text in a look, for plain output; what is on is turned off behind it. The text is clean already. */
export function styled(text: string, { color, bold, dim, inverse }: ToneStyle): string {
  const codes = [
    ...(bold === true ? ["1"] : []),
    ...(dim === true ? ["2"] : []),
    ...(inverse === true ? ["7"] : []),
    ...(color === undefined ? [] : [colorCode(color)]),
  ];
  return codes.length === 0 ? text : `\x1b[${codes.join(";")}m${text}\x1b[0m`;
}

function colorCode(color: string): string {
  if (color.startsWith("#")) return `38;2;${rgbOf(color).join(";")}`;
  const indexed = /^ansi256\((\d+)\)$/.exec(color)?.[1];
  if (indexed !== undefined) return `38;5;${indexed}`;
  const basic = basicColors.findIndex((name) => name === color);
  return String(basic < 8 ? 30 + basic : 82 + basic);
}
