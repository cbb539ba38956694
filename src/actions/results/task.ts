import { z } from "zod";

import { findingStates } from "../../domain/answers.ts";
import { checkVerdicts } from "../../domain/events.ts";
import { outcomeKinds } from "../../domain/failure.ts";
import { proofs } from "../../domain/proof.ts";
import { severities } from "../../domain/settings.ts";
import { derivedStates, modes, risks, roles, stepStates, taskStates } from "../../domain/task.ts";
import { analysisResult, chosenModeResult } from "./analysis.ts";
import { costFields, count, forecast, instant, listOf, milliseconds, usage, version } from "./amounts.ts";
import { condition } from "./condition.ts";
import { taskFailure } from "./failure.ts";
import { outcomeEntry } from "./outcome.ts";
import { partsOfTask } from "./parts.ts";
import { question } from "./question.ts";
import { roadmap } from "./roadmap.ts";

/** What a task waits for by itself; `question`: for a person to answer another task. */
const wait = z.object({
  kind: z.enum(["hold", "breaker", "budget", "retry", "question", "parts"]),
  until: instant.nullable().describe("Instant, ISO 8601 in UTC; null: not known, or it has no end by itself"),
  reason: z.string(),
});
export type WaitResult = z.infer<typeof wait>;

export const task = z.object({
  id: z.string(),
  goal: z.string(),
  state: z.enum(taskStates),
  derived: z.enum(derivedStates).nullable().describe("Beside the state: what keeps it from going on"),
  risk: z.enum(risks).describe("Given, or raised by what was changed"),
  area: z.string().nullable(),
  mode: z.enum(modes),
  priority: z.number().describe("Higher goes first"),
  needs: listOf(z.string()).describe("Ids of tasks"),
  parent: z.string().optional().describe("The task that it is a part of; absent: it is whole"),
  blockedBy: listOf(z.string()).describe("Those of its needs that are not done"),
  branch: z.string().nullable(),
  baseCommit: z.string().nullable(),
  commit: z.string().nullable().describe("Tip of its branch"),
  mergeCommit: z.string().nullable(),
  model: z.string().nullable().describe("That of the last attempt, a reviewer's too"),
  author: z
    .string()
    .nullable()
    .describe("Whose change was committed last: a model, or a person who took over; null: nothing is committed yet"),
  reviewer: z.string().nullable().describe("The model that reviewed the work last; null: nobody has"),
  step: z
    .object({ id: z.string(), index: count.describe("From 1"), count })
    .nullable()
    .describe("The step it is at, or was at last"),
  stage: z
    .object({ id: z.string(), index: count.describe("From 1, of those that are not skipped"), count })
    .optional()
    .describe("The stage it is at, or was at last; only of a task that has stages"),
  attempts: count,
  usage,
  ...costFields,
  startedAt: instant.nullable(),
  endedAt: instant.nullable(),
  failure: taskFailure.nullable(),
  question: question.nullable().describe("The one it waits with"),
  waiting: wait.nullable().describe("What it waits for by itself"),
  proof: z
    .enum(proofs)
    .nullable()
    .describe(
      "What proves it: checks (all of them), partly, none; null: not measured yet, or not known of an older version",
    ),
  proven_by: listOf(z.string()).describe("Names of the checks that passed on it"),
  reverted: z.boolean().describe("Done, and its merge was undone"),
});
export type TaskEntryResult = z.infer<typeof task>;

/** `list`: tasks of this repository, or of all. */
export const listResult = z.object({
  v: version,
  run: z.string().nullable().describe("The current or last run here; null: none, or tasks of all repositories"),
  tasks: listOf(task),
  forecast: forecast.optional(),
  conditions: listOf(condition).optional().describe("What stands in the way of the run; none: nothing does"),
});
export type ListResult = z.infer<typeof listResult>;

/** `active`: the tasks that a model works on now. */
export const activeResult = listResult;

/** `review`: all that waits for a person, each question with its task. */
export const reviewResult = z.object({
  v: version,
  questions: listOf(
    question.extend({
      task,
      repository: z.string().optional().describe("Its folder; where the questions are of all repositories"),
    }),
  ),
});
export type ReviewResult = z.infer<typeof reviewResult>;

const plan = z.object({
  summary: z.string(),
  steps: listOf(z.object({ id: z.string(), title: z.string(), details: z.string(), files: listOf(z.string()) })),
  risks: listOf(z.string()),
});
export type TaskPlanResult = z.infer<typeof plan>;

const step = z.object({
  id: z.string(),
  title: z.string(),
  state: z.enum(stepStates),
  model: z.string().nullable(),
  commit: z.string().nullable(),
  rounds: count,
});
export type StepResult = z.infer<typeof step>;

const finding = z.object({
  id: z.string(),
  severity: z.enum(severities),
  file: z.string().nullable(),
  line: z.number().nullable(),
  text: z.string(),
  state: z.enum(findingStates),
  round: count.describe("The round in which it was first named"),
});
export type FindingResult = z.infer<typeof finding>;

const check = z.object({
  name: z.string(),
  result: z
    .enum(checkVerdicts)
    .describe(
      "known: it fails at the base too, so it does not block; environment: the base, green before, fails now too",
    ),
  durationMs: milliseconds,
  output: z.string().nullable().describe("Path of its log below the state folder"),
});
export type TaskCheckResult = z.infer<typeof check>;

const call = z.object({
  id: z.string(),
  role: z.enum(roles),
  model: z.string().nullable(),
  key: z.string().describe("Names the piece of work"),
  outcome: z.enum(outcomeKinds).nullable().describe("Null: it goes on"),
  attempts: count.describe("Those that counted"),
  durationMs: milliseconds.nullable().describe("Milliseconds, waits included; null: it goes on"),
  usage,
  ...costFields,
});
export type CallResult = z.infer<typeof call>;

/** `task ID`: one task with all that belongs to it. */
export const taskResult = z.object({
  v: version,
  task,
  plan: plan.nullable(),
  steps: listOf(step),
  findings: listOf(finding),
  checks: listOf(check),
  calls: listOf(call),
  snapshots: listOf(z.object({ ref: z.string(), commit: z.string(), reason: z.string() })),
  roadmap: roadmap.optional().describe("Only of a task that has stages"),
  outcomes: listOf(outcomeEntry)
    .optional()
    .describe("What became of the work of each model; none: nothing is over yet"),
  analysis: analysisResult.nullable().describe("Null: nobody has looked at it"),
  chosenMode: chosenModeResult.nullable().describe("Null: it is not context-aware, or has not begun"),
  ...partsOfTask,
});
export type TaskResult = z.infer<typeof taskResult>;
