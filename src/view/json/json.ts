import type { CostResult, UsageResult } from "../../actions/results/amounts.ts";
import type { ConditionResult } from "../../actions/results/condition.ts";
import type { CallError } from "../../actions/results/failure.ts";
import type { ProblemsResult } from "../../actions/results/problem.ts";
import type { SummaryResult } from "../../actions/results/run.ts";
import type {
  CallResult,
  FindingResult,
  ListResult,
  ReviewResult,
  StepResult,
  TaskCheckResult,
  TaskEntryResult,
  TaskPlanResult,
  TaskResult,
  WaitResult,
} from "../../actions/results/task.ts";
import type { Analysis, ChosenMode } from "../../domain/analysis.ts";
import type { Finding, Plan } from "../../domain/answers.ts";
import type { Failure } from "../../domain/failure.ts";
import type { Forecast } from "../../domain/forecast.ts";
import { addCost, addUsage, microsToUsd, noUsage, totalTokens, type Cost, type Usage } from "../../domain/money.ts";
import type { Problem } from "../../domain/problem.ts";
import type { Question } from "../../domain/question.ts";
import type { TaskRoadmap } from "../../domain/roadmap.ts";
import type { CallRow, CheckRow, ModelTotals, RunRow, SnapshotRow, StepRow, TaskRow } from "../../domain/rows.ts";
import { blockedBy, derivedOf, isReverted, waitingFor, type TaskWorld } from "../tasks/derived.ts";
import { entryOf } from "../tasks/task-entry.ts";
import type { KnownParts } from "../tasks/part-lines.ts";
import { countTasks } from "../tasks/task-list.ts";
import type { TaskWait } from "../tasks/task-wait.ts";
import { madeJson } from "./analysis-json.ts";
import { partsJson } from "./parts-json.ts";
import { questionJson } from "./question-json.ts";
import { roadmapJson } from "./roadmap-json.ts";
import { spendJson, type SpendSummary } from "./spend-summary.ts";

/** What scripts read. The shapes are a promise, kept by the schemas of results: what changes their meaning is a new `v`. */
export const jsonVersion = 1;

/** Instants as ISO UTC. */
export const iso = (at: number): string => new Date(at).toISOString();
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

export const usageJson = (usage: Usage): UsageResult => ({
  input: usage.input,
  output: usage.output,
  cacheRead: usage.cacheRead,
  cacheWrite: usage.cacheWrite,
  reasoning: usage.reasoning,
  total: totalTokens(usage),
});

/** costUsd null: unknown. */
export const costJson = (cost: Cost): CostResult => ({
  costUsd: cost.micros === null ? null : microsToUsd(cost.micros),
  costSource: cost.source,
});

export const failureJson = (failure: Failure): CallError => ({
  type: failure.type,
  reason: failure.reason,
  retryable: failure.retryable,
  retryAfterMs: failure.retryAfterMs,
  resetAt: isoOrNull(failure.resetAtMs),
  message: failure.message,
});

const waitJson = (wait: TaskWait | null): WaitResult | null =>
  wait === null ? null : { kind: wait.kind, until: isoOrNull(wait.untilMs), reason: wait.reason };

/** `question`: the one the task waits with, if any. */
export const taskJson = (row: TaskRow, world: TaskWorld, question: Question | null): TaskEntryResult => ({
  id: row.id,
  goal: row.spec.goal,
  state: row.state,
  derived: derivedOf(row, world),
  risk: row.risk,
  area: row.spec.area,
  mode: row.spec.mode,
  priority: row.spec.priority,
  needs: row.spec.needs,
  ...(row.spec.parent === undefined ? {} : { parent: row.spec.parent }),
  blockedBy: blockedBy(row, world),
  branch: row.branch,
  baseCommit: row.baseCommit,
  commit: row.commit,
  mergeCommit: row.mergeCommit,
  model: row.model,
  author: row.author,
  reviewer: row.reviewer,
  step: row.step === null ? null : { id: row.step.id, index: row.step.index, count: row.step.count },
  ...(row.stage === undefined ? {} : { stage: row.stage }),
  attempts: row.attempts,
  usage: usageJson(row.usage),
  ...costJson(row.cost),
  startedAt: isoOrNull(row.startedAt),
  endedAt: isoOrNull(row.endedAt),
  failure:
    row.failure === null ? null : { type: row.failure.type, reason: row.failure.reason, message: row.failure.message },
  question: question === null ? null : questionJson(question),
  waiting: waitJson(waitingFor(row, world)),
  proof: row.proof?.proof ?? null,
  proven_by: row.proof?.provenBy ?? [],
  reverted: isReverted(row, world),
});

const questionOf = (row: TaskRow, questions: readonly Question[]): Question | null =>
  questions.find((question) => question.task === row.id) ?? null;

const forecastJson = (forecast: Forecast | null): { readonly forecast?: Forecast } =>
  forecast === null ? {} : { forecast };

/** `list` and `active`. `world` is made from all rows of the repository, `rows` are those asked for. */
export const listJson = (
  run: RunRow | null,
  rows: readonly TaskRow[],
  world: TaskWorld,
  questions: readonly Question[],
  forecast: Forecast | null = null,
  conditions: readonly ConditionResult[] | null = null,
): ListResult => ({
  v: jsonVersion,
  run: run?.id ?? null,
  tasks: rows.map((row) => taskJson(row, world, questionOf(row, questions))),
  ...forecastJson(forecast),
  ...(conditions === null ? {} : { conditions }),
});

