import { assert } from "../../src/domain/assert.ts";
import type { Sql } from "../connection/sql.ts";
import type { EventOf } from "../events/event-record.ts";
import { addedSums, addSums, runOf, taskOf, usageValues, type Folds } from "./fold-type.ts";

/** Calls and their attempts, with what they add to their task and to their model's totals in the run. */
export const callFolds: Pick<
  Folds,
  | "call.started"
  | "call.retried"
  | "call.ended"
  | "attempt.started"
  | "attempt.spawned"
  | "attempt.session"
  | "attempt.ended"
> = {
  "call.started"(sql, event) {
    const { repository, task } = taskOf(event);
    const { key, role, round, promptHash } = event.data;
    sql.run(
      `INSERT INTO call (id, run, repository, task, step, key, role, round, state, attempts, started_at, prompt_hash, pos)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'running', 0, ?, ?, ?)`,
      callOf(event),
      runOf(event),
      repository,
      task,
      event.step ?? null,
      key,
      role,
      round,
      event.at,
      promptHash,
      event.pos,
    );
  },
  "call.retried"(sql, event) {
    const call = callOf(event);
    sql.one(
      `call.retried of the unknown call ${call}`,
      "UPDATE call SET next_at = ? WHERE id = ?",
      event.data.nextAt,
      call,
    );
  },
  "call.ended"(sql, event) {
    const call = callOf(event);
    const { outcome, failure, model, attempts } = event.data;
    sql.one(
      `call.ended of the unknown or ended call ${call}`,
      `UPDATE call SET state = 'ended', outcome = ?, failure = ?, model = ?, attempts = ?, ended_at = ?, next_at = NULL
       WHERE id = ? AND state = 'running'`,
      outcome,
      failure === null ? null : JSON.stringify(failure),
      model,
      attempts,
      event.at,
      call,
    );
  },
  "attempt.started": startAttempt,
  "attempt.spawned"(sql, event) {
    const { attempt, rerun, pid, startTime } = event.data;
    sql.one(
      `attempt.spawned of an attempt that was not begun: ${callOf(event)} ${attempt}.${rerun}`,
      `UPDATE attempt SET state = 'spawned', pid = ?, start_time = ?
       WHERE call = ? AND attempt = ? AND rerun = ? AND state <> 'ended'`,
      pid,
      startTime,
      callOf(event),
      attempt,
      rerun,
    );
  },
  "attempt.session"(sql, event) {
    const { attempt, session } = event.data;
    sql.one(
      `attempt.session of an attempt that was not begun: ${callOf(event)} ${attempt}`,
      "UPDATE attempt SET session = ? WHERE call = ? AND attempt = ?",
      session,
      callOf(event),
      attempt,
    );
  },
  "attempt.ended": endAttempt,
};

/** A rerun takes the place of the start that a crash cut off; what that one used stays in the sums. */
function startAttempt(sql: Sql, event: EventOf<"attempt.started">): void {
  const { repository, task } = taskOf(event);
  const call = callOf(event);
  const { attempt, rerun, model, adapter, account, folder, base, session, reservation } = event.data;
  const before = sql.value("SELECT rerun FROM attempt WHERE call = ? AND attempt = ?", call, attempt);
  assert(
    before === null || (typeof before === "number" && rerun > before),
    `${call} began attempt ${attempt}.${rerun} twice`,
  );
  sql.run(
    `INSERT OR REPLACE INTO attempt (call, attempt, repository, rerun, model, adapter, account, folder, base, session, reservation,
       state, started_at, counted, cost_source, pos)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'intended', ?, 0, 'unknown', ?)`,
    call,
    attempt,
    repository,
    rerun,
    model,
    adapter,
    account,
    folder,
    base,
    session,
    reservation,
    event.at,
    event.pos,
  );
  sql.run("UPDATE call SET next_at = NULL, model = ? WHERE id = ?", model, call);
  sql.run("UPDATE task SET model = ?, rev = ? WHERE repository = ? AND id = ?", model, event.pos, repository, task);
}

function endAttempt(sql: Sql, event: EventOf<"attempt.ended">): void {
  const call = callOf(event);
  const {
    attempt,
    rerun,
    outcome,
    failure,
    usage,
    cost,
    savedMicros = null,
    durationMs,
    session,
    counted,
  } = event.data;
  sql.one(
    `attempt.ended of an attempt that is not running: ${call} ${attempt}.${rerun}`,
    `UPDATE attempt SET state = 'ended', ended_at = ?, outcome = ?, failure = ?, counted = ?, input = ?, output = ?, cache_read = ?,
       cache_write = ?, reasoning = ?, cost_micros = ?, cost_source = ?, saved_micros = ?, duration_ms = ?,
       session = coalesce(?, session)
     WHERE call = ? AND attempt = ? AND rerun = ? AND state <> 'ended'`,
    event.at,
    outcome,
    failure === null ? null : JSON.stringify(failure),
    Number(counted),
    ...usageValues(usage),
    cost.micros,
    cost.source,
    savedMicros,
    durationMs,
    session,
    call,
    attempt,
    rerun,
  );
  addToCall(sql, event, call);
  addToTask(sql, event);
  addToTotal(sql, event);
}

function addToCall(sql: Sql, event: EventOf<"attempt.ended">, call: string): void {
  const { usage, cost, counted } = event.data;
  const row = sql.get("SELECT ends, cost_micros, cost_source FROM call WHERE id = ?", call);
  assert(row !== null, `attempt.ended of the unknown call ${call}`);
  sql.run(
    `UPDATE call SET attempts = attempts + ?, ${addSums} WHERE id = ?`,
    Number(counted),
    ...addedSums(row, usage, cost),
    call,
  );
}

function addToTask(sql: Sql, event: EventOf<"attempt.ended">): void {
  const { repository, task } = taskOf(event);
  const { usage, cost, counted } = event.data;
  const row = sql.get(
    "SELECT ends, cost_micros, cost_source FROM task WHERE repository = ? AND id = ?",
    repository,
    task,
  );
  if (row === null) return;
  sql.run(
    `UPDATE task SET attempts = attempts + ?, rev = ?, ${addSums} WHERE repository = ? AND id = ?`,
    Number(counted),
    event.pos,
    ...addedSums(row, usage, cost),
    repository,
    task,
  );
}

/** An error is a failure of the model; an end that does not count is neither a call nor a failure of it. */
function addToTotal(sql: Sql, event: EventOf<"attempt.ended">): void {
  const run = runOf(event);
  const { model, outcome, usage, cost, counted, durationMs } = event.data;
  sql.run("INSERT OR IGNORE INTO total (run, model) VALUES (?, ?)", run, model);
  const row = sql.get("SELECT ends, cost_micros, cost_source FROM total WHERE run = ? AND model = ?", run, model);
  assert(row !== null, "a row that was just written is there");
  sql.run(
    `UPDATE total SET calls = calls + ?, failures = failures + ?, duration_ms = duration_ms + ?, ${addSums}
     WHERE run = ? AND model = ?`,
    Number(counted),
    Number(counted && (outcome === "error" || outcome === "crashed")),
    durationMs,
    ...addedSums(row, usage, cost),
    run,
    model,
  );
}

function callOf(event: { readonly type: string; readonly call?: string }): string {
  assert(event.call !== undefined, `${event.type} says no call`);
  return event.call;
}
