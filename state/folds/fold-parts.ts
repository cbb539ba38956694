import { noFold, taskOf, type Folds } from "./fold-type.ts";

/** What the parts of a task come to. The parts themselves are tasks. */
export const partFolds: Pick<Folds, "task.split" | "parts.joined"> = {
  "task.split": noFold,
  "parts.joined"(sql, event, tx) {
    const { repository, task } = taskOf(event);
    const { generation, ...joined } = event.data;
    sql.run(
      "INSERT OR REPLACE INTO joined (repository, task, generation, tx, joined) VALUES (?, ?, ?, ?, ?)",
      repository,
      task,
      generation,
      tx,
      JSON.stringify(joined),
    );
  },
};
