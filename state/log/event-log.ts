import { Bug } from "../../src/domain/assert.ts";
import type { EventType, NewEvent, RecordedEvent } from "../../src/domain/events.ts";
import type { TaskId } from "../../src/domain/ids.ts";
import { LeaseLost } from "../../src/domain/lease-lost.ts";
import type { Batch, EventFilter } from "../../src/engine/ports/event-log.ts";
import type { Fence } from "../../src/engine/ports/leases.ts";
import { integer, Unreadable } from "../connection/columns.ts";
import type { Sql, Value } from "../connection/sql.ts";
import { newBody, recordedEvent, type Envelope } from "../events/event-record.ts";
import { versionOf, type Upcasts } from "../events/upcast.ts";
import { foldEvent } from "../folds/fold.ts";
import { outcomeEvents } from "./outcome-events.ts";
import { sumAllTasks, sumEvents, sumTasks } from "./sums.ts";
import { emptyFoldedTables } from "./tables.ts";

/**
 * What is of the account, whichever run had it written; it outlives the run. So does what another run may refer to when the
 * first one is gone: commands, which one run is given and the next may take, the ends of tasks, and what came of asks.
 */
const accountTypes: ReadonlySet<EventType> = new Set<EventType>([
  "hold.set",
  "hold.released",
  "account.used",
  "breaker.moved",
  "budget.settled",
  "task.archived",
  "task.dropped",
  "command.given",
  "command.taken",
  "ask.started",
  "ask.ended",
  "ask.voted",
  "check.waived",
  "check.regained",
  "outcome.recorded",
  "outcome.corrected",
  "regression.found",
]);

const foldedAtOnce = 1_000;

/** The events themselves. All methods but the reads are called inside a write transaction. */
export class EventTable {
  readonly #sql: Sql;
  readonly #now: () => number;
  readonly #upcasts: Upcasts;
  readonly #owed: () => Batch | null;

  /** `owed`: what is to be written together with the next events, told once. */
  constructor(sql: Sql, now: () => number, upcasts: Upcasts, owed: () => Batch | null = () => null) {
    this.#sql = sql;
    this.#now = now;
    this.#upcasts = upcasts;
    this.#owed = owed;
  }

  /** Position of the newest event there ever was; 0: none. */
  head(): number {
    const head = this.#sql.value("SELECT seq FROM sqlite_sequence WHERE name = 'event'");
    return typeof head === "number" ? head : 0;
  }

  /** Writes the batch's events, with the outcomes of work that they make known, and folds them. Throws LeaseLost, and a Bug where an event is not legal. */
  append(batch: Batch): readonly RecordedEvent[] {
    if (batch.fence !== undefined) this.#checkFence(batch.fence);
    const owed = batch.events.length === 0 ? null : this.#owed();
    if (owed !== null) this.append(owed);
    const first = this.head() + 1;
    const at = this.#now();
    const sequences = new Map<string, number>();
    const tasks = new Set<TaskId>();
    const appended: RecordedEvent[] = [];
    const add = (event: NewEvent): void => {
      const stream = accountTypes.has(event.type) || batch.run === null ? "account" : `run:${batch.run}`;
      const seq = (sequences.get(stream) ?? this.#lastOf(stream)) + 1;
      sequences.set(stream, seq);
      const recorded = this.#insert(batch, event, { pos: first + appended.length, seq, at, tx: first, stream });
      foldEvent(this.#sql, recorded, first);
      if (event.task !== undefined) tasks.add(event.task);
      if (event.type === "task.added") tasks.add(event.data.spec.id);
      appended.push(recorded);
    };
    batch.events.forEach(add);
    outcomeEvents(this.#sql, appended).forEach(add);
    if (appended.length > 0) sumEvents(this.#sql, first);
    sumTasks(this.#sql, batch.repository, tasks);
    return appended;
  }

  /** In ascending order of position. */
  since(pos: number, filter: EventFilter): readonly RecordedEvent[] {
    const where = ["pos > ?"];
    const values: Value[] = [pos];
    for (const column of ["repository", "run", "task"] as const) {
      const wanted = filter[column];
      if (wanted === undefined) continue;
      where.push(`${column} = ?`);
      values.push(wanted);
    }
    if (filter.types !== undefined) {
      where.push("type IN (SELECT value FROM json_each(?))");
      values.push(JSON.stringify(filter.types));
    }
    const order = filter.last === true ? "DESC" : "ASC";
    const text = `SELECT * FROM event WHERE ${where.join(" AND ")} ORDER BY pos ${order} LIMIT ?`;
    const events = this.#sql.all(text, ...values, filter.limit ?? -1).map((row) => recordedEvent(row, this.#upcasts));
    return filter.last === true ? events.reverse() : events;
  }

  /** Empties the folded tables and folds the whole log again. */
  refold(): void {
    emptyFoldedTables(this.#sql);
    for (let pos = 0; ;) {
      const rows = this.#sql.all("SELECT * FROM event WHERE pos > ? ORDER BY pos LIMIT ?", pos, foldedAtOnce);
      for (const row of rows) {
        const event = recordedEvent(row, this.#upcasts);
        foldEvent(this.#sql, event, integer(row, "tx"));
        pos = event.pos;
      }
      if (rows.length < foldedAtOnce) break;
    }
    sumAllTasks(this.#sql);
  }

  #insert(
    batch: Batch,
    event: NewEvent,
    place: {
      readonly pos: number;
      readonly seq: number;
      readonly at: number;
      readonly tx: number;
      readonly stream: string;
    },
  ): RecordedEvent {
    const { pos, seq, at } = place;
    const data = JSON.stringify(event.data);
    this.#sql.run(
      `INSERT INTO event (pos, stream, seq, tx, at, v, run, repository, task, step, call, correlation, type, data)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      pos,
      place.stream,
      seq,
      place.tx,
      at,
      versionOf(this.#upcasts, event.type),
      batch.run,
      batch.repository,
      event.task ?? null,
      event.step ?? null,
      event.call ?? null,
      event.correlation ?? null,
      event.type,
      data,
    );
    const envelope: Envelope = {
      pos,
      seq,
      at,
      run: batch.run,
      repository: batch.repository,
      ...(event.task === undefined ? {} : { task: event.task }),
      ...(event.step === undefined ? {} : { step: event.step }),
      ...(event.call === undefined ? {} : { call: event.call }),
      ...(event.correlation === undefined ? {} : { correlation: event.correlation }),
    };
    return Object.assign(readableBody(event, data), envelope);
  }

  #lastOf(stream: string): number {
    const last = this.#sql.value("SELECT max(seq) FROM event WHERE stream = ?", stream);
    return typeof last === "number" ? last : 0;
  }

  #checkFence(fence: Fence): void {
    const held = this.#sql.value(
      "SELECT 1 FROM lease WHERE repository = ? AND task = ? AND owner = ? AND epoch = ? AND held = 1",
      fence.repository,
      fence.task,
      fence.owner,
      fence.epoch,
    );
    if (held === null) throw new LeaseLost(fence.task);
  }
}

/** What is folded now is what will be read back; an event that could not be is a bug of whoever wrote it. */
function readableBody(event: NewEvent, data: string): ReturnType<typeof newBody> {
  try {
    return newBody(event, data);
  } catch (error) {
    if (error instanceof Unreadable) throw new Bug(error.message, { cause: error });
    throw error;
  }
}