/** `review`: each question with its task. */
export const reviewJson = (
  questions: readonly Question[],
  rows: readonly TaskRow[],
  world: TaskWorld,
): ReviewResult => ({
  v: jsonVersion,
  questions: questions.flatMap((question) => {
    const row = rows.find(({ id }) => id === question.task);
    return row === undefined ? [] : [{ ...questionJson(question), task: taskJson(row, world, question) }];
  }),
});

const stepJson = (step: StepRow): StepResult => ({
  id: step.id,
  title: step.title,
  state: step.state,
  model: step.model,
  commit: step.commit,
  rounds: step.rounds,
});

const findingJson = (finding: Finding): FindingResult => ({
  id: finding.id,
  severity: finding.severity,
  file: finding.file,
  line: finding.line,
  text: finding.text,
  state: finding.state,
  round: finding.round,
});

const checkJson = (check: CheckRow): TaskCheckResult => ({
  name: check.name,
  result: check.result,
  durationMs: check.durationMs,
  output: check.output,
});

const callJson = (call: CallRow): CallResult => ({
  id: call.id,
  role: call.role,
  model: call.model,
  key: call.key,
  outcome: call.outcome,
  attempts: call.attempts,
  durationMs: call.endedAt === null ? null : call.endedAt - call.startedAt,
  usage: usageJson(call.usage),
  ...costJson(call.cost),
});

const planJson = (plan: Plan): TaskPlanResult => ({
  summary: plan.summary,
  steps: plan.steps.map((step) => ({ id: step.id, title: step.title, details: step.details, files: step.files })),
  risks: plan.risks,
});

/** What `task ID --json` is made of; TaskFacts fit. */
export interface TaskDetailRows extends KnownParts {
  readonly task: TaskRow;
  readonly steps: readonly StepRow[];
  readonly findings: readonly Finding[];
  readonly checks: readonly CheckRow[];
  readonly calls: readonly CallRow[];
  readonly snapshots: readonly SnapshotRow[];
  readonly question: Question | null;
  readonly plan: { readonly plan: Plan } | null;
  readonly roadmap?: TaskRoadmap;
  readonly analysis?: Analysis;
  readonly chosenMode?: ChosenMode;
}

export const taskDetailJson = (detail: TaskDetailRows, world: TaskWorld): TaskResult => ({
  v: jsonVersion,
  task: taskJson(detail.task, world, detail.question),
  plan: detail.plan === null ? null : planJson(detail.plan.plan),
  steps: detail.steps.map(stepJson),
  findings: detail.findings.map(findingJson),
  checks: detail.checks.map(checkJson),
  calls: detail.calls.map(callJson),
  snapshots: detail.snapshots.map(({ ref, commit, reason }) => ({ ref, commit, reason })),
  ...(detail.roadmap === undefined ? {} : { roadmap: roadmapJson(detail.roadmap) }),
  ...madeJson(detail),
  ...partsJson(detail),
});

/** What a summary counts. `calls` and `retries` are of the run; `rows` its tasks. */
export interface SummaryFacts {
  readonly run: RunRow;
  readonly rows: readonly TaskRow[];
  readonly world: TaskWorld;
  readonly totals: readonly ModelTotals[];
  readonly calls: number;
  readonly retries: number;
  readonly spent: SpendSummary;
  /** Null: nothing works, or nobody can say. */
  readonly forecast: Forecast | null;
  readonly conditions?: readonly ConditionResult[];
}

/** Usage and cost over all models; without a call they are nothing and $0. `add`: how costs are summed. */
export const sumOf = (
  totals: readonly ModelTotals[],
  add: typeof addCost = addCost,
): { readonly usage: Usage; readonly cost: Cost } =>
  totals.length === 0
    ? { usage: noUsage, cost: { micros: 0, source: "reported" } }
    : {
        usage: totals.map(({ usage }) => usage).reduce(addUsage),
        cost: totals.map(({ cost }) => cost).reduce((sum, cost) => add(sum, cost)),
      };

export function summaryJson(facts: SummaryFacts): SummaryResult {
  const { run, rows, world, totals } = facts;
  const sum = sumOf(totals);
  const counts = countTasks(rows.map((row) => entryOf(row, world)));
  return {
    v: jsonVersion,
    run: {
      id: run.id,
      state: run.state,
      startedAt: iso(run.startedAt),
      endedAt: isoOrNull(run.endedAt),
      exitCode: run.exitCode,
    },
    // As it always was: by state, and a task that was undone is in the state DONE.
    tasks: { ...counts, done: counts.done + (counts.reverted ?? 0) },
    proven: rows
      .filter(({ state }) => state === "DONE")
      .map(({ id, proof, author, reviewer }) => ({
        task: id,
        proof: proof?.proof ?? null,
        proven_by: proof?.provenBy ?? [],
        author,
        reviewer,
      })),
    calls: facts.calls,
    retries: facts.retries,
    usage: usageJson(sum.usage),
    ...costJson(sum.cost),
    ...spendJson(facts.spent),
    ...forecastJson(facts.forecast),
    ...(facts.conditions === undefined ? {} : { conditions: facts.conditions }),
    byModel: totals.map((each) => ({
      model: each.model,
      calls: each.calls,
      failures: each.failures,
      usage: usageJson(each.usage),
      costUsd: costJson(each.cost).costUsd,
    })),
  };
}

export const problemsJson = (problems: readonly Problem[]): ProblemsResult => ({
  v: jsonVersion,
  problems: problems.map(({ file, line, column, code, message, hint }) => ({
    file,
    line,
    column,
    code,
    message,
    hint,
  })),
});
