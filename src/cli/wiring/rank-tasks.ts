import { buildGraph } from "../../backlog/graph.ts";
import { withPartNeeds } from "../../domain/parts.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { RankBy } from "../../engine/run/work-history.ts";

/** By the longest chain that waits behind a task, and by the wave it is in. */
export const rankTasks: RankBy = (tasks, takesMs) => {
  const graph = buildGraph(withPartNeeds(tasks), ({ task: { spec } }) => takesMs(spec));
  const ranks = new Map<TaskId, { readonly critical: number; readonly wave: number }>();
  for (const [wave, ids] of graph.waves.entries())
    for (const id of ids) ranks.set(id, { critical: graph.criticalMs.get(id) ?? 1, wave });
  return ranks;
};
