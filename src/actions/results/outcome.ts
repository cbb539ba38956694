import { z } from "zod";

import { workKinds } from "../../domain/analysis.ts";
import { verdictsOfPersons } from "../../domain/outcome.ts";
import { modes, risks, roles } from "../../domain/task.ts";
import { costFields, count, instant, listOf, milliseconds } from "./amounts.ts";

const text = z.string();
const y = z
  .union([z.literal(0), z.literal(1), z.null()])
  .describe("1: it held; 0: it did not; null: it says nothing of the model, as a limit or an abort");
const judged = { y, why: text.describe("Why y is what it is, in a word or two") };

/** What became of a unit of work that a model did in a role. */
export const outcome = z.object({
  id: text,
  unit: text.describe("Names the piece of work, with its generation, as g1/main/S1"),
  role: z.enum(roles),
  model: text,
  area: text.nullable(),
  kind: z.enum(workKinds).nullable().describe("Null: not analysed"),
  risk: z.enum(risks),
  mode: z.enum(modes),
  complexity: z.number().nullable().describe("From 1 to 5; null: not analysed"),
  ...judged,
  durationMs: milliseconds.nullable(),
  ...costFields,
  tokens: count.nullable(),
  rounds: count.nullable(),
  gateFailures: count.nullable().describe("How often the checks were red on its task's account"),
  failure: text.nullable().describe("Type and reason of its last error; null: none"),
  person: z.enum(verdictsOfPersons).nullable().describe("What a person said to it last; null: nobody was asked"),
  commit: text.nullable().describe("The merge that it is part of; null: none"),
});
export type OutcomeResult = z.infer<typeof outcome>;

/** The same with what was found out later. */
export const outcomeEntry = outcome.extend({
  at: instant,
  corrections: listOf(z.object({ ...judged, at: instant })).describe("Oldest first; y and why are those of the last"),
});
export type OutcomeEntryResult = z.infer<typeof outcomeEntry>;

export const outcomeCount = z.object({
  model: text,
  role: z.enum(roles),
  held: count,
  failed: count,
  silent: count.describe("Those that say nothing of the model"),
});

export const outcomeDataOf = {
  "outcome.recorded": outcome,
  "outcome.corrected": z.object({ id: text, ...judged }),
  "regression.found": z.object({
    check: text,
    failures: listOf(text),
    culprit: text.nullable().describe("The merged task by which it turned red; null: not proven"),
    green: text.nullable().describe("The commit before, where it is green; null: none was found"),
    red: text.describe("The commit by which it is red"),
    runs: count.describe("How often the check was run to find it"),
    dependants: listOf(text).describe("Done tasks that need the culprit, and stay done"),
  }),
};
