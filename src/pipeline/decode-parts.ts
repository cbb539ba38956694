import { z } from "zod";

import type { Joined } from "../domain/parts.ts";
import type { ProposedPart } from "../policy/split.ts";
import { decode, optionalText, requiredText, texts, type Decoded } from "./decode-answers.ts";

const ids = texts.transform((values) => values.map((value) => value.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase()));

const splitSchema = z.object({
  parts: z
    .array(
      z.object({
        goal: requiredText.transform((value) => value.replace(/\s+/g, " ")),
        covers: ids,
        quote: optionalText,
        files: texts,
        needs: ids,
        complexity: z.coerce.number().catch(3),
      }),
    )
    .nullish()
    .transform((parts) => parts ?? []),
  keep_whole: z.boolean().nullish(),
});

/** The parts that a model proposes; none where it would keep the task whole. */
export function decodeSplit(answer: unknown): Decoded<readonly ProposedPart[]> {
  const read = decode(splitSchema, answer);
  if ("error" in read) return read;
  return { ok: read.ok.keep_whole === true ? [] : read.ok.parts };
}

const joinSchema = z.object({
  summary: requiredText,
  claims: z
    .array(z.object({ text: requiredText, sources: texts }))
    .nullish()
    .transform((claims) => claims ?? []),
  unmet: ids,
});

/** What a synthesizer says of a task's parts. */
export const decodeJoined = (answer: unknown): Decoded<Omit<Joined, "model">> => decode(joinSchema, answer);
