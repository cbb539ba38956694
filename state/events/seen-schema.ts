import { z } from "zod";

import { seenOutcomes, type Seen } from "../../src/domain/seen.ts";
import { integer, object, text, texts } from "./value-schemas.ts";

/** What was changed behind our back. */
export const seen: z.ZodType<Seen> = object({
  id: text,
  sinceMs: integer,
  items: z.array(
    object({
      kind: z.enum(["ref", "file"]),
      name: text,
      from: text.nullable(),
      to: text.nullable(),
      outcome: z.enum(seenOutcomes),
      kept: text.nullable(),
    }),
  ),
  ran: z.array(object({ task: text, what: text })),
  asks: texts,
});
