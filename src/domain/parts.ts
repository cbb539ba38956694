import type { TaskId } from "./ids.ts";
import type { TaskSpec } from "./task.ts";

/** A task's part as it was split off; the row of its own has the rest. */
export interface Part {
  readonly id: TaskId;
  readonly goal: string;
  /** Criteria of the parent that it covers. */
  readonly covers: readonly string[];
  /** Words of the parent's text that it was made from. */
  readonly quote: string;
  readonly files: readonly string[];
  readonly needs: readonly TaskId[];
  /** 1 to 5. */
  readonly complexity: number;
}

/** A sentence about what the parts brought, and whose reports it stands on. */
export interface Claim {
  readonly text: string;
  readonly sources: readonly TaskId[];
}

/** What the parts of a task come to. */
export interface Joined {
  readonly summary: string;
  readonly claims: readonly Claim[];
  readonly unmet: readonly string[];
  /** Null: no model was asked. */
  readonly model: string | null;
}

export interface PartEvents {
  /**
   * `parts` empty: it is done as a whole, for the reason given. A later one of the same generation names those that it goes on with;
   * what it names no more is given up.
   */
  "task.split": { readonly generation: number; readonly parts: readonly Part[]; readonly why: string };
  /** What the reports of a task's parts come to, held against its goal. `unmet`: criteria that nothing of it meets. */
  "parts.joined": Joined & { readonly generation: number };
}

/** The durable key, without its generation, that a task's parts are committed with. */
export const splitKey = "main/split";
/** Under which it waits for them, and follows what a person says about one that failed. */
export const partKeys = "main/parts/";

/** A task of a longer id has no parts: theirs would be longer than any may be. */
export const longestParentId = 60;

export const partIdOf = (parent: TaskId, n: number): TaskId => `${parent}.${n}`;

/** Whose part a task of this id would be; null: nobody's. */
export const parentIdOf = (id: TaskId): TaskId | null => /^(.+)\.\d+$/.exec(id)?.[1] ?? null;

/** Parts by the task that they are parts of, in their order. */
export const partsByTask = <T extends { readonly spec: Pick<TaskSpec, "parent"> }>(
  tasks: readonly T[],
): ReadonlyMap<TaskId, readonly T[]> =>
  Map.groupBy(
    tasks.filter(({ spec: { parent } }) => parent !== undefined),
    ({ spec: { parent = "" } }) => parent,
  );

/** Tasks that count by themselves: parts count with their parent where that is there too. */
export function withoutParts<T extends { readonly id: TaskId; readonly spec: Pick<TaskSpec, "parent"> }>(
  tasks: readonly T[],
): readonly T[] {
  const ids = new Set(tasks.map(({ id }) => id));
  return tasks.filter(({ spec: { parent } }) => parent === undefined || !ids.has(parent));
}

/** How many tasks these are where parts count with what they are parts of. */
export function countWhole(
  ids: readonly TaskId[],
  tasks: readonly { readonly id: TaskId; readonly spec: Pick<TaskSpec, "parent"> }[],
): number {
  const parents = new Map(tasks.map(({ id, spec }) => [id, spec.parent]));
  return new Set(ids.map((id) => parents.get(id) ?? id)).size;
}

/** In their order, and parts right below what they are parts of where that is there too. */
export function inTreeOrder<T extends { readonly id: TaskId; readonly spec: Pick<TaskSpec, "parent"> }>(
  tasks: readonly T[],
): readonly T[] {
  const whole = withoutParts(tasks);
  if (whole.length === tasks.length) return tasks;
  const parts = partsByTask(tasks);
  return whole.flatMap((task) => [task, ...(parts.get(task.id) ?? [])]);
}

/** What a task waits for beside what it names: a part needs what its parent needs, a parent its parts. */
export function withPartNeeds<T extends { readonly id: TaskId; readonly spec: Pick<TaskSpec, "parent" | "needs"> }>(
  tasks: readonly T[],
): readonly { readonly task: T; readonly id: TaskId; readonly needs: readonly TaskId[] }[] {
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const parts = partsByTask(tasks);
  if (parts.size === 0) return tasks.map((task) => ({ task, id: task.id, needs: task.spec.needs }));
  return tasks.map((task) => {
    const { parent, needs } = task.spec;
    const ofParent = parent === undefined ? [] : (byId.get(parent)?.spec.needs ?? []);
    return { task, id: task.id, needs: [...needs, ...ofParent, ...(parts.get(task.id) ?? []).map(({ id }) => id)] };
  });
}
