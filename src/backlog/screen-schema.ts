import { z } from "zod";

import { basicColors, schemes, tones, uiModes } from "../domain/screen-settings.ts";
import { filled, word } from "./fields.ts";

const onOff = z.enum(["on", "off"]);

const key = z.union([filled, z.number()], { error: "a key, as in ctrl+g" });

export const screenSchema = z.strictObject({
  theme: filled
    .optional()
    .describe("Name of a theme, or path of a file with your own, relative to this file. Default: by the background"),
  keys: z
    .record(filled, z.union([key, z.array(key)], { error: "a key, a list of keys, or none" }))
    .optional()
    .describe("By the id of a command: a key, a list of keys, or none"),
  glyphs: z.enum(["auto", "unicode", "ascii"]).optional().describe("Signs and borders. Default: auto"),
  mouse: onOff.optional().describe("Whether the screen takes wheel and clicks. Default: on"),
  motion: onOff.optional().describe("Whether signs turn. Default: on"),
  ui: z.enum(uiModes).optional().describe("How commands that show a screen talk to you. Default: auto"),
  colors: z
    .union([z.enum(["auto", "none", "16", "256", "truecolor"]), z.literal(16), z.literal(256)], {
      error: "one of auto, none, 16, 256, truecolor",
    })
    .optional()
    .describe("How many colours. Default: auto"),
});

const hex = word("color");
const indexed = z
  .number()
  .int({ error: "a number from 0 to 255" })
  .min(0, { error: "a number from 0 to 255" })
  .max(255, { error: "a number from 0 to 255" });

const shadesSchema = z.strictObject({
  truecolor: hex.optional(),
  256: indexed.optional(),
  16: z.enum(basicColors).optional(),
  bold: z.boolean().optional(),
  dim: z.boolean().optional(),
  inverse: z.boolean().optional(),
});

const toneSchema = z.union([hex, shadesSchema], { error: "a colour as in #6cb6ff, or a map of truecolor, 256 and 16" });

/** A theme of a person's own, as its file is written. */
export const themeSchema = z.strictObject({
  background: z.enum(schemes).optional(),
  tones: z.strictObject(Object.fromEntries(tones.map((tone) => [tone, toneSchema.optional()]))).optional(),
});

export type WrittenScreen = z.infer<typeof screenSchema>;
export type WrittenTone = z.infer<typeof toneSchema>;
