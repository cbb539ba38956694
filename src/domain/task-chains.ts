import type { TaskId } from "./ids.ts";
import { isTerminal, type TaskState } from "./task.ts";

/** A task as far as others wait for it. */
export interface ChainTask {
  readonly id: TaskId;
  readonly state: TaskState;
  readonly needs: readonly TaskId[];
}

function dependantsOf<T extends ChainTask>(tasks: readonly T[]): ReadonlyMap<TaskId, readonly T[]> {
  const dependants = new Map<TaskId, T[]>();
  for (const task of tasks)
    for (const need of task.needs) {
      const known = dependants.get(need);
      if (known === undefined) dependants.set(need, [task]);
      else known.push(task);
    }
  return dependants;
}

/** Unfinished tasks that wait for one of these, at once or by way of others; `by`: those of these that somebody waits for. */
export function behind<T extends ChainTask>(
  tasks: readonly T[],
  roots: readonly T[],
): { readonly tasks: readonly T[]; readonly by: readonly TaskId[] } {
  if (roots.length === 0) return { tasks: [], by: [] };
  const dependants = dependantsOf(tasks);
  const isOpen = ({ state }: T): boolean => !isTerminal(state);
  const reached = new Set<T>();
  const rest = [...roots];
  for (let next = rest.pop(); next !== undefined; next = rest.pop())
    for (const task of dependants.get(next.id) ?? [])
      if (isOpen(task) && !reached.has(task)) {
        reached.add(task);
        rest.push(task);
      }
  const isAwaited = ({ id }: T): boolean => (dependants.get(id) ?? []).some(isOpen);
  return { tasks: [...reached], by: roots.filter(isAwaited).map(({ id }) => id) };
}

/** The wave of each task: 0 without needs, else one after the last of its needs. Those on a circle have none. */
export function wavesOf(tasks: readonly ChainTask[]): ReadonlyMap<TaskId, number> {
  const known = new Set(tasks.map(({ id }) => id));
  const dependants = dependantsOf(tasks);
  const unmet = new Map(tasks.map(({ id, needs }) => [id, new Set(needs.filter((need) => known.has(need))).size]));
  const waves = new Map<TaskId, number>();
  let wave = tasks.filter(({ id }) => unmet.get(id) === 0);
  for (let n = 0; wave.length > 0; n += 1) {
    for (const { id } of wave) waves.set(id, n);
    wave = wave.flatMap(({ id }) =>
      [...new Set(dependants.get(id))].filter((after) => {
        const left = (unmet.get(after.id) ?? 0) - 1;
        unmet.set(after.id, left);
        return left === 0;
      }),
    );
  }
  return waves;
}

/** The first wave with a task that can still get done; null: none. What needs a failed task waits for nobody. */
export function earliestWave(tasks: readonly ChainTask[], waves: ReadonlyMap<TaskId, number>): number | null {
  const failed = tasks.filter(({ state }) => state === "FAILED");
  const lost = new Set(behind(tasks, failed).tasks);
  return tasks.reduce<number | null>((least, task) => {
    if (isTerminal(task.state) || lost.has(task)) return least;
    const wave = waves.get(task.id) ?? 0;
    return least === null || wave < least ? wave : least;
  }, null);
}
