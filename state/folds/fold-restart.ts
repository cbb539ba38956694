import { assert } from "../../src/domain/assert.ts";
import { stepStates } from "../../src/domain/task.ts";
import { integer, oneOf, text, textOrNull } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import type { EventOf } from "../events/event-record.ts";
import { showStage } from "./fold-roadmap.ts";
import { setStep, showStep } from "./fold-step.ts";
import { generationOf, taskOf } from "./fold-type.ts";

/**
 * Begins a generation: the kept keys' results are the new one's too, and with them what the task had come to when the last
 * of them was committed. Steps that had not begun by then are PENDING. The old generation stays as it was.
 */
export function restartTask(sql: Sql, event: EventOf<"task.restarted">): void {
  const { repository, task } = taskOf(event);
  const { generation, keep, to, commit } = event.data;
  const before = generationOf(sql, event);
  assert(generation > before, `${task} was restarted as generation ${generation} after ${before}`);
  for (const key of keep) {
    sql.one(
      `${task} was restarted with the unknown key ${key}`,
      `INSERT INTO result (repository, task, generation, key, inputs, pos, tx, result)
       SELECT repository, task, ?, key, inputs, pos, tx, result FROM result
       WHERE repository = ? AND task = ? AND generation = ? AND key = ?`,
      generation,
      repository,
      task,
      before,
      key,
    );
  }
  const last = sql.value(
    "SELECT max(pos) FROM result WHERE repository = ? AND task = ? AND generation = ?",
    repository,
    task,
    generation,
  );
  inherit(sql, { repository, task, before, generation, cut: typeof last === "number" ? last : -1 });
  sql.run(
    `UPDATE task SET generation = ?, state = ?, tip = ?, merge_commit = NULL, failure = NULL, proof = NULL, moved_at = ?,
       started_at = coalesce(started_at, ?), ended_at = ?, rev = ?
     WHERE repository = ? AND id = ?`,
    generation,
    to,
    commit,
    event.at,
    to === "NEW" ? null : event.at,
    to === "DONE" || to === "FAILED" ? event.at : null,
    event.pos,
    repository,
    task,
  );
  showStep(sql, repository, task, generation, event.pos);
  showStage(sql, repository, task, generation);
}

/** `cut`: the event after which nothing of the old generation is taken over; what knows only its transaction is, if that began by then. */
interface Inheritance {
  readonly repository: string;
  readonly task: string;
  readonly before: number;
  readonly generation: number;
  readonly cut: number;
}

function inherit(sql: Sql, { repository, task, before, generation, cut }: Inheritance): void {
  const source = [repository, task, before, cut] as const;
  inheritStages(sql, generation, source);
  sql.run(
    `INSERT INTO plan (repository, task, generation, pos, tx, round, model, plan)
     SELECT repository, task, ?, pos, tx, round, model, plan FROM plan WHERE repository = ? AND task = ? AND generation = ? AND tx <= ?`,
    generation,
    ...source,
  );
  sql.run(
    `INSERT INTO finding (repository, task, generation, id, subject, severity, file, line, text, state, round, reviewer, pos, opened_tx, closed_tx)
     SELECT repository, task, ?, id, subject, severity, file, line, text, CASE WHEN closed_tx > ? THEN 'open' ELSE state END, round,
       reviewer, pos, opened_tx, CASE WHEN closed_tx > ? THEN NULL ELSE closed_tx END
     FROM finding WHERE repository = ? AND task = ? AND generation = ? AND opened_tx <= ?`,
    generation,
    cut,
    cut,
    ...source,
  );
  sql.run(
    `INSERT INTO step (repository, task, generation, id, place, stage, opening, title, state, rounds, set_tx)
     SELECT repository, task, ?, id, place, stage, opening, title, 'PENDING', 0, set_tx FROM step
     WHERE repository = ? AND task = ? AND generation = ? AND set_tx <= ?`,
    generation,
    ...source,
  );
  orderSteps(sql, generation, source);
  sql.run(
    `INSERT INTO step_move (repository, task, generation, step, pos, tx, state, round, model, tip)
     SELECT repository, task, ?, step, pos, tx, state, round, model, tip FROM step_move
     WHERE repository = ? AND task = ? AND generation = ? AND tx <= ?`,
    generation,
    ...source,
  );
  const moves = sql.all(
    "SELECT step, pos, state, round, model, tip FROM step_move WHERE repository = ? AND task = ? AND generation = ? ORDER BY pos",
    repository,
    task,
    generation,
  );
  for (const move of moves) {
    setStep(
      sql,
      { repository, task, generation, step: text(move, "step") },
      {
        state: oneOf(move, "state", stepStates),
        round: integer(move, "round"),
        model: textOrNull(move, "model"),
        tip: textOrNull(move, "tip"),
        pos: integer(move, "pos"),
      },
    );
  }
}

/** The steps in the order and with the stages that they had then: as they were before the first change after it. */
function orderSteps(sql: Sql, generation: number, source: readonly [string, string, number, number]): void {
  const [repository, task] = source;
  sql.run(
    `UPDATE step SET (place, stage, opening, title) = (
       SELECT old.value ->> 'place', old.value ->> 'stage', old.value ->> 'opening', old.value ->> 'title'
       FROM step_order, json_each(step_order.steps) AS old
       WHERE step_order.repository = ? AND step_order.task = ? AND step_order.generation = ? AND pos > ? AND old.value ->> 'id' = step.id
       ORDER BY pos LIMIT 1)
     WHERE repository = ? AND task = ? AND generation = ? AND EXISTS (SELECT 1 FROM step_order WHERE repository = ? AND task = ?
       AND generation = ? AND pos > ?)`,
    ...source,
    repository,
    task,
    generation,
    ...source,
  );
}

/** The roadmap as it was then, with the stages that had begun; one that was not done yet is under way again. */
function inheritStages(sql: Sql, generation: number, source: readonly [string, string, number, number]): void {
  const cut = source[3];
  const texts: readonly (readonly [table: string, place: "pos" | "tx", columns: string])[] = [
    ["step_order", "pos", "steps"],
    ["roadmap", "pos", "rev, at, roadmap, changes, why, actor"],
    ["analysis", "tx", "analysis, mode, context"],
    ["joined", "tx", "joined"],
  ];
  for (const [table, place, columns] of texts)
    sql.run(
      `INSERT INTO ${table} (repository, task, generation, ${place}, ${columns}) SELECT repository, task, ?, ${place}, ${columns} FROM ${table}
       WHERE repository = ? AND task = ? AND generation = ? AND ${place} <= ?`,
      generation,
      ...source,
    );
  sql.run(
    `INSERT INTO stage (repository, task, generation, id, opening, state, reason, from_tip, tip, record, pos, done_pos)
     SELECT repository, task, ?, id, opening, CASE WHEN done_pos > ? THEN 'ACTIVE' ELSE state END, reason, from_tip,
       CASE WHEN done_pos > ? THEN NULL ELSE tip END, CASE WHEN done_pos > ? THEN NULL ELSE record END, pos,
       CASE WHEN done_pos > ? THEN NULL ELSE done_pos END
     FROM stage WHERE repository = ? AND task = ? AND generation = ? AND pos <= ?`,
    generation,
    cut,
    cut,
    cut,
    cut,
    ...source,
  );
}
