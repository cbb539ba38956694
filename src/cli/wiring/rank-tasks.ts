import { buildGraph, type TaskGraph } from "../../backlog/graph.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { TaskSpec } from "../../domain/task.ts";
import type { RankBy } from "../../engine/run/work-history.ts";

/** The graph of tasks that take what those like them took. */
export function graphOf(specs: readonly TaskSpec[], takesMs: (spec: TaskSpec) => number): TaskGraph {
  const known = new Map(specs.map((spec) => [spec.id, takesMs(spec)]));
  return buildGraph(specs, (id) => known.get(id) ?? 0);
}

/** By the longest chain that waits behind a task, and by the wave it is in. */
export const rankTasks: RankBy = (tasks, takesMs) => {
  const graph = graphOf(
    tasks.map(({ spec }) => spec),
    takesMs,
  );
  const ranks = new Map<TaskId, { readonly critical: number; readonly wave: number }>();
  for (const [wave, ids] of graph.waves.entries())
    for (const id of ids) ranks.set(id, { critical: graph.criticalMs.get(id) ?? 1, wave });
  return ranks;
};
