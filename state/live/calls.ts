import { assert } from "../../src/domain/assert.ts";
import type { EventData, NewEvent } from "../../src/domain/events.ts";
import type { RepositoryId } from "../../src/domain/ids.ts";
import { addUsage, noUsage, type Usage } from "../../src/domain/money.ts";
import type { AttemptRow } from "../../src/domain/rows.ts";
import type {
  Admission,
  AttemptEnd,
  Calls,
  ReservationRequest,
  TurnedAway,
  UnendedAttempt,
} from "../../src/engine/ports/calls.ts";
import type { Batch } from "../../src/engine/ports/event-log.ts";
import { text, textOrNull } from "../connection/columns.ts";
import type { LedgerConnection } from "../connection/ledger-connection.ts";
import type { Sql } from "../connection/sql.ts";
import { attemptOfRow, callOfRow } from "../folds/call-row.ts";
import type { EventTable } from "../log/event-log.ts";
import { holdEvents } from "./account-holds.ts";
import type { BreakerTable } from "./breakers.ts";
import type { LimiterTable } from "./limiter.ts";
import type { Reservations } from "./reservations.ts";

/** What a call has to pass. */
interface Gates {
  readonly breakers: BreakerTable;
  readonly limiter: LimiterTable;
  readonly now: () => number;
}

/** Calls with the money they may spend and what their end tells of their model: each method is one transaction. */
export function createCalls(
  connection: LedgerConnection,
  events: EventTable,
  reservations: Reservations,
  gates: Gates,
): Calls {
  const { sql } = connection;
  const { breakers, now } = gates;
  return {
    begin: (batch, request, admission) =>
      connection.write(() => {
        const place = admission === undefined ? open : admit(gates, admission);
        if ("by" in place) return place;
        const refusal = request === null ? null : reservations.reserve(batch, request);
        if (refusal !== null) return refusal;
        const moved = place.take();
        if (moved.length > 0) events.append({ repository: null, run: null, events: moved });
        const reserved = request === null ? [] : [reservedEvent(batch, request)];
        events.append({ ...batch, events: [...reserved, ...batch.events] });
        return null;
      }),
    end: (batch, end, followed = []) =>
      connection.write(() => {
        const { reservation, cost, usage, model, day, breaker, limit, sinceMs } = end;
        const reserved = reservation === null ? 0 : reservations.release(reservation);
        const booked = { reservation, cost, usage, model, day, ...bookedBeside(end, reserved) };
        const since = sinceMs === undefined ? {} : { sinceMs };
        const moved = breaker === null ? [] : breakers.report(model, { ...breaker, ...since }, breaker.settings);
        if (breaker === null && sinceMs !== undefined) breakers.giveBack(model, sinceMs);
        const settled: NewEvent = { ...placeOf(batch), type: "budget.settled", data: booked };
        const held = limit === undefined ? [] : holdEvents({ sql, events, nowMs: now() }, limit, batch.run);
        const holds = held.map((event): NewEvent => ({ ...placeOf(batch), ...event }));
        events.append({ ...batch, events: [...batch.events, ...holds, settled, ...moved, ...followed] });
      }),
    find: (repository, task, key) =>
      connection.read(() => {
        const row = sql.get(
          "SELECT * FROM call WHERE repository = ? AND task = ? AND key = ? ORDER BY pos DESC LIMIT 1",
          repository,
          task,
          key,
        );
        if (row === null) return null;
        const call = callOfRow(row);
        const attempts = sql.all("SELECT * FROM attempt WHERE call = ? ORDER BY attempt", call.id);
        return { call, attempts: attempts.map(attemptOfRow) };
      }),
    async unended(repository) {
      if (connection.mode !== "read") await connection.write(() => reservations.sweep(repository));
      return connection.read(() => unended(sql, repository));
    },
    usageOf: (session, except) => connection.read(() => usageOf({ sql, events }, session, except)),
  };
}

const unended = (sql: Sql, repository: RepositoryId): readonly UnendedAttempt[] =>
  sql
    .all(
      `SELECT attempt.*, call.task, call.step, call.run FROM attempt JOIN call ON call.id = attempt.call
       WHERE attempt.repository = ? AND attempt.state <> 'ended' ORDER BY attempt.pos`,
      repository,
    )
    .map((row) => ({
      ...attemptOfRow(row),
      task: text(row, "task"),
      step: textOrNull(row, "step"),
      run: text(row, "run"),
    }));

type Place = { take(): readonly NewEvent[] };

const open: Place = { take: () => [] };

/** Asks the limiter first: what it turns away tries no model out. */
function admit(
  { breakers, limiter, now }: Gates,
  { model, limits, tokens, breaker, probeMs }: Admission,
): Place | TurnedAway {
  const minute = limiter.look(model, limits, tokens);
  if (minute.waitMs > 0) return { by: "rate", retryAtMs: now() + minute.waitMs };
  const pass = breakers.acquire(model, breaker, probeMs);
  if (!pass.passed) {
    pass.take();
    return { by: "breaker", retryAtMs: pass.retryAtMs };
  }
  return {
    take() {
      minute.take();
      return pass.take();
    },
  };
}

/** From the log, as a rerun has taken the row of the start that was cut off. */
function usageOf(
  { sql, events }: { readonly sql: Sql; readonly events: EventTable },
  session: string,
  { call, attempt }: Pick<AttemptRow, "call" | "attempt">,
): Usage {
  const row = sql.get("SELECT repository, task FROM call WHERE id = ?", call);
  if (row === null) return noUsage;
  const of = { repository: text(row, "repository"), task: text(row, "task") };
  const rerun = sql.value("SELECT rerun FROM attempt WHERE call = ? AND attempt = ?", call, attempt);
  const booked = events.since(0, { ...of, types: ["attempt.ended"] }).flatMap((event) => {
    if (event.type !== "attempt.ended" || event.data.session !== session) return [];
    const { data } = event;
    const isLeftOut = event.call === call && data.attempt === attempt && data.rerun === rerun;
    return isLeftOut ? [] : [data.usage];
  });
  return booked.reduce(addUsage, noUsage);
}

function reservedEvent(batch: Batch, { id, micros, model }: ReservationRequest): NewEvent {
  assert(Number.isSafeInteger(micros) && micros >= 0, `a reservation of ${micros} micros`);
  return { ...placeOf(batch), type: "budget.reserved", data: { reservation: id, micros, model } };
}

/** What is booked beside the cost: all that was reserved where the cost may still be anything, and what it cost more than that. */
function bookedBeside({ cost, notional = false }: AttemptEnd, reserved: number): Partial<EventData["budget.settled"]> {
  if (notional) return { notional };
  const isOpen = cost.micros === null || cost.source === "unsettled";
  const assumedMicros = isOpen ? Math.max(reserved, cost.micros ?? 0) : 0;
  const overMicros = reserved === 0 ? 0 : Math.max(0, (cost.micros ?? 0) - reserved);
  return { ...(assumedMicros > 0 ? { assumedMicros } : {}), ...(overMicros > 0 ? { overMicros } : {}) };
}

/** Money belongs to the task and call that the batch is about. */
function placeOf(batch: Batch): Pick<NewEvent, "task" | "step" | "call" | "correlation"> {
  const about = batch.events.find((event) => event.call !== undefined) ?? batch.events[0];
  const task = about?.task ?? batch.fence?.task;
  return {
    ...(task === undefined ? {} : { task }),
    ...(about?.step === undefined ? {} : { step: about.step }),
    ...(about?.call === undefined ? {} : { call: about.call }),
    ...(about?.correlation === undefined ? {} : { correlation: about.correlation }),
  };
}
