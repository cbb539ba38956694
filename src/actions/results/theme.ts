import { z } from "zod";

import { basicColors, schemes, tones } from "../../domain/screen-settings.ts";
import { listOf, version } from "./amounts.ts";

const tone = z.object({
  name: z.enum(tones),
  truecolor: z.string().nullable().describe("#rrggbb; null, as with the other two: the terminal's own colour"),
  256: z.number().nullable(),
  16: z.enum(basicColors).nullable(),
  bold: z.boolean(),
  dim: z.boolean(),
  inverse: z.boolean(),
});

export const themesResult = z.object({
  v: version,
  themes: listOf(
    z.object({
      name: z.string(),
      file: z.string().nullable().describe("Where one of your own is written; null: it comes with the program"),
      background: z.enum(schemes).describe("What it is made for"),
      current: z.boolean().describe("The screen takes it"),
      tones: listOf(tone),
    }),
  ),
});
export type ThemesResult = z.infer<typeof themesResult>;
