import type { RepositoryId } from "../../src/domain/ids.ts";
import type { Refusal, ReservationRequest } from "../../src/engine/ports/calls.ts";
import type { Batch } from "../../src/engine/ports/event-log.ts";
import { flag, integer, type Row } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import { daySpend, runSpend, taskSpend } from "../folds/spend-scope.ts";

type Scope = Exclude<Refusal["scope"], "call">;

/** Where a reservation says what it counts for; what a part reserves counts for its parent too. */
const isUnder: Record<Scope, string> = {
  task: "? IN (task_scope, parent_scope)",
  run: "run_scope = ?",
  day: "day_scope = ?",
};

/** How long after the end of all its leases an engine is taken to be dead: it may only be late. */
const lateMs = 60_000;

/** Reservations of others under one name. */
interface Reserved {
  /** Of repositories that have an engine, or of none in particular. */
  readonly liveMicros: number;
  /** Of those, what is another repository's. */
  readonly elsewhereMicros: number;
  /** Of repositories whose engine died and did not come back: it may have been spent. */
  readonly lostMicros: number;
}

/**
 * Money that calls which run now may still spend. Not events: a reservation is gone when its attempt ends, and one whose
 * attempt is not running any more is dropped by `sweep`. What a dead engine had reserved counts as spent until the next engine
 * of its repository settles it, so that nobody waits for it.
 */
export class Reservations {
  readonly #sql: Sql;
  readonly #now: () => number;

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql;
    this.#now = now;
  }

  /** Takes the money, or says which cap it does not fit under. `spend`: waiting is of no use; it is told first. */
  reserve(batch: Batch, request: ReservationRequest): Refusal | null {
    const scopes = scopesOf(batch, request);
    const refusals: Refusal[] = [];
    for (const { scope, name, cap: written } of scopes) {
      if (name === null || written === null) continue;
      const cap = written + Math.max(0, this.raised(name) - (request.grantedMicros ?? 0));
      const { liveMicros, elsewhereMicros, lostMicros } = this.#others(scope, name, request.id, batch.repository);
      const spent = this.spent(name) + lostMicros;
      if (spent + liveMicros + request.micros <= cap) continue;
      const by = spent + request.micros > cap ? "spend" : "reservations";
      const leftMicros = Math.max(0, cap - spent - (by === "spend" ? 0 : liveMicros));
      const elsewhere = by === "reservations" && elsewhereMicros > 0 ? { elsewhere: true } : {};
      refusals.push({ scope, wantedMicros: request.micros, leftMicros, by, ...elsewhere });
    }
    const refusal = refusals.find(({ by }) => by === "spend") ?? refusals[0] ?? null;
    if (refusal !== null) return refusal;
    const nameOf = (wanted: Scope): string | null => scopes.find(({ scope }) => scope === wanted)?.name ?? null;
    this.#sql.run(
      "INSERT OR REPLACE INTO reservation (id, repository, task_scope, run_scope, day_scope, parent_scope, micros, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      request.id,
      batch.repository,
      nameOf("task"),
      nameOf("run"),
      nameOf("day"),
      parentScope(batch, request),
      request.micros,
      batch.fence?.owner ?? null,
    );
    return null;
  }

  /** Gives the money back; returns how much it was. */
  release(id: string): number {
    const micros = numberOr0(this.#sql.value("SELECT micros FROM reservation WHERE id = ?", id));
    this.#sql.run("DELETE FROM reservation WHERE id = ?", id);
    return micros;
  }

  /** Drops what no running attempt of the repository has: its engine died between an end and a new start. */
  sweep(repository: RepositoryId): void {
    this.#sql.run(
      `DELETE FROM reservation WHERE repository = ? AND id NOT IN (
         SELECT reservation FROM attempt WHERE repository = ? AND state <> 'ended' AND reservation IS NOT NULL)`,
      repository,
      repository,
    );
  }

  spent(name: string): number {
    return numberOr0(this.#sql.value("SELECT micros FROM spend WHERE scope = ?", name));
  }

  /** By how much people have raised a budget that tasks share: each yes counts for all of them from when it is in force, with the amount it names. */
  raised(name: string): number {
    return numberOr0(
      this.#sql.value(
        `SELECT sum(CASE WHEN json_extract(answer, '$.text') GLOB '$[0-9]*'
           THEN CAST(round(CAST(substr(json_extract(answer, '$.text'), 2) AS REAL) * 1000000) AS INTEGER)
           ELSE json_extract(question, '$.evidence.raiseMicros') END) FROM question
         WHERE (state = 'taken' OR (state = 'answered' AND json_extract(answer, '$.effectiveAt') <= ?))
           AND json_extract(question, '$.evidence.budget') = ? AND json_extract(answer, '$.action') = 'approve'`,
        this.#now(),
        name,
      ),
    );
  }

  /** All reservations under a name. */
  reserved(scope: Scope, name: string): number {
    return numberOr0(this.#sql.value(`SELECT sum(micros) FROM reservation WHERE ${isUnder[scope]}`, name));
  }

  #others(scope: Scope, name: string, except: string, here: RepositoryId | null): Reserved {
    const rows = this.#sql.all(
      `SELECT micros, repository, owner IS NULL OR EXISTS (
         SELECT 1 FROM lease WHERE lease.repository = reservation.repository AND held = 1 AND until > ?) AS live
       FROM reservation WHERE ${isUnder[scope]} AND id <> ?`,
      this.#now() - lateMs,
      name,
      except,
    );
    const sum = (fits: (row: Row) => boolean): number =>
      rows.filter(fits).reduce((total, row) => total + integer(row, "micros"), 0);
    const isLive = (row: Row): boolean => flag(row, "live");
    return {
      liveMicros: sum(isLive),
      elsewhereMicros: sum((row) => isLive(row) && row["repository"] !== here),
      lostMicros: sum((row) => !isLive(row)),
    };
  }
}

const parentScope = ({ repository }: Batch, { parent }: ReservationRequest): string | null =>
  repository === null || parent === undefined ? null : taskSpend(repository, parent.task);

function scopesOf(
  batch: Batch,
  request: ReservationRequest,
): readonly { readonly scope: Scope; readonly name: string | null; readonly cap: number | null }[] {
  const { caps, day, parent } = request;
  const task = batch.events.find((event) => event.task !== undefined)?.task ?? batch.fence?.task;
  const taskName = batch.repository === null || task === undefined ? null : taskSpend(batch.repository, task);
  return [
    { scope: "task", name: taskName, cap: caps.taskMicros },
    { scope: "task", name: parentScope(batch, request), cap: parent?.capMicros ?? null },
    { scope: "run", name: batch.run === null ? null : runSpend(batch.run), cap: caps.runMicros },
    { scope: "day", name: daySpend(day), cap: caps.dayMicros },
  ];
}

const numberOr0 = (value: unknown): number => (typeof value === "number" ? value : 0);
