import type { NewEvent } from "../../src/domain/events.ts";
import type { RepositoryId, RunId, TaskId } from "../../src/domain/ids.ts";
import { toJson } from "../../src/domain/json.ts";
import { isTerminal, taskStates } from "../../src/domain/task.ts";
import { oneOf, text } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import { archiveOf, extrasOfRow, forgetTask, taskColumns, taskOfRow } from "../folds/task-row.ts";
import type { EventTable } from "../log/event-log.ts";

export interface CleanRequest {
  readonly repository: RepositoryId;
  readonly keep: number;
  /** Calls since then are counted against what an account's window holds: their runs stay. Absent: none are. */
  readonly countedSinceMs?: number;
}

/**
 * Drops the streams of runs that ended, all but the newest `keep` of a repository, with all that was folded from them.
 * Done and failed tasks stay known as task.archived on the account stream. A run stays if one of its tasks is unfinished or has
 * events in a run that stays: a task's events are kept or dropped as a whole. Called in a write transaction.
 */
export function cleanRuns(sql: Sql, events: EventTable, request: CleanRequest): readonly RunId[] {
  const { repository } = request;
  const dropped = droppable(sql, request);
  const tasks = tasksOf(sql, repository, dropped);
  for (const task of tasks) {
    const row = sql.get(`SELECT ${taskColumns} FROM task WHERE repository = ? AND id = ?`, repository, task);
    if (row === null) {
      forgetTask(sql, repository, task);
      continue;
    }
    const archived: NewEvent = {
      type: "task.archived",
      task,
      data: { row: toJson(archiveOf(taskOfRow(row), extrasOfRow(row))) },
    };
    events.append({ repository, run: null, events: [archived] });
  }
  for (const run of dropped) {
    for (const table of ["settings", "total", "question"]) sql.run(`DELETE FROM ${table} WHERE run = ?`, run);
    sql.run("DELETE FROM call WHERE run = ?", run);
    sql.run("DELETE FROM run WHERE id = ?", run);
    sql.run("DELETE FROM event WHERE stream = ?", streamOf(run));
  }
  // Where a task was added before there was any run.
  sql.run(
    "DELETE FROM event WHERE repository = ? AND task IN (SELECT value FROM json_each(?)) AND stream <> 'account' AND run NOT IN (SELECT id FROM run)",
    repository,
    JSON.stringify(tasks),
  );
  return dropped;
}

/** The runs that `cleanRuns` would drop. */
export function droppable(sql: Sql, { repository, keep, countedSinceMs }: CleanRequest): readonly RunId[] {
  const old = sql.all(
    "SELECT id, ended_at FROM run WHERE repository = ? ORDER BY pos DESC LIMIT -1 OFFSET ?",
    repository,
    Math.max(0, keep),
  );
  const counted = countedSinceMs === undefined ? new Set() : runsSince(sql, countedSinceMs);
  let runs = old.filter((row) => row["ended_at"] !== null && !counted.has(row["id"])).map((row) => text(row, "id"));
  for (;;) {
    const kept = runs.filter((run) => mayDrop(sql, repository, run, runs));
    if (kept.length === runs.length) return runs;
    runs = kept;
  }
}

/** Runs in which a model was asked since then. */
const runsSince = (sql: Sql, sinceMs: number): ReadonlySet<unknown> =>
  new Set(
    sql
      .all("SELECT DISTINCT c.run AS run FROM attempt a JOIN call c ON c.id = a.call WHERE a.started_at > ?", sinceMs)
      .map((row) => row["run"]),
  );

function mayDrop(sql: Sql, repository: RepositoryId, run: RunId, runs: readonly RunId[]): boolean {
  return tasksOf(sql, repository, [run]).every((task) => {
    const row = sql.get("SELECT state FROM task WHERE repository = ? AND id = ?", repository, task);
    if (row !== null && !isTerminal(oneOf(row, "state", taskStates))) return false;
    const elsewhere = sql.value(
      `SELECT 1 FROM event WHERE repository = ? AND task = ? AND stream <> 'account'
         AND run IN (SELECT id FROM run) AND run NOT IN (SELECT value FROM json_each(?)) LIMIT 1`,
      repository,
      task,
      JSON.stringify(runs),
    );
    return elsewhere === null;
  });
}

/** Tasks that have events in the streams of these runs. */
function tasksOf(sql: Sql, repository: RepositoryId, runs: readonly RunId[]): readonly TaskId[] {
  const streams = JSON.stringify(runs.map(streamOf));
  return sql
    .all(
      `SELECT DISTINCT task FROM event WHERE stream IN (SELECT value FROM json_each(?)) AND repository = ? AND task IS NOT NULL ORDER BY task`,
      streams,
      repository,
    )
    .map((row) => text(row, "task"));
}

const streamOf = (run: RunId): string => `run:${run}`;
