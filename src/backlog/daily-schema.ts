import { z } from "zod";

import { noticeDetails, serviceScopes } from "../domain/settings.ts";
import { filled, wholeNumber, word } from "./fields.ts";

export const accountSchema = z.strictObject({
  keep: word("percent", "Share of each window of its limits that is left for you").optional(),
  hours: word("hours", "When it may be used, by the local clock. Default: always").optional(),
  parallel: wholeNumber(1).optional().describe("Calls at once, over all of its models"),
  window: word("quota", "Calls that its window holds, where its program does not tell what is used").optional(),
  home: word("place", "Folder in which its program keeps this account's login").optional(),
  key_env: word("variable", "Name of the variable that holds its key, instead of the usual one").optional(),
});

export const serviceSchema = z.strictObject({
  start: filled.describe("Run by sh -c in the worktree, and kept running"),
  probe: filled.optional().describe("Run by sh -c; it can be used once that exits with 0"),
  stop: filled.optional().describe("Run by sh -c to end it. Default: it gets SIGTERM"),
  per: z
    .enum(serviceScopes)
    .optional()
    .describe(
      "One for each task that works (slot), for all of a run, or shared and used by one at a time. Default: run",
    ),
  ready: word("duration").optional().describe("How long it may take until its probe says yes. Default: 60s"),
});

export const notifySchema = z.strictObject({
  terminal: z
    .boolean()
    .optional()
    .describe(
      "Whether a screen rings the bell and says in the title of its terminal that something waits. Default: true",
    ),
  desktop: z.boolean().optional(),
  command: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("A program that gets each notice as JSON on its standard input"),
  webhook: z
    .strictObject({
      url: word("url"),
      secret_env: word("variable", "Name of the variable with the secret that signs each notice").optional(),
    })
    .optional(),
  quiet: word("hours", "No notice then; what waits is told after it").optional(),
  detail: z
    .enum(noticeDetails)
    .optional()
    .describe("How much of a task is told: nothing, its title, or also what is asked. Default: none"),
});

export const setupSchema = z.union(
  [
    z.string(),
    z.strictObject({
      run: filled.describe("Run by sh -c in a new worktree"),
      cache: z.array(word("glob")).optional().describe("What it makes that the next worktree begins with a copy of"),
      key: z
        .array(word("glob"))
        .optional()
        .describe("Files it depends on: a copy is used only where these are the same"),
    }),
  ],
  { error: "a command, or run with cache and key" },
);
