import type { RepositoryId, TaskId } from "../../src/domain/ids.ts";
import type { TaskRow, WorkTime } from "../../src/domain/rows.ts";
import { modes, risks } from "../../src/domain/task.ts";
import type { TaskDetail, TaskReads } from "../../src/engine/ports/task-reads.ts";
import { integer, json, oneOf, text, type Row } from "../connection/columns.ts";
import type { LedgerConnection } from "../connection/ledger-connection.ts";
import type { Sql, Value } from "../connection/sql.ts";
import { json as anyJson } from "../events/value-schemas.ts";
import { taskColumns, taskOfRow } from "../folds/task-row.ts";
import { pastTasks } from "./past-tasks.ts";
import { detailOf } from "./task-detail.ts";

type ListFilter = NonNullable<Parameters<TaskReads["list"]>[1]>;

/** More unknown rows than this are read with one statement. */
const manyRows = 100;
const spareRows = 10_000;

/**
 * Reads of tasks. A row that has not changed since it was read is the same object again: `rev`, the position of the event that
 * changed it last, names one state of one task for ever, so a long list costs little more than its revs.
 */
export class TaskTable implements TaskReads {
  readonly #connection: LedgerConnection;
  #rows = new Map<number, TaskRow>();

  constructor(connection: LedgerConnection) {
    this.#connection = connection;
  }

  /** After a rebuild by other code the same rev may mean another row. */
  forget(): void {
    this.#rows.clear();
  }

  list(repository: RepositoryId | null, filter: ListFilter = {}): Promise<readonly TaskRow[]> {
    return this.#connection.read(() => this.#list(repository, filter));
  }

  get(repository: RepositoryId, task: TaskId): Promise<TaskRow | null> {
    return this.#connection.read(() => this.#get(repository, task));
  }

  detail(repository: RepositoryId, task: TaskId): Promise<TaskDetail | null> {
    return this.#connection.read(() => {
      const row = this.#get(repository, task);
      return row === null ? null : detailOf(this.#connection.sql, row);
    });
  }

  workTimes(repository: RepositoryId, nowMs: number | null): ReturnType<TaskReads["workTimes"]> {
    return this.#connection.read(() => ({
      done: workTimes(this.#connection.sql, repository, "state = 'DONE' ORDER BY ended_at DESC LIMIT 500", null),
      open: workTimes(this.#connection.sql, repository, "state NOT IN ('NEW', 'DONE', 'FAILED')", nowMs),
    }));
  }

  past(repository: RepositoryId): ReturnType<TaskReads["past"]> {
    return this.#connection.read(() => pastTasks(this.#connection.sql, repository));
  }

  results(repository: RepositoryId, task: TaskId, generation: number): ReturnType<TaskReads["results"]> {
    return this.#connection.read(() =>
      this.#connection.sql
        .all(
          "SELECT key, inputs, result FROM result WHERE repository = ? AND task = ? AND generation = ? ORDER BY pos",
          repository,
          task,
          generation,
        )
        .map((row) => ({
          key: `g${generation}/${text(row, "key")}`,
          inputs: text(row, "inputs"),
          result: json(row, "result", (data) => anyJson.parse(data)),
        })),
    );
  }

  #get(repository: RepositoryId, task: TaskId): TaskRow | null {
    const { sql } = this.#connection;
    const rev = sql.value("SELECT rev FROM task WHERE repository = ? AND id = ?", repository, task);
    return typeof rev === "number" ? (this.#rows.get(rev) ?? this.#read(rev)) : null;
  }

  #list(repository: RepositoryId | null, filter: ListFilter): readonly TaskRow[] {
    const { sql } = this.#connection;
    const { where, values } = conditions(repository, filter);
    const tail = `FROM task WHERE ${where} ORDER BY position LIMIT ? OFFSET ?`;
    const page = [...values, filter.limit ?? -1, filter.offset ?? 0];
    const revs = sql.column(`SELECT rev ${tail}`, ...page).filter((rev) => typeof rev === "number");
    const unknown = revs.reduce((count, rev) => count + (this.#rows.has(rev) ? 0 : 1), 0);
    if (unknown > manyRows) for (const row of sql.all(`SELECT ${taskColumns} ${tail}`, ...page)) this.#keep(row);
    const rows = revs.map((rev) => this.#rows.get(rev) ?? this.#read(rev));
    if (this.#rows.size > 2 * rows.length + spareRows) this.#rows = new Map(rows.map((row, i) => [revs[i] ?? 0, row]));
    return rows;
  }

  #read(rev: number): TaskRow {
    const row = this.#connection.sql.get(`SELECT ${taskColumns} FROM task WHERE rev = ?`, rev);
    if (row === null) throw new RangeError(`no task has the revision ${rev}`);
    return this.#keep(row);
  }

  #keep(row: Row): TaskRow {
    const rev = integer(row, "rev");
    const known = this.#rows.get(rev);
    if (known !== undefined) return known;
    const task = taskOfRow(row);
    this.#rows.set(rev, task);
    return task;
  }
}

function conditions(
  repository: RepositoryId | null,
  filter: ListFilter,
): { readonly where: string; readonly values: readonly Value[] } {
  const where = ["1"];
  const values: Value[] = [];
  if (repository !== null) {
    where.push("repository = ?");
    values.push(repository);
  }
  if (filter.states !== undefined) {
    where.push("state IN (SELECT value FROM json_each(?))");
    values.push(JSON.stringify(filter.states));
  }
  if (filter.area !== undefined) {
    where.push("area = ?");
    values.push(filter.area);
  }
  if (filter.parent !== undefined) {
    where.push("parent = ?");
    values.push(filter.parent);
  }
  return { where: where.join(" AND "), values };
}

/** The tasks are chosen first, so that nothing is added up for those that are not asked for. */
const query = (which: string): string => `
  SELECT id, given_risk, json_extract(spec, '$.mode') AS mode,
    (SELECT coalesce(sum(coalesce(attempt.duration_ms, max(0, ? - attempt.started_at))), 0)
       FROM call CROSS JOIN attempt ON attempt.call = call.id
       WHERE call.repository = task.repository AND call.task = task.id AND attempt.outcome IS NOT 'crashed')
    + (SELECT coalesce(sum(json_extract(result, '$.durationMs')), 0)
       FROM check_result WHERE repository = task.repository AND task = task.id) AS worked
  FROM (SELECT rowid FROM task WHERE repository = ? AND ${which}) AS chosen CROSS JOIN task ON task.rowid = chosen.rowid`;

/** Tasks that worked at all, as a time-out counts it. Those of runs that were cleaned away did not. */
const workTimes = (sql: Sql, repository: RepositoryId, which: string, nowMs: number | null): readonly WorkTime[] =>
  sql
    .all(query(which), nowMs, repository)
    .map((row) => ({
      task: text(row, "id"),
      mode: oneOf(row, "mode", modes),
      risk: oneOf(row, "given_risk", risks),
      workedMs: integer(row, "worked"),
    }))
    .filter(({ workedMs }) => workedMs > 0);
