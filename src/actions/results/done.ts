import { z } from "zod";

import { version } from "./amounts.ts";

/** What a decision or a piece of upkeep answers. */
export const doneResult = z.object({
  v: version,
  /** What was done, as a person reads it. */
  done: z.string(),
  /** next_run: nothing runs here now, so the next engine takes it up. */
  effect: z.enum(["now", "next_run"]),
});

export type DoneResult = z.infer<typeof doneResult>;
