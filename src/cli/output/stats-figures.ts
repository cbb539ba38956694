import type { RecordedEvent } from "../../domain/events.ts";
import type { ErrorType } from "../../domain/failure.ts";
import { quantile } from "../../domain/quantile.ts";
import { addCost, type Cost } from "../../domain/money.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { TaskState } from "../../domain/task.ts";
import { forecastEvents, forecastFigures, type ForecastFigures } from "./forecast-coverage.ts";
import {
  cacheFigures,
  cachesByRole,
  cacheUses,
  type CacheFigures,
  type NamedCache,
} from "../../view/stats/cache-figures.ts";
import { summarizeSpend, type SpendSummary } from "../../view/json/spend-summary.ts";

/** What calls tell of those who answer them. Null: there is nothing to tell it from. */
export interface CallFigures {
  readonly attempts: number;
  readonly failures: number;
  /** By the nine kinds of error. */
  readonly errors: Readonly<Partial<Record<ErrorType, number>>>;
  /** Calls that were tried again, and how many of them came to a success. */
  readonly retries: { readonly calls: number; readonly succeeded: number };
  /** Of attempts that succeeded. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Median time from the start to the first sign of life. */
  readonly startupMs: number | null;
  readonly cost: Cost;
}

/** What a set of tasks came to. Null: there is nothing to tell it from. */
export interface TaskFigures {
  readonly tasks: number;
  readonly done: number;
  readonly failed: number;
  /** Done tasks in an hour in which an engine had a run open. */
  readonly tasksPerHour: number | null;
  /** Mean of done tasks, failed attempts and rejected work included. */
  readonly costPerTask: Cost | null;
  readonly callsPerTask: number | null;
  /** Mean of done tasks, from their begin to their end. */
  readonly durationMs: number | null;
  /** Of the tasks that began, those that asked somebody. */
  readonly neededPerson: number | null;
  /** Time tasks spent in each state that they left, in all. */
  readonly phases: Readonly<Partial<Record<TaskState, number>>>;
  readonly calls: CallFigures;
}

export interface Named<T> {
  readonly name: string;
  readonly figures: T;
}

/** Several models asked at once. Partial: some answered and some failed. */
export interface AskFigures {
  readonly asks: number;
  readonly whole: number;
  readonly partial: number;
  readonly failed: number;
  readonly cancelled: number;
}

/** What the log tells about a repository. */
export interface Figures {
  readonly all: TaskFigures;
  readonly by: {
    readonly area: readonly Named<TaskFigures>[];
    readonly risk: readonly Named<TaskFigures>[];
    readonly mode: readonly Named<TaskFigures>[];
    readonly model: readonly Named<CallFigures>[];
  };
  readonly spent: SpendSummary;
  readonly asks: AskFigures;
  readonly forecasts: ForecastFigures;
  /** Null: no cache was used. */
  readonly cache: CacheFigures | null;
  readonly caches: readonly NamedCache[];
}

/** The events that figures are made from. */
export const figureEvents = [
  "budget.settled",
  "call.retried",
  "call.started",
  "call.ended",
  "task.moved",
  "question.asked",
  "run.started",
  ...forecastEvents,
] as const;

/** The events of asks that figures are made from. */
export const askEvents = ["ask.ended", "call.started", "attempt.ended"] as const;

/** `asks`: `askEvents` of all asks, which belong to no repository. A run that is open counts until now. */
export function figuresOf(
  events: readonly RecordedEvent[],
  rows: readonly TaskRow[],
  asks: readonly RecordedEvent[],
  nowMs: number,
): Figures {
  const workedMs = workedIn(events, nowMs);
  const uses = cacheUses([...events, ...asks]);
  const grouped = (nameOf: (row: TaskRow) => string): readonly Named<TaskFigures>[] =>
    [...Map.groupBy(rows, nameOf)].map(([name, group]) => {
      const ids = new Set(group.map(({ id }) => id));
      const own = events.filter(({ task }) => task !== undefined && ids.has(task));
      return { name, figures: taskFigures(own, group, workedMs) };
    });
  return {
    all: taskFigures(events, rows, workedMs),
    by: {
      area: grouped(({ spec }) => spec.area ?? "-"),
      risk: grouped(({ risk }) => risk),
      mode: grouped(({ spec }) => spec.mode),
      model: byModel(events),
    },
    spent: summarizeSpend(events),
    asks: askFigures(asks),
    forecasts: forecastFigures(events),
    cache: cacheFigures(uses),
    caches: cachesByRole(uses),
  };
}

