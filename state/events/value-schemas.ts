import { z } from "zod";

import { findingStates, type Finding, type Plan } from "../../src/domain/answers.ts";
import {
  baseResults,
  candidateStates,
  checkVerdicts,
  type BaseCheck,
  type CheckResult,
  type RouteCandidate,
  type TaskFailure,
} from "../../src/domain/events.ts";
import { errorTypes, outcomeKinds, type ErrorReason, type Failure } from "../../src/domain/failure.ts";
import type { Json } from "../../src/domain/json.ts";
import { costSources, type Cost, type Usage } from "../../src/domain/money.ts";
import { proofs, type TaskProof } from "../../src/domain/proof.ts";
import {
  actions,
  holdScopes,
  holdSetters,
  questionKinds,
  type Actor,
  type Answer,
  type Command,
  type GivenCommand,
  type Hold,
  type Question,
} from "../../src/domain/question.ts";
import { sandboxKinds, type SandboxUse } from "../../src/domain/sandbox.ts";
import { severities } from "../../src/domain/settings.ts";
import { modes, risks, roles, stepStates, taskStates, type TaskSpec } from "../../src/domain/task.ts";
import { isSpec } from "./task-spec.ts";

/**
 * How values that stand in events are read back. Objects are loose: a field that a later program adds without a new event
 * version is carried along, not cut off.
 */
export const object = z.looseObject;
export const text = z.string();
export const texts = z.array(z.string());
export const integer = z.number();
export const flag = z.boolean();
/** What JSON.parse gave is JSON. */
export const json: z.ZodType<Json> = z.custom<Json>((value) => value !== undefined);

export const risk = z.enum(risks);
export const role = z.enum(roles);
export const severity = z.enum(severities);
export const taskState = z.enum(taskStates);
export const stepState = z.enum(stepStates);
export const outcome = z.enum(outcomeKinds);
/** Adapters may bring reasons of their own (domain/failure.ts), so any text is let through. */
const errorReason = z.custom<ErrorReason>((value) => typeof value === "string");

export const usage: z.ZodType<Usage> = object({
  input: integer,
  output: integer,
  cacheRead: integer,
  cacheWrite: integer,
  reasoning: integer,
});
export const cost: z.ZodType<Cost> = object({ micros: integer.nullable(), source: z.enum(costSources) });
export const failure: z.ZodType<Failure> = object({
  type: z.enum(errorTypes),
  reason: errorReason.nullable(),
  message: text,
  retryable: flag,
  retryAfterMs: integer.nullable(),
  resetAtMs: integer.nullable(),
});
export const taskFailure: z.ZodType<TaskFailure> = object({ type: text, reason: text.nullable(), message: text });

export const spec: z.ZodType<TaskSpec> = z.custom<TaskSpec>(isSpec, "this is no task");

export const plan: z.ZodType<Plan> = object({
  summary: text,
  steps: z.array(object({ id: text, title: text, details: text, files: texts })),
  risks: texts,
});
export const finding: z.ZodType<Finding> = object({
  id: text,
  subject: text,
  severity,
  file: text.nullable(),
  line: integer.nullable(),
  text,
  state: z.enum(findingStates),
  round: integer,
  reviewer: text,
});
export const sandboxUse: z.ZodType<SandboxUse> = object({ kind: z.enum(sandboxKinds), why: z.exactOptional(text) });

export const checkResult: z.ZodType<CheckResult> = object({
  name: text,
  result: z.enum(checkVerdicts),
  durationMs: integer,
  output: text.nullable(),
  failures: texts,
  newFailures: texts,
  tree: text,
  tail: text,
  lost: texts.exactOptional(),
  sandbox: z.exactOptional(sandboxUse),
  service: text.exactOptional(),
});
export const baseCheck: z.ZodType<BaseCheck> = object({
  name: text,
  command: text,
  result: z.enum(baseResults),
  named: flag,
  failures: texts,
  durationMs: integer,
  output: text.nullable(),
  tail: text,
});
export const taskProof: z.ZodType<TaskProof> = object({ proof: z.enum(proofs), provenBy: texts, without: texts });
export const candidate: z.ZodType<RouteCandidate> = object({
  model: text,
  state: z.enum(candidateStates),
  why: text,
});

export const actor: z.ZodType<Actor> = object({
  kind: z.enum(["person", "engine", "program"]),
  name: text,
  pid: integer.nullable(),
});
export const question: z.ZodType<Question> = object({
  id: text,
  run: text,
  task: text,
  key: text,
  kind: z.enum(questionKinds),
  reason: text,
  text,
  actions: z.array(z.enum(actions)),
  returnState: taskState,
  askedAt: integer,
  evidence: z.record(text, json),
});
export const answer: z.ZodType<Answer> = object({
  question: text,
  action: z.enum(actions),
  text: text.nullable(),
  model: text.nullable(),
  actor,
  effectiveAt: integer,
});
export const hold: z.ZodType<Hold> = object({
  id: text,
  scope: z.enum(holdScopes),
  target: text,
  reason: text,
  untilMs: integer.nullable(),
  by: z.enum(holdSetters),
  setAt: integer,
  resumes: integer,
});
const command: z.ZodType<Command> = z.discriminatedUnion("kind", [
  object({ kind: z.literal("retry"), task: text, model: text.nullable(), text: text.nullable() }),
  object({ kind: z.literal("rewind"), task: text, to: text }),
  object({ kind: z.literal("skip_stage"), task: text, stage: text }),
  object({ kind: z.literal("reopen_stage"), task: text, stage: text, because: text }),
  object({ kind: z.literal("abort"), task: text, reason: text }),
  object({ kind: z.literal("again"), task: text }),
  object({
    kind: z.literal("reopen"),
    task: text,
    reopens: object({ check: text, failures: texts, commit: text }),
    text,
  }),
  object({ kind: z.literal("mode"), task: text, mode: z.enum(modes) }),
  object({ kind: z.literal("pause") }),
  object({ kind: z.literal("resume") }),
  object({ kind: z.literal("stop"), now: flag }),
]);
export const given: z.ZodType<GivenCommand> = object({ id: text, command, actor, givenAt: integer });
