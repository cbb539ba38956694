import { z } from "zod";

import { holdScopes, holdSetters } from "../../domain/question.ts";
import { count, instant } from "./amounts.ts";

/** "Not before", said of an account, a provider, a model or a task. */
export const hold = z.object({
  scope: z.enum(holdScopes),
  target: z.string().describe("Name of what is held"),
  reason: z.string(),
  until: instant.nullable().describe("Instant, ISO 8601 in UTC; null: until a person releases it"),
  by: z.enum(holdSetters),
  resumes: count.describe("How often it was held and went on by itself"),
});
