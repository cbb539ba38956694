import { z } from "zod";

import { budgetScopes } from "../../src/domain/call-events.ts";
import { breakerStates, type EventData, type EventType } from "../../src/domain/events.ts";
import { seen } from "./seen-schema.ts";
import { settings } from "./settings-schema.ts";
import {
  actor,
  answer,
  baseCheck,
  candidate,
  checkResult,
  cost,
  failure,
  finding,
  flag,
  given,
  hold,
  integer,
  json,
  object,
  outcome,
  plan,
  question,
  risk,
  role,
  sandboxUse,
  spec,
  stepState,
  taskFailure,
  taskProof,
  taskState,
  text,
  texts,
  usage,
} from "./value-schemas.ts";

/** A type with its data: an event without its place. */
export interface BodyOf<T extends EventType> {
  readonly type: T;
  readonly data: EventData[T];
}

export type Body = { readonly [T in EventType]: BodyOf<T> }[EventType];

const body =
  <T extends EventType>(type: T, schema: z.ZodType<EventData[T]>) =>
  (data: unknown): BodyOf<T> => ({ type, data: schema.parse(data) });

const breakerState = z.enum(breakerStates);
const nothing = object({ actor });

/** Readers of every event's data in its newest version; they throw on what does not fit. A type that is missing here does not compile. */
export const eventBodies: { readonly [T in EventType]: (data: unknown) => BodyOf<T> } = {
  "run.started": body(
    "run.started",
    object({
      file: text.nullable(),
      settingsDigest: text,
      base: text,
      baseCommit: text,
      integration: text,
      resumed: flag,
      version: text,
      repositoryPath: text,
    }),
  ),
  "run.ended": body(
    "run.ended",
    object({ exitCode: integer.nullable(), state: z.enum(["waiting", "stopped", "ended"]), summary: json }),
  ),
  "run.paused": body("run.paused", nothing),
  "run.resumed": body("run.resumed", nothing),
  "run.stopping": body("run.stopping", object({ now: flag, actor })),
  "settings.fixed": body("settings.fixed", object({ digest: text, settings })),
  "backlog.read": body("backlog.read", object({ file: text, added: texts, changed: texts, removed: texts })),
  "task.added": body("task.added", object({ spec, digest: text, settingsDigest: text, pipelineVersion: integer })),
  "task.changed": body("task.changed", object({ spec, digest: text })),
  "task.stale": body("task.stale", object({ digest: text.nullable() })),
  "task.dropped": body("task.dropped", object({ reason: text })),
  "task.prioritized": body("task.prioritized", object({ priority: integer, by: text })),
  "task.noted": body("task.noted", object({ id: text, text, by: text })),
  "setup.ended": body(
    "setup.ended",
    object({ durationMs: integer, bytes: integer.nullable(), cache: z.enum(["none", "made", "used"]) }),
  ),
  "task.begun": body("task.begun", object({ generation: integer, settingsDigest: text, pipelineVersion: integer })),
  "task.restarted": body(
    "task.restarted",
    object({
      generation: integer,
      keep: texts,
      reason: text,
      to: taskState,
      commit: text.nullable(),
      model: text.nullable(),
      text: text.nullable(),
    }),
  ),
  "task.moved": body(
    "task.moved",
    object({ from: taskState, to: taskState, reason: text, failure: z.exactOptional(taskFailure) }),
  ),
  "task.based": body("task.based", object({ branch: text, base: text, worktree: text })),
  "task.proven": body("task.proven", taskProof),
  "task.archived": body("task.archived", object({ row: json })),
  "risk.raised": body("risk.raised", object({ from: risk, to: risk, why: texts })),
  "plan.made": body("plan.made", object({ round: integer, plan, model: text, generation: integer })),
  "steps.set": body(
    "steps.set",
    object({ generation: integer, steps: z.array(object({ id: text, title: text, stage: text })) }),
  ),
  "step.moved": body(
    "step.moved",
    object({
      from: stepState,
      to: stepState,
      reason: text,
      round: integer,
      model: z.exactOptional(text),
      commit: z.exactOptional(text),
    }),
  ),
  "key.committed": body("key.committed", object({ key: text, inputs: text, result: json })),
  "route.decided": body(
    "route.decided",
    object({
      key: text,
      role,
      chosen: text.nullable(),
      candidates: z.array(candidate),
      reason: text,
      waits: object({ by: z.enum(["hold", "breaker"]), untilMs: integer.nullable() }).exactOptional(),
    }),
  ),
  "call.started": body(
    "call.started",
    object({ key: text, role, round: integer, generation: integer, promptHash: text }),
  ),
  "attempt.started": body(
    "attempt.started",
    object({
      attempt: integer,
      rerun: integer,
      model: text,
      adapter: text,
      account: text,
      provider: text,
      billing: text,
      folder: text,
      base: text.nullable(),
      session: text.nullable(),
      reservation: text.nullable(),
    }),
  ),
  "attempt.spawned": body(
    "attempt.spawned",
    object({
      attempt: integer,
      rerun: integer,
      pid: integer,
      startTime: text,
      sandbox: z.exactOptional(sandboxUse),
    }),
  ),
  "attempt.session": body("attempt.session", object({ attempt: integer, session: text })),
  "attempt.ended": body(
    "attempt.ended",
    object({
      attempt: integer,
      rerun: integer,
      model: text,
      account: text,
      outcome: z.union([outcome, z.literal("crashed")]),
      failure: failure.nullable(),
      usage,
      cost,
      prices: texts.exactOptional(),
      durationMs: integer,
      startupMs: integer.nullable(),
      session: text.nullable(),
      counted: flag,
    }),
  ),
  "call.retried": body("call.retried", object({ attempt: integer, model: text, failure, nextAt: integer })),
  "call.ended": body(
    "call.ended",
    object({ outcome, failure: failure.nullable(), model: text.nullable(), attempts: integer }),
  ),
  "hold.set": body("hold.set", object({ hold })),
  "hold.released": body("hold.released", object({ id: text, by: actor, reason: text })),
  "service.moved": body(
    "service.moved",
    object({ service: text, slot: integer.nullable(), state: z.enum(["ready", "dead", "stopped"]), reason: text }),
  ),
  "account.used": body(
    "account.used",
    object({
      account: text,
      windows: z.array(object({ name: text, share: integer, resetAtMs: integer.nullable() })),
    }),
  ),
  "breaker.moved": body("breaker.moved", object({ model: text, from: breakerState, to: breakerState, reason: text })),
  "budget.reserved": body("budget.reserved", object({ reservation: text, micros: integer, model: text })),
  "budget.settled": body(
    "budget.settled",
    object({
      reservation: text.nullable(),
      cost,
      usage,
      model: text,
      day: text,
      assumedMicros: integer.exactOptional(),
      notional: flag.exactOptional(),
      overMicros: integer.exactOptional(),
    }),
  ),
  "budget.refused": body(
    "budget.refused",
    object({
      scope: z.enum(budgetScopes),
      wantedMicros: integer,
      leftMicros: integer,
      by: z.enum(["spend", "reservations"]),
    }),
  ),
  "question.asked": body("question.asked", object({ question })),
  "question.answered": body("question.answered", object({ answer })),
  "question.reopened": body("question.reopened", object({ question: text, actor })),
  "question.withdrawn": body("question.withdrawn", object({ question: text, reason: text })),
  "decision.refused": body("decision.refused", object({ actor, what: text, why: text })),
  "decision.doubted": body("decision.doubted", object({ actor, what: text, why: texts })),
  "finding.opened": body("finding.opened", object({ finding })),
  "finding.closed": body("finding.closed", object({ id: text, state: z.enum(["closed", "waived"]), by: text })),
  "commit.made": body(
    "commit.made",
    object({
      commit: text,
      base: text,
      key: text,
      files: integer,
      insertions: integer,
      deletions: integer,
    }),
  ),
  "snapshot.made": body("snapshot.made", object({ n: integer, ref: text, commit: text, reason: text })),
  "changes.discarded": body("changes.discarded", object({ role, paths: texts })),
  "check.ended": body("check.ended", checkResult),
  "base.measured": body("base.measured", object({ commit: text, tree: text, checks: z.array(baseCheck) })),
  "check.waived": body("check.waived", object({ check: text, command: text, by: text })),
  "check.regained": body("check.regained", object({ check: text, why: z.enum(["green", "changed"]) })),
  "merge.done": body("merge.done", object({ commit: text, into: text, key: text, tip: text })),
  "merge.conflict": body("merge.conflict", object({ files: texts, with: text })),
  "merge.reverted": body("merge.reverted", object({ commit: text, of: text })),
  "land.done": body(
    "land.done",
    object({
      into: text,
      commit: text,
      tasks: texts,
      from: z.exactOptional(text),
      proof: z.exactOptional(taskProof),
      undone: z.exactOptional(texts),
    }),
  ),
  "land.undone": body("land.undone", object({ into: text, from: text, to: text, tasks: texts })),
  "base.followed": body(
    "base.followed",
    object({
      base: text,
      from: text,
      to: text,
      into: text,
      commit: text,
      by: z.enum(["fast_forward", "merge", "kept"]),
    }),
  ),
  "command.given": body("command.given", object({ given })),
  "command.taken": body("command.taken", object({ id: text, result: text })),
  "ask.started": body("ask.started", object({ models: texts, promptHash: text, timeoutMs: integer.nullable() })),
  "ask.ended": body("ask.ended", object({ answered: texts, failed: texts, cancelled: flag, durationMs: integer })),
  "ask.voted": body("ask.voted", object({ model: text, actor })),
  "watch.seen": body("watch.seen", seen),
  "watch.settled": body("watch.settled", object({ id: text, taken: flag, by: text })),
  "machine.slept": body("machine.slept", object({ gapMs: integer })),
  note: body(
    "note",
    object({
      level: z.enum(["info", "warn", "error"]),
      text,
      about: z.enum(["unread_output"]).optional(),
      model: text.optional(),
      forecast: object({ lowMs: integer, highMs: integer }).optional(),
    }),
  ),
};
