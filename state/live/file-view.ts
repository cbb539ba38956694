import { z } from "zod";

/** Files of a commit: ids with how often each was changed lately; and how many are left out, by why. */
export const fileViewSchema = z.object({
  files: z.array(z.tuple([z.number(), z.number()])),
  leftOut: z.record(z.string(), z.number()),
});
