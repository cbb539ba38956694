import { assert } from "../../src/domain/assert.ts";
import type { EventType } from "../../src/domain/events.ts";
import type { RepositoryId, RunId, TaskId } from "../../src/domain/ids.ts";
import { addCost, costSources, type Cost, type Usage } from "../../src/domain/money.ts";
import { integer, integerOrNull, oneOf, type Row } from "../connection/columns.ts";
import type { Sql, Value } from "../connection/sql.ts";
import type { Envelope, EventOf } from "../events/event-record.ts";

/**
 * Writes what an event makes true into the tables, in the transaction that appends it. `tx` is the position of the first event
 * of that transaction. A fold reads nothing but folded tables and its event, so that folding the log again gives equal tables.
 */
export type Fold<T extends EventType> = (sql: Sql, event: EventOf<T>, tx: number) => void;

export type Folds = { readonly [T in EventType]: Fold<T> };

/** For events that are only ever read from the log. */
export const noFold = (): void => {};

export interface TaskPlace {
  readonly repository: RepositoryId;
  readonly task: TaskId;
}

/** The task an event is about. An event of a kind that needs one and has none is a bug of whoever wrote it. */
export function taskOf(event: Envelope & { readonly type: string }): TaskPlace {
  assert(event.repository !== null && event.task !== undefined, `${event.type} says no repository or task`);
  return { repository: event.repository, task: event.task };
}

export function runOf(event: Envelope & { readonly type: string }): RunId {
  assert(event.run !== null, `${event.type} says no run`);
  return event.run;
}

/** The generation a task is in now. */
export function generationOf(sql: Sql, event: Envelope & { readonly type: string }): number {
  const { repository, task } = taskOf(event);
  const generation = sql.value("SELECT generation FROM task WHERE repository = ? AND id = ?", repository, task);
  assert(typeof generation === "number", `${event.type} of the unknown task ${task}`);
  return generation;
}

/** SQL that adds an ended attempt to a row of sums; its values are those of `addedSums`. */
export const addSums = `ends = ends + 1, input = input + ?, output = output + ?, cache_read = cache_read + ?,
  cache_write = cache_write + ?, reasoning = reasoning + ?, cost_micros = ?, cost_source = ?`;

export function addedSums(row: Row, usage: Usage, cost: Cost): readonly Value[] {
  const sum = integer(row, "ends") === 0 ? cost : addCost(costIn(row), cost);
  return [...usageValues(usage), sum.micros, sum.source];
}

export const usageValues = (usage: Usage): readonly number[] => [
  usage.input,
  usage.output,
  usage.cacheRead,
  usage.cacheWrite,
  usage.reasoning,
];

export const usageIn = (row: Row): Usage => ({
  input: integer(row, "input"),
  output: integer(row, "output"),
  cacheRead: integer(row, "cache_read"),
  cacheWrite: integer(row, "cache_write"),
  reasoning: integer(row, "reasoning"),
});

export const costIn = (row: Row): Cost => ({
  micros: integerOrNull(row, "cost_micros"),
  source: oneOf(row, "cost_source", costSources),
});
