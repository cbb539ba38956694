import { z } from "zod";

import type { RepositoryId, TaskId } from "../../src/domain/ids.ts";
import type { Json } from "../../src/domain/json.ts";
import type { Cost } from "../../src/domain/money.ts";
import type { TaskRow } from "../../src/domain/rows.ts";
import { risks, taskStates, type Risk } from "../../src/domain/task.ts";
import { integer, integerOrNull, json, jsonOrNull, oneOf, text, textOrNull, type Row } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import * as value from "../events/value-schemas.ts";
import { costIn, usageIn, usageValues } from "./fold-type.ts";

const number = value.integer;

/** What a task has cost that called nobody yet: that is known. */
const noCost: Cost = { micros: 0, source: "reported" };

/** What was committed under a key of the present generation, the last first. */
const committed = "SELECT json_extract(result, '$.model') FROM result";
/** Nobody did the work of a task that never began: its results are not looked for. */
const present =
  "task.started_at IS NOT NULL AND repository = task.repository AND task = task.id AND generation = task.generation";
/** Of a task whose run is gone its archive tells it. */
const archived = (name: "author" | "reviewer"): string =>
  `(SELECT json_extract(data, '$.row.row.${name}') FROM event WHERE task.started_at IS NOT NULL AND repository = task.repository AND task = task.id
     AND type = 'task.archived' AND json_extract(data, '$.row.row.generation') = task.generation ORDER BY pos DESC LIMIT 1)`;

/** The columns of a task's row, with who did its work and who reviewed that. */
export const taskColumns = `task.*,
  coalesce((${committed} WHERE ${present} AND json_extract(result, '$.kind') = 'made' AND json_array_length(result, '$.files') > 0
    ORDER BY pos DESC LIMIT 1), ${archived("author")}) AS author,
  coalesce((${committed} WHERE ${present} AND json_extract(result, '$.kind') = 'reviewed' AND key NOT LIKE 'main/plan/%'
    ORDER BY pos DESC LIMIT 1), ${archived("reviewer")}) AS reviewer`;

/** `row`: of `taskColumns`. */
export function taskOfRow(row: Row): TaskRow {
  const step = textOrNull(row, "step_id");
  return {
    repository: text(row, "repository"),
    run: text(row, "run"),
    id: text(row, "id"),
    position: integer(row, "position"),
    spec: json(row, "spec", (data) => value.spec.parse(data)),
    digest: text(row, "digest"),
    staleDigest: textOrNull(row, "stale_digest"),
    settingsDigest: text(row, "settings_digest"),
    pipelineVersion: integer(row, "pipeline_version"),
    state: oneOf(row, "state", taskStates),
    generation: integer(row, "generation"),
    risk: oneOf(row, "risk", risks),
    branch: textOrNull(row, "branch"),
    worktree: textOrNull(row, "worktree"),
    baseCommit: textOrNull(row, "base_commit"),
    commit: textOrNull(row, "tip"),
    mergeCommit: textOrNull(row, "merge_commit"),
    failure: jsonOrNull(row, "failure", (data) => value.taskFailure.parse(data)),
    proof: jsonOrNull(row, "proof", (data) => value.taskProof.parse(data)),
    startedAt: integerOrNull(row, "started_at"),
    endedAt: integerOrNull(row, "ended_at"),
    attempts: integer(row, "attempts"),
    usage: usageIn(row),
    cost: integer(row, "ends") === 0 ? noCost : costIn(row),
    step: step === null ? null : { id: step, index: integer(row, "step_index"), count: integer(row, "step_count") },
    ...stageIn(row),
    model: textOrNull(row, "model"),
    author: textOrNull(row, "author"),
    reviewer: textOrNull(row, "reviewer"),
    movedAt: integer(row, "moved_at"),
  };
}

function stageIn(row: Row): Pick<TaskRow, "stage"> {
  const id = textOrNull(row, "stage_id");
  return id === null ? {} : { stage: { id, index: integer(row, "stage_index"), count: integer(row, "stage_count") } };
}

