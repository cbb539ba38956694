import { z } from "zod";

import { taskStates } from "../../domain/task.ts";
import { count, listOf } from "./amounts.ts";

const text = z.string();
const texts = listOf(text);

const covers = texts.describe("Criteria of the task that it covers, by their place: A1, A2, …");
const claims = listOf(z.object({ text, sources: texts.describe("Ids of parts") }));

/** What `task ID` says of a task that is split. */
export const partsOfTask = {
  parts: listOf(
    z.object({
      id: text,
      goal: text,
      state: z.enum(taskStates),
      covers,
      reverted: z.boolean().optional().describe("true: done, and its merge was undone"),
    }),
  )
    .optional()
    .describe("What it was split into last; absent: nothing"),
  claims: claims.optional().describe("What its parts brought, once they are over"),
  unmet: texts.optional().describe("Criteria that none of its parts has met"),
};

/** What scripts see of parts, by the type of the event. */
export const partEvents = {
  "task.split": z.object({
    parts: listOf(z.object({ id: text, goal: text, covers, files: texts, needs: texts, complexity: count })).describe(
      "None: it is done as a whole",
    ),
    why: text,
  }),
  "parts.joined": z.object({
    summary: text,
    claims,
    unmet: texts,
    model: text.nullable().describe("Who said so; null: rules"),
  }),
};
