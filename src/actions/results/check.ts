import { z } from "zod";

import { listOf, version } from "./amounts.ts";

/** `check`: whether the ledger is whole and its tables are what its events say. */
export const checkResult = z.object({
  v: version,
  ok: z.boolean(),
  problems: listOf(z.object({ code: z.string(), message: z.string() })),
});
export type CheckResult = z.infer<typeof checkResult>;