/** What a task's row says beside a TaskRow. */
export interface TaskExtras {
  /** How many ended attempts are in its sums. */
  readonly ends: number;
  /** Risk of its text; `risk` may have been raised above it. */
  readonly givenRisk: Risk;
}

export const extrasOfRow = (row: Row): TaskExtras => ({
  ends: integer(row, "ends"),
  givenRisk: oneOf(row, "given_risk", risks),
});

const place = value.object({ id: value.text, index: number, count: number });
const taskRow: z.ZodType<TaskRow> = value.object({
  repository: value.text,
  run: value.text,
  id: value.text,
  position: number,
  spec: value.spec,
  digest: value.text,
  staleDigest: value.text.nullable(),
  settingsDigest: value.text,
  pipelineVersion: number,
  state: value.taskState,
  generation: number,
  risk: value.risk,
  branch: value.text.nullable(),
  worktree: value.text.nullable(),
  baseCommit: value.text.nullable(),
  commit: value.text.nullable(),
  mergeCommit: value.text.nullable(),
  failure: value.taskFailure.nullable(),
  proof: value.taskProof.nullable().default(null),
  startedAt: number.nullable(),
  endedAt: number.nullable(),
  attempts: number,
  usage: value.usage,
  cost: value.cost,
  step: place.nullable(),
  stage: place.exactOptional(),
  model: value.text.nullable(),
  author: value.text.nullable().default(null),
  reviewer: value.text.nullable().default(null),
  movedAt: number,
});
const archive = value.object({ row: taskRow, ends: number, givenRisk: value.risk });

/** What task.archived holds: the row, so that a task stays known when the run that did it is gone. */
export const archiveOf = (row: TaskRow, extras: TaskExtras): unknown => ({ row, ...extras });

export const archivedTask = (data: Json): { readonly row: TaskRow } & TaskExtras => archive.parse(data);

export function insertTask(sql: Sql, row: TaskRow, more: TaskExtras & { readonly rev: number }): void {
  sql.run(
    `INSERT INTO task (repository, id, run, position, state, area, digest, stale_digest, settings_digest, pipeline_version, generation,
       given_risk, risk, branch, worktree, base_commit, tip, merge_commit, failure, proof, started_at, ended_at, attempts, ends, input, output,
       cache_read, cache_write, reasoning, cost_micros, cost_source, step_id, step_index, step_count, model, moved_at, rev, spec, parent,
       stage_id, stage_index, stage_count)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.repository,
    row.id,
    row.run,
    row.position,
    row.state,
    row.spec.area,
    row.digest,
    row.staleDigest,
    row.settingsDigest,
    row.pipelineVersion,
    row.generation,
    more.givenRisk,
    row.risk,
    row.branch,
    row.worktree,
    row.baseCommit,
    row.commit,
    row.mergeCommit,
    row.failure === null ? null : JSON.stringify(row.failure),
    row.proof === null ? null : JSON.stringify(row.proof),
    row.startedAt,
    row.endedAt,
    row.attempts,
    more.ends,
    ...usageValues(row.usage),
    row.cost.micros,
    row.cost.source,
    row.step?.id ?? null,
    row.step?.index ?? null,
    row.step?.count ?? null,
    row.model,
    row.movedAt,
    more.rev,
    JSON.stringify(row.spec),
    row.spec.parent ?? null,
    row.stage?.id ?? null,
    row.stage?.index ?? null,
    row.stage?.count ?? null,
  );
}

const tablesOfTasks = [
  "result",
  "step",
  "step_move",
  "plan",
  "finding",
  "check_result",
  "snapshot",
  "question",
  "call",
  "roadmap",
  "step_order",
  "stage",
  "analysis",
  "joined",
] as const;

/** Removes a task with all that belongs to it. */
export function forgetTask(sql: Sql, repository: RepositoryId, task: TaskId): void {
  for (const table of tablesOfTasks)
    sql.run(`DELETE FROM ${table} WHERE repository = ? AND task = ?`, repository, task);
  sql.run("DELETE FROM task WHERE repository = ? AND id = ?", repository, task);
}
