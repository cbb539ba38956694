import { z } from "zod";

import { count, listOf, version } from "./amounts.ts";

/** What any command says with `--json` where files of the user are wrong; nothing was started. */
export const problemsResult = z.object({
  v: version,
  problems: listOf(
    z.object({
      file: z.string(),
      line: count.describe("From 1, at the value; of a missing key, at what it is missing in"),
      column: count.describe("From 1"),
      code: z.string().describe("Stable word, as unknown_key"),
      message: z.string(),
      hint: z.string().nullable(),
    }),
  ),
});
export type ProblemsResult = z.infer<typeof problemsResult>;
