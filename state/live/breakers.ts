import { breakerStates, type NewEvent } from "../../src/domain/events.ts";
import type { ModelName } from "../../src/domain/ids.ts";
import type { BreakerRow } from "../../src/domain/rows.ts";
import type { Settings } from "../../src/domain/settings.ts";
import type { Breakers } from "../../src/engine/ports/breakers.ts";
import {
  acquireBreaker,
  newBreaker,
  reportBreaker,
  type BreakerMove,
  type BreakerPass,
} from "../../src/policy/breaker.ts";
import { integer, integerOrNull, oneOf, text, type Row } from "../connection/columns.ts";
import type { LedgerConnection } from "../connection/ledger-connection.ts";
import type { Sql } from "../connection/sql.ts";
import type { EventTable } from "../log/event-log.ts";

/**
 * Breakers as all processes see them. Their state is a fold of breaker.moved; the counts in between and a probe's end
 * are not events and stand in a table of their own. policy/ decides on the row read in the same transaction.
 */
export class BreakerTable {
  readonly #sql: Sql;
  readonly #now: () => number;

  constructor(sql: Sql, now: () => number) {
    this.#sql = sql;
    this.#now = now;
  }

  /** Takes in how a call of the model ended; the event to append, if its state changed. */
  report(
    model: ModelName,
    report: { readonly ok: boolean; readonly reason: string; readonly sinceMs?: number },
    settings: Settings["breaker"],
  ): readonly NewEvent[] {
    const { row, moved } = reportBreaker(this.row(model), report, settings, this.#now());
    return this.#keep(row, moved);
  }

  /** Whether a call may be made now; `take` makes it so. */
  acquire(
    model: ModelName,
    settings: Settings["breaker"],
    probeMs: number,
  ): BreakerPass & { take(): readonly NewEvent[] } {
    const before = this.row(model);
    const pass = acquireBreaker(before, settings, this.#now(), probeMs);
    return { ...pass, take: () => (pass.row === before ? [] : this.#keep(pass.row, pass.moved)) };
  }

  /** Whatever was let through after the breaker opened was its probe. */
  giveBack(model: ModelName, sinceMs: number): void {
    const row = this.row(model);
    if (row.state === "closed" || row.probeUntil === null || (row.openedAt ?? 0) > sinceMs) return;
    this.#keep({ ...row, probeUntil: this.#now() }, null);
  }

  close(model: ModelName, reason: string): readonly NewEvent[] {
    const { state } = this.row(model);
    return this.#keep(newBreaker(model), state === "closed" ? null : { from: state, to: "closed", reason });
  }

  row(model: ModelName): BreakerRow {
    const row = this.#sql.get(`${select} WHERE model = ?`, model);
    return row === null ? newBreaker(model) : breakerOfRow(row);
  }

  rows(): readonly BreakerRow[] {
    return this.#sql.all(`${select} ORDER BY model`).map(breakerOfRow);
  }

  #keep(row: BreakerRow, moved: BreakerMove | null): readonly NewEvent[] {
    const { model } = row;
    this.#sql.run(
      "INSERT OR REPLACE INTO breaker_count (model, failures, successes, probe_until) VALUES (?, ?, ?, ?)",
      model,
      row.failures,
      row.successes,
      row.probeUntil,
    );
    return moved === null ? [] : [{ type: "breaker.moved", data: { model, ...moved } }];
  }
}

const select = `SELECT * FROM (
  SELECT model, coalesce(state, 'closed') AS state, opened_at, coalesce(failures, 0) AS failures, coalesce(successes, 0) AS successes,
    probe_until FROM breaker FULL JOIN breaker_count USING (model))`;

const breakerOfRow = (row: Row): BreakerRow => ({
  model: text(row, "model"),
  state: oneOf(row, "state", breakerStates),
  failures: integer(row, "failures"),
  successes: integer(row, "successes"),
  openedAt: integerOrNull(row, "opened_at"),
  probeUntil: integerOrNull(row, "probe_until"),
});

export function createBreakers(connection: LedgerConnection, events: EventTable, table: BreakerTable): Breakers {
  const append = (written: readonly NewEvent[]): void => {
    if (written.length > 0) events.append({ repository: null, run: null, events: written });
  };
  return {
    reset: (model, actor) => connection.write(() => append(table.close(model, `reset by ${actor.name}`))),
    list: () => connection.read(() => table.rows()),
  };
}
