import type { RecordedEvent } from "../domain/events.ts";
import type { ModelName } from "../domain/ids.ts";
import { addCost, type Cost } from "../domain/money.ts";
import type { TaskRow } from "../domain/rows.ts";
import type { TaskState } from "../domain/task.ts";

export interface ModelFigures {
  readonly model: ModelName;
  readonly attempts: number;
  readonly failures: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  /** Median time from the start to the first sign of life. */
  readonly startupMs: number | null;
  readonly cost: Cost;
}

export interface GroupFigures {
  readonly name: string;
  readonly tasks: number;
  readonly done: number;
  readonly failed: number;
  readonly cost: Cost;
  /** Mean of done tasks; null: none is done. */
  readonly durationMs: number | null;
}

/** What the log tells about a repository. Null: there is nothing to tell it from. */
export interface Figures {
  readonly errors: Readonly<Record<string, number>>;
  readonly retries: { readonly calls: number; readonly succeeded: number };
  readonly models: readonly ModelFigures[];
  readonly done: number;
  readonly failed: number;
  readonly tasksPerHour: number | null;
  readonly costPerTask: Cost | null;
  readonly callsPerTask: number | null;
  /** Of the tasks that began, those that asked somebody. */
  readonly neededPerson: number | null;
  /** Time tasks spent in each state that they left, in all. */
  readonly phases: Readonly<Partial<Record<TaskState, number>>>;
  readonly by: {
    readonly area: readonly GroupFigures[];
    readonly risk: readonly GroupFigures[];
    readonly mode: readonly GroupFigures[];
  };
}

/** The events that figures are made from. */
export const figureEvents = [
  "attempt.ended",
  "call.retried",
  "call.started",
  "call.ended",
  "task.moved",
  "question.asked",
  "run.started",
  "run.ended",
] as const;

export function figuresOf(events: readonly RecordedEvent[], rows: readonly TaskRow[]): Figures {
  const done = rows.filter(({ state }) => state === "DONE");
  const began = rows.filter(({ startedAt }) => startedAt !== null);
  const asked = new Set(events.flatMap((event) => (event.type === "question.asked" ? [event.data.question.task] : [])));
  const calls = events.filter(
    (event) => event.type === "call.started" && done.some(({ id }) => id === event.task),
  ).length;
  const hours = workedMs(events) / 3_600_000;
  return {
    errors: errorsOf(events),
    retries: retriesOf(events),
    models: modelsOf(events),
    done: done.length,
    failed: rows.filter(({ state }) => state === "FAILED").length,
    tasksPerHour: hours === 0 ? null : done.length / hours,
    costPerTask: done.length === 0 ? null : divided(done.map(({ cost }) => cost).reduce(addCost), done.length),
    callsPerTask: done.length === 0 ? null : calls / done.length,
    neededPerson: began.length === 0 ? null : began.filter(({ id }) => asked.has(id)).length / began.length,
    phases: phasesOf(events),
    by: {
      area: grouped(rows, ({ spec }) => spec.area ?? "-"),
      risk: grouped(rows, ({ risk }) => risk),
      mode: grouped(rows, ({ spec }) => spec.mode),
    },
  };
}

function errorsOf(events: readonly RecordedEvent[]): Readonly<Record<string, number>> {
  const errors: Record<string, number> = {};
  for (const event of events) {
    if (event.type !== "attempt.ended" || event.data.failure === null) continue;
    errors[event.data.failure.type] = (errors[event.data.failure.type] ?? 0) + 1;
  }
  return errors;
}

function retriesOf(events: readonly RecordedEvent[]): Figures["retries"] {
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

function modelsOf(events: readonly RecordedEvent[]): readonly ModelFigures[] {
  const ended = events.flatMap((event) => (event.type === "attempt.ended" ? [event.data] : []));
  return [...Map.groupBy(ended, ({ model }) => model)].map(([model, attempts]) => {
    const durations = attempts.filter(({ outcome }) => outcome === "success").map(({ durationMs }) => durationMs);
    return {
      model,
      attempts: attempts.length,
      failures: attempts.filter(({ failure }) => failure !== null).length,
      p50Ms: quantile(durations, 0.5),
      p95Ms: quantile(durations, 0.95),
      startupMs: quantile(
        attempts.flatMap(({ startupMs }) => startupMs ?? []),
        0.5,
      ),
      cost: attempts.map(({ cost }) => cost).reduce(addCost),
    };
  });
}

/** The nearest rank; null of nothing. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? null;
}

/** Time in which an engine had a run open. */
function workedMs(events: readonly RecordedEvent[]): number {
  let sum = 0;
  const began = new Map<string, number>();
  for (const event of events) {
    if (event.run === null) continue;
    if (event.type === "run.started") began.set(event.run, event.at);
    if (event.type !== "run.ended") continue;
    sum += event.at - (began.get(event.run) ?? event.at);
    began.delete(event.run);
  }
  return sum;
}

function phasesOf(events: readonly RecordedEvent[]): Figures["phases"] {
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

function grouped(rows: readonly TaskRow[], nameOf: (row: TaskRow) => string): readonly GroupFigures[] {
  return [...Map.groupBy(rows, nameOf)].map(([name, group]) => {
    const done = group.filter(({ state }) => state === "DONE");
    const spans = done.flatMap(({ startedAt, endedAt }) =>
      startedAt === null || endedAt === null ? [] : [endedAt - startedAt],
    );
    return {
      name,
      tasks: group.length,
      done: done.length,
      failed: group.filter(({ state }) => state === "FAILED").length,
      cost: group
        .filter(({ startedAt }) => startedAt !== null)
        .map(({ cost }) => cost)
        .reduce<Cost>(addCost, { micros: 0, source: "reported" }),
      durationMs: spans.length === 0 ? null : Math.round(spans.reduce((sum, span) => sum + span, 0) / spans.length),
    };
  });
}

const divided = (cost: Cost, by: number): Cost => ({
  ...cost,
  micros: cost.micros === null ? null : Math.round(cost.micros / by),
});
