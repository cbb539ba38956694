import type { TaskId } from "../domain/ids.ts";
import type { TaskState } from "../domain/task.ts";

export interface GraphTask {
  readonly id: TaskId;
  readonly needs: readonly TaskId[];
}

export interface TaskGraph {
  /** In the order of the file, as is everything here that has no other order. */
  readonly ids: readonly TaskId[];
  /** As written. A need that is no task of the graph does not order it, but keeps its task from being ready. */
  readonly needs: ReadonlyMap<TaskId, readonly TaskId[]>;
  /** Who waits directly for a task. */
  readonly dependants: ReadonlyMap<TaskId, readonly TaskId[]>;
  /** Each task after its needs. Tasks on a cycle or behind one are not in it, nor in the waves. */
  readonly order: readonly TaskId[];
  /** What could run together if all tasks took equally long. */
  readonly waves: readonly (readonly TaskId[])[];
  /** The longest chain from a task to the end, its own estimate included: the larger, the sooner it should start. */
  readonly criticalMs: ReadonlyMap<TaskId, number>;
  /** The chain that decides how long the whole takes at least. */
  readonly criticalPath: readonly TaskId[];
}

type Edges = ReadonlyMap<TaskId, readonly TaskId[]>;

/** The state of a task in the ledger; undefined: it has none. */
export type StateOf = (id: TaskId) => TaskState | undefined;

/** `estimateMs` is what a task is expected to take; without it each counts 1. Linear in tasks and needs. */
export function buildGraph<T extends GraphTask>(
  tasks: readonly T[],
  estimateMs: (task: T) => number = () => 1,
): TaskGraph {
  const ids = [...new Set(tasks.map(({ id }) => id))];
  const inside = edgesInside(tasks);
  const dependants = new Map<TaskId, TaskId[]>(ids.map((id) => [id, []]));
  for (const [id, needs] of inside) for (const need of needs) dependants.get(need)?.push(id);

  const waves = wavesOf(inside, dependants);
  const order = waves.flat();
  const criticalMs = new Map<TaskId, number>(tasks.map((task) => [task.id, estimateMs(task)]));
  const next = new Map<TaskId, TaskId>();
  for (const id of order.toReversed()) {
    const after = longest(dependants.get(id) ?? [], criticalMs);
    if (after === null) continue;
    next.set(id, after);
    criticalMs.set(id, (criticalMs.get(id) ?? 0) + (criticalMs.get(after) ?? 0));
  }
  const criticalPath = follow(longest(order, criticalMs), next);
  return {
    ids,
    needs: new Map(tasks.map((task) => [task.id, task.needs])),
    dependants,
    order,
    waves,
    criticalMs,
    criticalPath,
  };
}

/** Tasks that may start: NEW, and every need DONE. */
export const readyTasks = (graph: TaskGraph, stateOf: StateOf): TaskId[] =>
  graph.ids.filter((id) => stateOf(id) === "NEW" && unmetNeeds(graph, stateOf, id).length === 0);

/** The needs of a task that are not DONE. */
export const unmetNeeds = (graph: TaskGraph, stateOf: StateOf, id: TaskId): TaskId[] =>
  (graph.needs.get(id) ?? []).filter((need) => stateOf(need) !== "DONE");

/**
 * Cycles as paths that end where they begin: [A, B, A]. Where there are any, at least one is found in each knot; where
 * cycles share tasks, not each combination of them is named. At most `limit`.
 */
export function findCycles(tasks: readonly GraphTask[], limit = 20): TaskId[][] {
  const edges = edgesInside(tasks);
  const cycles: TaskId[][] = [];
  const visited = new Set<TaskId>();
  for (const start of edges.keys()) {
    if (visited.has(start)) continue;
    const path: { readonly id: TaskId; next: number }[] = [{ id: start, next: 0 }];
    const depths = new Map([[start, 0]]);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const need = (edges.get(top.id) ?? [])[top.next];
      top.next += 1;
      if (need === undefined) {
        depths.delete(top.id);
        visited.add(top.id);
        path.pop();
        continue;
      }
      const depth = depths.get(need);
      if (depth !== undefined) cycles.push([...path.slice(depth).map(({ id }) => id), need]);
      else if (!visited.has(need)) {
        depths.set(need, path.length);
        path.push({ id: need, next: 0 });
      }
      if (cycles.length >= limit) return cycles;
    }
  }
  return cycles;
}

function edgesInside(tasks: readonly GraphTask[]): Edges {
  const known = new Set(tasks.map(({ id }) => id));
  return new Map(tasks.map(({ id, needs }) => [id, [...new Set(needs)].filter((need) => known.has(need))]));
}

function wavesOf(needs: Edges, dependants: Edges): TaskId[][] {
  const unmet = new Map([...needs].map(([id, list]) => [id, list.length]));
  const waves: TaskId[][] = [];
  let wave = [...needs.keys()].filter((id) => unmet.get(id) === 0);
  while (wave.length > 0) {
    waves.push(wave);
    wave = wave.flatMap((id) =>
      (dependants.get(id) ?? []).filter((after) => {
        const left = (unmet.get(after) ?? 0) - 1;
        unmet.set(after, left);
        return left === 0;
      }),
    );
  }
  return waves;
}

function longest(ids: readonly TaskId[], criticalMs: ReadonlyMap<TaskId, number>): TaskId | null {
  let best: TaskId | null = null;
  for (const id of ids) {
    if (best === null || (criticalMs.get(id) ?? 0) > (criticalMs.get(best) ?? 0)) best = id;
  }
  return best;
}

function follow(start: TaskId | null, next: ReadonlyMap<TaskId, TaskId>): TaskId[] {
  const path: TaskId[] = [];
  for (let id: TaskId | undefined = start ?? undefined; id !== undefined; id = next.get(id)) path.push(id);
  return path;
}
