import { z } from "zod";

import { conditionKinds } from "../../domain/conditions.ts";
import { count } from "./amounts.ts";

/** One thing that stands in the way of a run as a whole. */
export const condition = z.object({
  kind: z.enum(conditionKinds).describe("The weightiest comes first"),
  text: z.string().describe("The same in words, with its numbers"),
  tasks: count.optional().describe("How many tasks it keeps"),
});
export type ConditionResult = z.infer<typeof condition>;
