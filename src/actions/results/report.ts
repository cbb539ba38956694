import { z } from "zod";

import { actions, holdScopes, questionKinds } from "../../domain/question.ts";
import { costFields, count, instant, listOf, milliseconds, usage, version } from "./amounts.ts";
import { exitCode } from "./run.ts";
import { runStates } from "../../domain/rows.ts";

const ofTask = { task: z.string(), goal: z.string() };

const account = z.object({
  account: z.string(),
  calls: count,
  usage,
  ...costFields,
  notional: z.boolean().describe("Nobody paid it by the token: what it would have cost"),
});
export type AccountResult = z.infer<typeof account>;

const limit = z.object({
  scope: z.enum(holdScopes),
  target: z.string(),
  holds: count.describe("How often it was held"),
  heldMs: milliseconds.describe("How long, in all"),
  until: instant.nullable().describe("null: not held now, or until a person releases it"),
  endless: z.boolean().describe("Held now, until a person releases it"),
  reason: z.string().describe("Of the last one"),
});

const repository = z.object({
  repository: z.string().describe("Its folder"),
  since: instant.nullable().describe("null: all there is"),
  run: z.object({ id: z.string(), state: z.enum(runStates), exitCode }).nullable(),
  proven: listOf(z.object({ ...ofTask, proven_by: listOf(z.string()) })).describe("Done since then"),
  unproven: listOf(z.object(ofTask)).describe("Done since then, and nothing proves it"),
  asked: listOf(
    z.object({
      ...ofTask,
      kind: z.enum(questionKinds),
      reason: z.string(),
      askedAt: instant,
      actions: listOf(z.enum(actions)),
      command: z.string().describe("Shows it and asks"),
      key: z.string().nullable().describe("What answers it there as is most usual; null: it needs more"),
    }),
  ).describe("What waits for you now"),
  reverted: listOf(z.object(ofTask)).describe("Since then"),
  failed: listOf(z.object({ ...ofTask, why: z.string(), command: z.string() })).describe("Since then"),
  accounts: listOf(account).describe("What calls came to since then, by who pays"),
  limits: listOf(limit).describe("What was held since then"),
  next: listOf(z.string()).describe("Commands to type next, the most urgent first"),
});
export type RepositoryReport = z.infer<typeof repository>;

/** `report`: what happened since a person looked. */
export const reportResult = z.object({
  v: version,
  repositories: listOf(repository),
  totals: z.object({
    proven: count,
    unproven: count,
    asked: count,
    reverted: count,
    failed: count,
    held: count.describe("Accounts, providers, models, tasks and services that were held"),
    heldMs: milliseconds,
    accounts: listOf(account),
  }),
});
export type ReportResult = z.infer<typeof reportResult>;
