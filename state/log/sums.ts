import type { RepositoryId, TaskId } from "../../src/domain/ids.ts";
import { integer, text } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";

/** What people and engines go by; what it cost is added up again by `check`. */
const taskSum = `checksum(run, position, state, area, digest, stale_digest, settings_digest, pipeline_version, generation, risk,
  branch, worktree, base_commit, tip, merge_commit, failure, proof, started_at, ended_at, attempts, cost_micros, rev, spec)`;
const eventSum = "checksum(stream, seq, tx, at, v, run, repository, task, step, call, correlation, type, data)";

/** Keeps with the rows of these tasks what they sum to. */
export function sumTasks(sql: Sql, repository: RepositoryId | null, tasks: ReadonlySet<TaskId>): void {
  for (const task of tasks)
    sql.run(`UPDATE task SET sum = ${taskSum} WHERE repository = ? AND id = ?`, repository, task);
}

/** The same with all of them. */
export const sumAllTasks = (sql: Sql): number => sql.run(`UPDATE task SET sum = ${taskSum}`);

/** The same with new events. */
export const sumEvents = (sql: Sql, from: number): number =>
  sql.run(`UPDATE event SET sum = ${eventSum} WHERE pos >= ?`, from);

/** Tasks whose rows somebody else has changed. */
export const editedTasks = (sql: Sql): readonly { readonly repository: RepositoryId; readonly task: TaskId }[] =>
  sql
    .all(`SELECT repository, id FROM task WHERE sum IS NOT NULL AND sum <> ${taskSum}`)
    .map((row) => ({ repository: text(row, "repository"), task: text(row, "id") }));

/** Positions of events that are not what was written. */
export const changedEvents = (sql: Sql): readonly number[] =>
  sql
    .all(`SELECT pos FROM event WHERE sum IS NOT NULL AND sum <> ${eventSum} ORDER BY pos`)
    .map((row) => integer(row, "pos"));
