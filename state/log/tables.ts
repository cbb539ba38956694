import type { Row } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";

/** Tables that are folds of the log, each with the columns that order it. A row's children stand before it. */
const foldedTables: Readonly<Record<string, string>> = {
  attempt: "call, attempt",
  call: "id",
  run: "id",
  settings: "digest, run",
  total: "run, model",
  command: "id",
  result: "repository, task, generation, key",
  step: "repository, task, generation, id",
  step_order: "repository, task, generation, pos",
  step_move: "repository, task, generation, step, pos",
  plan: "repository, task, generation, pos",
  finding: "repository, task, generation, id",
  check_result: "repository, task, generation, pos",
  snapshot: "repository, task, n",
  question: "id",
  task: "repository, id",
  hold: "id",
  breaker: "model",
  spend: "scope",
  waived_check: "repository, name",
  account_window: "account, name",
  roadmap: "repository, task, generation, rev",
  stage: "repository, task, generation, id, opening",
  analysis: "repository, task, generation",
  joined: "repository, task, generation",
  outcome: "repository, id",
};

/** All rows of all folded tables, in an order that depends on their content only. */
export function foldedRows(sql: Sql): ReadonlyMap<string, readonly Row[]> {
  const rows = new Map<string, readonly Row[]>();
  for (const [table, order] of Object.entries(foldedTables)) {
    const found = sql.all(`SELECT * FROM ${table} ORDER BY ${order}`);
    // A sum says something of its row, and an older program wrote none.
    rows.set(table, table === "task" ? found.map((row) => ({ ...row, sum: null })) : found);
  }
  return rows;
}

export function emptyFoldedTables(sql: Sql): void {
  for (const table of Object.keys(foldedTables)) sql.run(`DELETE FROM ${table}`);
}
