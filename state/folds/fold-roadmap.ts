import { assert } from "../../src/domain/assert.ts";
import { stageMoves, stageStates, type StageState } from "../../src/domain/roadmap.ts";
import { integer, oneOf, text } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";
import type { EventOf } from "../events/event-record.ts";
import { showStep } from "./fold-step.ts";
import { noFold, taskOf, type Folds } from "./fold-type.ts";

/** The roadmap of a task, its stages and the steps they have. */
export const roadmapFolds: Pick<Folds, "roadmap.revised" | "stage.moved" | "stage.regressed" | "steps.changed"> = {
  "roadmap.revised"(sql, event) {
    const { repository, task } = taskOf(event);
    const { generation, rev, roadmap, changes, why, by } = event.data;
    sql.run(
      `INSERT INTO roadmap (repository, task, generation, rev, pos, at, roadmap, changes, why, actor)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      repository,
      task,
      generation,
      rev,
      event.pos,
      event.at,
      JSON.stringify(roadmap),
      JSON.stringify(changes),
      why,
      by,
    );
    showStage(sql, repository, task, generation);
  },
  "stage.moved": moveStage,
  "stage.regressed": noFold,
  "steps.changed": changeSteps,
};

/** A row an opening, with why it was opened; a stage that was never begun has none, or one of opening 0 when it is skipped. */
function moveStage(sql: Sql, event: EventOf<"stage.moved">): void {
  const { repository, task } = taskOf(event);
  const { generation, stage, opening, from, to, reason, tip = null, record = null } = event.data;
  const last = sql.get(
    "SELECT state, opening FROM stage WHERE repository = ? AND task = ? AND generation = ? AND id = ? ORDER BY opening DESC LIMIT 1",
    repository,
    task,
    generation,
    stage,
  );
  const state: StageState = last === null ? "PENDING" : oneOf(last, "state", stageStates);
  const legal: readonly StageState[] = stageMoves[from];
  assert(state === from, `the stage ${stage} of ${task} moved from ${from} and is ${state}`);
  assert(legal.includes(to), `the stage ${stage} of ${task} moved from ${from} to ${to}`);
  const before = last === null ? 0 : integer(last, "opening");
  const opened = to === "ACTIVE" ? before + 1 : before;
  assert(opening === opened, `the stage ${stage} of ${task} is at opening ${opened}, not ${opening}`);
  if (to === "DONE")
    sql.run(
      `UPDATE stage SET state = ?, tip = ?, record = ?, done_pos = ?
       WHERE repository = ? AND task = ? AND generation = ? AND id = ? AND opening = ?`,
      to,
      tip,
      record === null ? null : JSON.stringify(record),
      event.pos,
      repository,
      task,
      generation,
      stage,
      opening,
    );
  else
    sql.run(
      `INSERT INTO stage (repository, task, generation, id, opening, state, reason, from_tip, pos)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      repository,
      task,
      generation,
      stage,
      opening,
      to,
      reason,
      tip,
      event.pos,
    );
  showStage(sql, repository, task, generation);
}

/** Writes into the task's row which stage it is at. Skipped ones do not count. */
export function showStage(sql: Sql, repository: string, task: string, generation: number): void {
  const stages = sql
    .all(
      `SELECT json_extract(one.value, '$.id') AS id, coalesce((SELECT state FROM stage WHERE repository = roadmap.repository
           AND task = roadmap.task AND generation = roadmap.generation AND id = json_extract(one.value, '$.id')
         ORDER BY opening DESC LIMIT 1), 'PENDING') AS state
       FROM roadmap, json_each(roadmap.roadmap, '$.stages') AS one WHERE repository = ? AND task = ? AND generation = ?
         AND rev = (SELECT max(rev) FROM roadmap AS last WHERE last.repository = roadmap.repository
           AND last.task = roadmap.task AND last.generation = roadmap.generation)
       ORDER BY one.key`,
      repository,
      task,
      generation,
    )
    .map((row) => ({ id: text(row, "id"), state: oneOf(row, "state", stageStates) }))
    .filter(({ state }) => state !== "SKIPPED");
  const active = stages.findIndex(({ state }) => state === "ACTIVE");
  const at =
    active === -1
      ? Math.max(
          0,
          stages.findLastIndex(({ state }) => state === "DONE"),
        )
      : active;
  const stage = stages[at];
  sql.run(
    "UPDATE task SET stage_id = ?, stage_index = ?, stage_count = ? WHERE repository = ? AND id = ?",
    stage?.id ?? null,
    stage === undefined ? null : at + 1,
    stage === undefined ? null : stages.length,
    repository,
    task,
  );
}

/** New steps are PENDING; known ones keep what they came to and take their new place. */
function changeSteps(sql: Sql, event: EventOf<"steps.changed">): void {
  const { repository, task } = taskOf(event);
  const { generation, steps } = event.data;
  sql.run(
    `INSERT INTO step_order (repository, task, generation, pos, steps)
     SELECT ?, ?, ?, ?, coalesce(json_group_array(json_object('id', id, 'place', place, 'stage', stage, 'opening', opening, 'title', title)
       ORDER BY id), '[]') FROM step WHERE repository = ? AND task = ? AND generation = ?`,
    repository,
    task,
    generation,
    event.pos,
    repository,
    task,
    generation,
  );
  for (const [index, step] of steps.entries())
    sql.run(
      `INSERT INTO step (repository, task, generation, id, place, stage, opening, title, state, rounds, set_tx)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'PENDING', 0, ?)
       ON CONFLICT (repository, task, generation, id) DO UPDATE SET place = excluded.place, stage = excluded.stage,
         opening = excluded.opening, title = excluded.title`,
      repository,
      task,
      generation,
      step.id,
      index + 1,
      step.stage,
      step.opening,
      step.title,
      event.pos,
    );
  const known = sql.value(
    "SELECT count(*) FROM step WHERE repository = ? AND task = ? AND generation = ?",
    repository,
    task,
    generation,
  );
  assert(known === steps.length, `${task} has ${JSON.stringify(known)} steps, of which ${steps.length} were named`);
  showStep(sql, repository, task, generation, event.pos);
}
