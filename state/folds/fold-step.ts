import { assert } from "../../src/domain/assert.ts";
import { mayStepMove, stepStates, type StepState } from "../../src/domain/task.ts";
import { integer, oneOf, text } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import type { EventOf } from "../events/event-record.ts";
import { generationOf, taskOf, type Folds } from "./fold-type.ts";

/** The plan of a task and where each of its steps stands. */
export const stepFolds: Pick<Folds, "plan.made" | "steps.set" | "step.moved"> = {
  "plan.made"(sql, event, tx) {
    const { repository, task } = taskOf(event);
    const { generation, round, model, plan } = event.data;
    sql.run(
      "INSERT INTO plan (repository, task, generation, pos, tx, round, model, plan) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
      repository,
      task,
      generation,
      event.pos,
      tx,
      round,
      model,
      JSON.stringify(plan),
    );
  },
  "steps.set"(sql, event, tx) {
    const { repository, task } = taskOf(event);
    const { generation, steps } = event.data;
    for (const table of ["step", "step_move"]) {
      sql.run(
        `DELETE FROM ${table} WHERE repository = ? AND task = ? AND generation = ?`,
        repository,
        task,
        generation,
      );
    }
    for (const [index, step] of steps.entries()) {
      sql.run(
        `INSERT INTO step (repository, task, generation, id, place, stage, title, state, rounds, set_tx)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'PENDING', 0, ?)`,
        repository,
        task,
        generation,
        step.id,
        index + 1,
        step.stage,
        step.title,
        tx,
      );
    }
    showStep(sql, repository, task, generation, event.pos);
  },
  "step.moved": moveStep,
};

function moveStep(sql: Sql, event: EventOf<"step.moved">, tx: number): void {
  const { repository, task } = taskOf(event);
  const { from, to, round, model = null, commit = null } = event.data;
  const { step } = event;
  assert(step !== undefined, "step.moved says no step");
  const generation = generationOf(sql, event);
  const place: StepPlace = { repository, task, generation, step };
  const row = sql.get(
    "SELECT state FROM step WHERE repository = ? AND task = ? AND generation = ? AND id = ?",
    repository,
    task,
    generation,
    step,
  );
  assert(row !== null, `${task} has no step ${step}`);
  const state = oneOf(row, "state", stepStates);
  assert(state === from, `the step ${step} of ${task} moved from ${from} and is ${state}`);
  assert(mayStepMove(from, to), `the step ${step} of ${task} moved from ${from} to ${to}`);
  sql.run(
    `INSERT INTO step_move (repository, task, generation, step, pos, tx, state, round, model, tip)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    repository,
    task,
    generation,
    step,
    event.pos,
    tx,
    to,
    round,
    model,
    commit,
  );
  setStep(sql, place, { state: to, round, model, tip: commit, pos: event.pos });
  showStep(sql, repository, task, generation, event.pos);
}

export interface StepPlace {
  readonly repository: string;
  readonly task: string;
  readonly generation: number;
  readonly step: string;
}

/** Brings a step's row to where a move took it; a model or a commit that the move does not name stays. */
export function setStep(
  sql: Sql,
  place: StepPlace,
  to: {
    readonly state: StepState;
    readonly round: number;
    readonly model: string | null;
    readonly tip: string | null;
    readonly pos: number;
  },
): void {
  sql.run(
    `UPDATE step SET state = ?, rounds = ?, model = coalesce(?, model), tip = coalesce(?, tip), moved_pos = ?
     WHERE repository = ? AND task = ? AND generation = ? AND id = ?`,
    to.state,
    to.round,
    to.model,
    to.tip,
    to.pos,
    place.repository,
    place.task,
    place.generation,
    place.step,
  );
}

/** Writes into the task's row which step it is at: the unfinished one that moved last, else the last that moved. */
export function showStep(sql: Sql, repository: string, task: string, generation: number, rev: number): void {
  const row = sql.get(
    `SELECT id, place, (SELECT count(*) FROM step WHERE repository = s.repository AND task = s.task AND generation = s.generation) AS count
     FROM step AS s WHERE repository = ? AND task = ? AND generation = ? AND moved_pos IS NOT NULL
     ORDER BY state IN ('COMPLETED', 'FAILED'), moved_pos DESC LIMIT 1`,
    repository,
    task,
    generation,
  );
  sql.run(
    "UPDATE task SET step_id = ?, step_index = ?, step_count = ?, rev = ? WHERE repository = ? AND id = ?",
    row === null ? null : text(row, "id"),
    row === null ? null : integer(row, "place"),
    row === null ? null : integer(row, "count"),
    rev,
    repository,
    task,
  );
}
