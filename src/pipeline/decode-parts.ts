import { z } from "zod";

import type { Joined } from "../domain/parts.ts";
import type { ProposedPart } from "../policy/split.ts";
import { decode, ids, optionalText, orEmpty, requiredText, sentence, texts, type Decoded } from "./decode-answers.ts";

const splitSchema = z.object({
  parts: orEmpty(
    z.array(
      z.object({
        goal: requiredText.transform(sentence),
        covers: ids,
        quote: optionalText,
        files: texts,
        needs: ids,
        complexity: z.coerce.number().catch(3),
      }),
    ),
  ),
  keep_whole: z.boolean().nullish(),
});

/** The parts that a model proposes; none where it would keep the task whole. */
export function decodeSplit(answer: unknown): Decoded<readonly ProposedPart[]> {
  const read = decode(splitSchema, answer);
  if ("error" in read) return read;
  return { ok: read.ok.keep_whole === true ? [] : read.ok.parts };
}

/** So many are shown with the task. */
const mostClaims = 40;

const joinSchema = z.object({
  summary: requiredText,
  claims: orEmpty(z.array(z.object({ text: requiredText.transform(sentence), sources: texts }))).transform((claims) =>
    claims.slice(0, mostClaims),
  ),
  unmet: ids,
});

/** What a synthesizer says of a task's parts. */
export const decodeJoined = (answer: unknown): Decoded<Omit<Joined, "model">> => decode(joinSchema, answer);
