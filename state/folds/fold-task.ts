import { assert } from "../../src/domain/assert.ts";
import { mayMove, risks, taskStates, type Risk } from "../../src/domain/task.ts";
import { integerOrNull, oneOf, text, type Row } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import type { EventOf } from "../events/event-record.ts";
import { restartTask } from "./fold-restart.ts";
import { runOf, taskOf, type Folds } from "./fold-type.ts";
import { archivedTask, forgetTask, insertTask } from "./task-row.ts";

/** A task as a whole: its text, state, generation, branch and risk. */
export const taskFolds: Pick<
  Folds,
  | "task.added"
  | "task.changed"
  | "task.stale"
  | "task.dropped"
  | "task.prioritized"
  | "task.begun"
  | "task.restarted"
  | "task.moved"
  | "task.based"
  | "task.proven"
  | "task.archived"
  | "risk.raised"
  | "commit.made"
  | "merge.done"
  | "merge.reverted"
> = {
  "task.added": addTask,
  "task.changed"(sql, event) {
    const { spec, digest } = event.data;
    const row = taskRow(sql, event);
    const given = oneOf(row, "given_risk", risks);
    const now = oneOf(row, "risk", risks);
    update(
      sql,
      event,
      "spec = ?, digest = ?, area = ?, given_risk = ?, risk = ?, stale_digest = NULL",
      JSON.stringify(spec),
      digest,
      spec.area,
      spec.risk,
      now === given ? spec.risk : higher(now, spec.risk),
    );
  },
  "task.stale"(sql, event) {
    const { digest } = event.data;
    const same = digest === text(taskRow(sql, event), "digest");
    update(sql, event, "stale_digest = ?", same ? null : (digest ?? ""));
  },
  "task.dropped"(sql, event) {
    const { repository, task } = taskOf(event);
    const row = sql.get("SELECT state FROM task WHERE repository = ? AND id = ?", repository, task);
    const state = row === null ? "NEW" : oneOf(row, "state", taskStates);
    assert(state === "NEW" || state === "DONE" || state === "FAILED", `${task} was dropped while it is ${state}`);
    forgetTask(sql, repository, task);
  },
  "task.prioritized"(sql, event) {
    update(sql, event, "spec = json_set(spec, '$.priority', ?)", event.data.priority);
  },
  "task.begun"(sql, event) {
    const { generation, settingsDigest, pipelineVersion } = event.data;
    const before = integerOrNull(taskRow(sql, event), "generation") ?? 0;
    assert(generation >= before, `${event.task} began generation ${generation} after ${before}`);
    update(
      sql,
      event,
      "generation = ?, settings_digest = ?, pipeline_version = ?",
      generation,
      settingsDigest,
      pipelineVersion,
    );
  },
  "task.restarted": restartTask,
  "task.moved": moveTask,
  "task.based"(sql, event) {
    const { branch, base, worktree } = event.data;
    update(sql, event, "branch = ?, base_commit = ?, worktree = ?", branch, base, worktree);
  },
  "task.proven"(sql, event) {
    const { proof, provenBy, without } = event.data;
    update(sql, event, "proof = ?", JSON.stringify({ proof, provenBy, without }));
  },
  "task.archived"(sql, event) {
    const { repository, task } = taskOf(event);
    const { row, ends, givenRisk } = archivedTask(event.data.row);
    forgetTask(sql, repository, task);
    insertTask(sql, { ...row, repository, id: task }, { ends, givenRisk, rev: event.pos });
  },
  "risk.raised"(sql, event) {
    update(sql, event, "risk = ?", event.data.to);
  },
  "commit.made"(sql, event) {
    update(sql, event, "tip = ?", event.data.commit);
  },
  "merge.done"(sql, event) {
    update(sql, event, "merge_commit = ?", event.data.commit);
  },
  "merge.reverted"(sql, event) {
    update(sql, event, "merge_commit = nullif(merge_commit, ?)", event.data.of);
  },
};

function addTask(sql: Sql, event: EventOf<"task.added">): void {
  const { repository, task } = taskOf(event);
  const { spec, digest, settingsDigest, pipelineVersion } = event.data;
  const known = sql.value("SELECT state FROM task WHERE repository = ? AND id = ?", repository, task);
  assert(known === null, `${task} was added and is known already, as ${JSON.stringify(known)}`);
  sql.run(
    `INSERT INTO task (repository, id, run, position, state, area, digest, settings_digest, pipeline_version, generation,
       given_risk, risk, attempts, moved_at, rev, spec, parent)
     VALUES (?, ?, ?, ?, 'NEW', ?, ?, ?, ?, 0, ?, ?, 0, ?, ?, ?, ?)`,
    repository,
    task,
    runOf(event),
    event.pos,
    spec.area,
    digest,
    settingsDigest,
    pipelineVersion,
    spec.risk,
    spec.risk,
    event.at,
    event.pos,
    JSON.stringify(spec),
    spec.parent ?? null,
  );
}

function moveTask(sql: Sql, event: EventOf<"task.moved">): void {
  const { from, to, failure } = event.data;
  const row = taskRow(sql, event);
  const state = oneOf(row, "state", taskStates);
  assert(state === from, `${event.task} moved from ${from} and is ${state}`);
  assert(mayMove(from, to), `${event.task} moved from ${from} to ${to}`);
  const ended = to === "DONE" || to === "FAILED";
  update(
    sql,
    event,
    "state = ?, moved_at = ?, failure = ?, proof = CASE ? WHEN 'IMPLEMENTING' THEN NULL ELSE proof END, started_at = coalesce(started_at, ?), ended_at = ?",
    to,
    event.at,
    failure === undefined ? null : JSON.stringify(failure),
    to,
    from === "NEW" ? event.at : null,
    ended ? event.at : null,
  );
}

function taskRow(sql: Sql, event: EventOf<keyof typeof taskFolds>): Row {
  const { repository, task } = taskOf(event);
  const row = sql.get(
    "SELECT state, generation, digest, risk, given_risk FROM task WHERE repository = ? AND id = ?",
    repository,
    task,
  );
  assert(row !== null, `${event.type} of the unknown task ${task}`);
  return row;
}

/** Sets columns of the event's task; `columns` is SQL of ours with a mark for each value. */
function update(
  sql: Sql,
  event: EventOf<keyof typeof taskFolds>,
  columns: string,
  ...values: (string | number | null)[]
): void {
  const { repository, task } = taskOf(event);
  sql.one(
    `${event.type} of the unknown task ${task}`,
    `UPDATE task SET ${columns}, rev = ? WHERE repository = ? AND id = ?`,
    ...values,
    event.pos,
    repository,
    task,
  );
}

const higher = (a: Risk, b: Risk): Risk => (risks.indexOf(a) >= risks.indexOf(b) ? a : b);
