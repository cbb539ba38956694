import { z } from "zod";

import { actions, questionKinds } from "../../domain/question.ts";
import { taskStates } from "../../domain/task.ts";
import { instant, json, listOf } from "./amounts.ts";

/** What waits for a person. */
export const question = z.object({
  id: z.string(),
  kind: z.enum(questionKinds),
  reason: z.string().describe("Stable word, as rounds or gate_failed"),
  text: z.string(),
  means: z.string().describe("What follows while nobody answers"),
  actions: listOf(z.enum(actions)).describe("The answers that are legal"),
  consequences: z.record(z.string(), z.string()).describe("What each of them leads to, in words"),
  returnState: z.enum(taskStates).describe("Where the task goes on if the answer does not say otherwise"),
  askedAt: instant,
  evidence: z.record(z.string(), json).describe("What may be shown beside the text; by kind and reason"),
});
export type QuestionResult = z.infer<typeof question>;
