import { z } from "zod";

import { actions, questionKinds } from "../../domain/question.ts";
import { condition } from "./condition.ts";
import { count, instant, listOf, version } from "./amounts.ts";

export const noticeTypes = ["question", "hold", "run_ended", "several", "test"] as const;

/** What `notify.command` gets on its standard input, and `notify.webhook` as the body of a POST. */
export const notice = z.object({
  v: version,
  id: z.string().describe("The same where one notice comes twice"),
  type: z.enum(noticeTypes),
  at: instant,
  repository: z.string().describe("Its short name"),
  title: z.string(),
  body: z.string(),
  questions: count.describe("That wait for a person now"),
  holds: count.describe("Without an end"),
  ended: z
    .object({ exitCode: z.int(), done: count, failed: count })
    .nullable()
    .describe("The run that ended; null: none did"),
  tasks: listOf(
    z.object({
      task: z.string(),
      goal: z.string(),
      kind: z.enum(questionKinds),
      reason: z.string(),
      actions: listOf(z.enum(actions)),
      text: z.string().optional().describe("What is asked; with notify.detail full"),
    }),
  ).describe("What asks; none with notify.detail none"),
  command: z.string().describe("What to type next"),
  conditions: listOf(condition)
    .optional()
    .describe("What stands in the way of the run, where nothing works any more; none with notify.detail none"),
});
export type NoticeResult = z.infer<typeof notice>;

/** `notify`: what became of each way to tell. */
export const notifyResult = z.object({
  v: version,
  sinks: listOf(
    z.object({
      sink: z.string().describe("desktop, command or webhook"),
      ok: z.boolean(),
      text: z.string().describe("What happened"),
    }),
  ),
});
export type NotifyResult = z.infer<typeof notifyResult>;