function taskFigures(events: readonly RecordedEvent[], rows: readonly TaskRow[], workedMs: number): TaskFigures {
  const done = rows.filter(({ state }) => state === "DONE");
  const began = rows.filter(({ startedAt }) => startedAt !== null);
  const ids = new Set(done.map(({ id }) => id));
  const asked = new Set(events.flatMap((event) => (event.type === "question.asked" ? [event.data.question.task] : [])));
  const calls = events.filter(({ type, task }) => type === "call.started" && task !== undefined && ids.has(task));
  const spans = done.flatMap(({ startedAt, endedAt }) =>
    startedAt === null || endedAt === null ? [] : [endedAt - startedAt],
  );
  return {
    tasks: rows.length,
    done: done.length,
    failed: rows.filter(({ state }) => state === "FAILED").length,
    tasksPerHour: workedMs === 0 ? null : done.length / (workedMs / 3_600_000),
    costPerTask: done.length === 0 ? null : divided(done.map(({ cost }) => cost).reduce(addCost), done.length),
    callsPerTask: done.length === 0 ? null : calls.length / done.length,
    durationMs: spans.length === 0 ? null : Math.round(spans.reduce((sum, span) => sum + span, 0) / spans.length),
    neededPerson: began.length === 0 ? null : began.filter(({ id }) => asked.has(id)).length / began.length,
    phases: phasesOf(events),
    calls: callFigures(events),
  };
}

/** A call belongs to the model that its event names: where several were asked, each has its own retries. */
function byModel(events: readonly RecordedEvent[]): readonly Named<CallFigures>[] {
  const calls = events.filter((event) => modelOf(event) !== null);
  return [...Map.groupBy(calls, (event) => modelOf(event) ?? "")]
    .filter(([, own]) => own.some(({ type }) => type === "attempt.ended"))
    .map(([name, own]) => ({ name, figures: callFigures(own) }));
}

const modelOf = (event: RecordedEvent): string | null =>
  event.type === "attempt.ended" || event.type === "call.retried" || event.type === "call.ended"
    ? event.data.model
    : null;

const noCost: Cost = { micros: 0, source: "reported" };

function callFigures(events: readonly RecordedEvent[]): CallFigures {
  const ended = events.flatMap((event) => (event.type === "attempt.ended" ? [event.data] : []));
  const asked = ended.filter(({ cost }) => cost.source !== "cached");
  const durations = asked.filter(({ outcome }) => outcome === "success").map(({ durationMs }) => durationMs);
  const startups = ended.flatMap(({ startupMs }) => startupMs ?? []);
  const failed = ended.filter(({ outcome }) => outcome !== "success" && outcome !== "cancelled");
  const costs = ended.map(({ cost }) => cost);
  return {
    attempts: ended.length,
    failures: failed.length,
    errors: errorsOf(events),
    retries: retriesOf(events),
    p50Ms: quantile(durations, 0.5),
    p95Ms: quantile(durations, 0.95),
    startupMs: quantile(startups, 0.5),
    cost: costs.length === 0 ? noCost : costs.reduce(addCost),
  };
}

/** Only errors: a refusal, a budget or a person's stop is none. */
function errorsOf(events: readonly RecordedEvent[]): CallFigures["errors"] {
  const errors: Partial<Record<ErrorType, number>> = {};
  for (const event of events) {
    if (event.type !== "attempt.ended" || event.data.outcome !== "error" || event.data.failure === null) continue;
    errors[event.data.failure.type] = (errors[event.data.failure.type] ?? 0) + 1;
  }
  return errors;
}

function retriesOf(events: readonly RecordedEvent[]): CallFigures["retries"] {
  const retried = new Set(
    events.flatMap((event) => (event.type === "call.retried" && event.call !== undefined ? [event.call] : [])),
  );
  const succeeded = events.filter(
    (event) =>
      event.type === "call.ended" &&
      event.data.outcome === "success" &&
      event.call !== undefined &&
      retried.has(event.call),
  );
  return { calls: retried.size, succeeded: succeeded.length };
}

function askFigures(events: readonly RecordedEvent[]): AskFigures {
  const ends = events.flatMap((event) => (event.type === "ask.ended" ? [event.data] : []));
  const waited = ends.filter(({ cancelled }) => !cancelled);
  const answered = waited.filter((end) => end.answered.length > 0);
  return {
    asks: ends.length,
    whole: answered.filter((end) => end.failed.length === 0).length,
    partial: answered.filter((end) => end.failed.length > 0).length,
    failed: waited.length - answered.length,
    cancelled: ends.length - waited.length,
  };
}

/** Time in which an engine had a run open. */
function workedIn(events: readonly RecordedEvent[], nowMs: number): number {
  let sum = 0;
  const began = new Map<string, number>();
  for (const event of events) {
    if (event.run === null) continue;
    if (event.type === "run.started") began.set(event.run, event.at);
    if (event.type !== "run.ended") continue;
    sum += event.at - (began.get(event.run) ?? event.at);
    began.delete(event.run);
  }
  for (const at of began.values()) sum += Math.max(0, nowMs - at);
  return sum;
}

function phasesOf(events: readonly RecordedEvent[]): TaskFigures["phases"] {
  const phases: Partial<Record<TaskState, number>> = {};
  const since = new Map<string, number>();
  for (const event of events) {
    if (event.type !== "task.moved" || event.task === undefined) continue;
    const { from } = event.data;
    const before = since.get(event.task);
    if (before !== undefined && from !== "NEW") phases[from] = (phases[from] ?? 0) + event.at - before;
    since.set(event.task, event.at);
  }
  return phases;
}

const divided = (cost: Cost, by: number): Cost => ({
  ...cost,
  micros: cost.micros === null ? null : Math.round(cost.micros / by),
});
