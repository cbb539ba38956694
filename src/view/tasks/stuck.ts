import type { TaskId } from "../../domain/ids.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { isTerminal } from "../../domain/task.ts";

/** Open tasks that no run brings further, each with the failed one that it waits for, at once or by way of others. */
export function stuckTasks(rows: readonly Pick<TaskRow, "id" | "state" | "spec">[]): ReadonlyMap<TaskId, TaskId> {
  const failed = new Set(rows.flatMap(({ id, state }) => (state === "FAILED" ? [id] : [])));
  const waiting = rows.filter(({ state, spec }) => !isTerminal(state) && spec.needs.length > 0);
  const stuck = new Map<TaskId, TaskId>();
  for (let before = -1; failed.size > 0 && before < stuck.size;) {
    before = stuck.size;
    for (const { id, spec } of waiting) {
      const need = spec.needs.find((one) => failed.has(one) || stuck.has(one));
      if (need !== undefined && !stuck.has(id)) stuck.set(id, stuck.get(need) ?? need);
    }
  }
  return stuck;
}
