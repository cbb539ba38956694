import type { Sql } from "../connection/sql.ts";
import type { Envelope } from "../events/event-record.ts";
import { taskOf, type Folds } from "./fold-type.ts";

/** What was made out about a task before it was worked on. */
export const analysisFolds: Pick<Folds, "task.analysed" | "mode.chosen" | "context.found"> = {
  "task.analysed"(sql, event, tx) {
    const { generation, analysis } = event.data;
    keep(sql, event, tx, generation, "analysis", JSON.stringify(analysis));
  },
  "mode.chosen"(sql, event, tx) {
    const { generation, chosen } = event.data;
    keep(sql, event, tx, generation, "mode", JSON.stringify(chosen));
  },
  "context.found"(sql, event, tx) {
    const { generation, ...found } = event.data;
    keep(sql, event, tx, generation, "context", JSON.stringify(found));
  },
};

function keep(
  sql: Sql,
  event: Envelope & { readonly type: string },
  tx: number,
  generation: number,
  column: "analysis" | "mode" | "context",
  value: string,
): void {
  const { repository, task } = taskOf(event);
  sql.run(
    `INSERT INTO analysis (repository, task, generation, tx, ${column}) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT (repository, task, generation) DO UPDATE SET ${column} = excluded.${column}, tx = excluded.tx`,
    repository,
    task,
    generation,
    tx,
    value,
  );
}
