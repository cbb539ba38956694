import { z } from "zod";

import type { Joined, Part, PartEvents } from "../../src/domain/parts.ts";
import { body, type Bodies } from "./event-body.ts";
import { integer, object, text, texts } from "./value-schemas.ts";

export const part: z.ZodType<Part> = object({
  id: text,
  goal: text,
  covers: texts,
  quote: text,
  files: texts,
  needs: texts,
  complexity: integer,
});

const joinedKeys = {
  summary: text,
  claims: z.array(object({ text, sources: texts })),
  unmet: texts,
  model: text.nullable(),
};
export const joined: z.ZodType<Joined> = object(joinedKeys);

export const split = object({ generation: integer, parts: z.array(part), why: text });

export const partBodies: Pick<Bodies, keyof PartEvents> = {
  "task.split": body("task.split", split),
  "parts.joined": body("parts.joined", object({ generation: integer, ...joinedKeys })),
};
