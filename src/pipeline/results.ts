import { z } from "zod";
import type { FoundContext } from "../domain/analysis.ts";
import type { Plan } from "../domain/answers.ts";
import { proofs, type TaskProof } from "../domain/proof.ts";

import { roadmapSchema } from "./roadmap-results.ts";
import { troubleSchema } from "./trouble.ts";

/** What effects commit, as it is read back. A change here that old results do not fit raises the pipelines' version. */

const planSchema: z.ZodType<Plan> = z.object({
  summary: z.string(),
  steps: z.array(z.object({ id: z.string(), title: z.string(), details: z.string(), files: z.array(z.string()) })),
  risks: z.array(z.string()),
});

const findingSchema = z.object({
  id: z.string(),
  subject: z.string(),
  severity: z.enum(["blocker", "major", "minor", "nit"]),
  file: z.string().nullable(),
  line: z.number().nullable(),
  text: z.string(),
  state: z.enum(["open", "closed", "waived"]),
  round: z.number(),
  reviewer: z.string(),
});

export const foundContextSchema = z.object({
  commit: z.string(),
  terms: z.array(z.string()),
  files: z.array(
    z.object({
      path: z.string(),
      symbols: z.array(z.string()),
      text: z.number(),
      churn: z.number(),
      score: z.number(),
    }),
  ),
  searched: z.number(),
  leftOut: z.record(z.string(), z.number()),
  without: z.string(),
}) satisfies z.ZodType<FoundContext>;

export const startSchema = z.object({
  branch: z.string(),
  commit: z.string(),
  worktree: z.string(),
  /** Its checks had been measured where it starts from; not so in ledgers of the first version. */
  measured: z.boolean().default(false),
  /** A merge of it that this ledger does not know: nothing was begun. */
  merged: z.object({ commit: z.string(), tip: z.string() }).nullable().default(null),
});

export type StartResult = z.infer<typeof startSchema>;

export const baseSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("base"), commit: z.string() }),
  z.object({ kind: z.literal("conflict"), files: z.array(z.string()), with: z.string() }),
]);

export type BaseResult = z.infer<typeof baseSchema>;

export const plannedSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("planned"),
    plan: planSchema,
    roadmap: z.exactOptional(roadmapSchema),
    model: z.string(),
  }),
  troubleSchema,
]);

export type PlannedResult = z.infer<typeof plannedSchema>;

const stopSchema = z.object({
  reason: z.enum(["rounds", "repeated_finding", "growth", "unchanged"]),
  text: z.string(),
});

export const reviewedSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("reviewed"),
    approved: z.boolean(),
    summary: z.string(),
    model: z.string(),
    /** All findings of this subject as they stand after the review. */
    findings: z.array(findingSchema),
    stop: stopSchema.nullable(),
  }),
  troubleSchema,
]);
export type ReviewedResult = z.infer<typeof reviewedSchema>;
export type Reviewed = Extract<ReviewedResult, { kind: "reviewed" }>;

export const madeSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("made"),
    base: z.string(),
    commit: z.string(),
    files: z.array(z.string()),
    model: z.string(),
    session: z.string().nullable(),
  }),
  troubleSchema,
]);
export type MadeResult = z.infer<typeof madeSchema>;
export type Made = Extract<MadeResult, { kind: "made" }>;

/** What a task needs a person's yes for, since it passes only the gate it brings itself. */
const ownGateSchema = z.object({
  touched: z.array(z.object({ path: z.string(), id: z.string().nullable() })),
  checks: z.array(
    z.object({
      name: z.string(),
      result: z.enum(["fail", "not_measured"]),
      expectations: z.array(z.string()),
      inputs: z.array(z.string()),
      tail: z.string(),
      /** The end of what the same check says in the change's own gate. */
      own: z.string(),
    }),
  ),
});
export type OwnGate = z.infer<typeof ownGateSchema>;
const proofSchema = z.object({
  proof: z.enum(proofs),
  provenBy: z.array(z.string()),
  without: z.array(z.string()),
}) satisfies z.ZodType<TaskProof>;

export const gateSchema = z.object({
  green: z.boolean(),
  failed: z.array(z.object({ name: z.string(), failures: z.array(z.string()), tail: z.string() })),
  known: z.array(z.string()),
  /** Checks that could not say anything, because the base is red now too. */
  environment: z.array(z.string()).default([]),
  /** The service that keeps these from saying anything. */
  service: z.string().nullable().default(null),
  proof: proofSchema.nullable().default(null),
  risk: z.enum(["low", "medium", "high"]),
  why: z.array(z.string()),
  /** Null: the gate of the base is green too, or the change touches no input of it. */
  own: ownGateSchema.nullable().default(null),
});
export type GateResult = z.infer<typeof gateSchema>;

export const mergeSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("merged"), commit: z.string() }),
  z.object({ kind: z.literal("conflict"), files: z.array(z.string()), with: z.string() }),
  z.object({
    kind: z.literal("red"),
    with: z.string(),
    failed: z.array(z.object({ name: z.string(), failures: z.array(z.string()), tail: z.string() })),
  }),
  z.object({
    kind: z.literal("environment"),
    checks: z.array(z.string()),
    service: z.string().nullable().default(null),
  }),
  z.object({ kind: z.literal("blocked"), why: z.string() }),
  /** Merged it would pass only its own gate. */
  z.object({ kind: z.literal("own_gate"), with: z.string(), own: ownGateSchema }),
]);
export type MergeResult = z.infer<typeof mergeSchema>;

export const nothing = z.null();
