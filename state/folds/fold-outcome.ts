import { assert } from "../../src/domain/assert.ts";
import { noFold, type Folds } from "./fold-type.ts";

/** What became of units of work. On the account stream: they stay when their runs are cleaned away. */
export const outcomeFolds: Pick<Folds, "outcome.recorded" | "outcome.corrected" | "regression.found"> = {
  "outcome.recorded"(sql, event) {
    const { outcome } = event.data;
    assert(event.repository !== null, "outcome.recorded says no repository");
    sql.run(
      `INSERT INTO outcome (repository, id, task, role, model, y, at, pos, outcome, corrections)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '[]')`,
      event.repository,
      outcome.id,
      outcome.task,
      outcome.role,
      outcome.model,
      outcome.y,
      event.at,
      event.pos,
      JSON.stringify(outcome),
    );
  },
  "outcome.corrected"(sql, event) {
    const { id, y, why, commit = null } = event.data;
    sql.one(
      `the unknown outcome ${id} was corrected`,
      `UPDATE outcome SET y = ?, corrections = json_insert(corrections, '$[#]', json(?)),
         outcome = CASE WHEN ? IS NULL THEN outcome ELSE json_set(outcome, '$.commit', ?) END
       WHERE repository = ? AND id = ?`,
      y,
      JSON.stringify({ y, why, at: event.at }),
      commit,
      commit,
      event.repository,
      id,
    );
  },
  "regression.found": noFold,
};
