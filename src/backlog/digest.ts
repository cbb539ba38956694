import { createHash } from "node:crypto";

import type { TaskId } from "../domain/ids.ts";
import { canonicalJson } from "../domain/json.ts";
import type { TaskSpec } from "../domain/task.ts";

export interface ChangedTask {
  readonly before: TaskSpec;
  readonly after: TaskSpec;
  /** Keys of the task that differ, in the order of the type. */
  readonly keys: readonly (keyof TaskSpec)[];
}

export interface BacklogChange {
  readonly added: readonly TaskSpec[];
  readonly changed: readonly ChangedTask[];
  readonly removed: readonly TaskSpec[];
}

/** Equal for tasks that mean the same: written in another order or with a default spelt out, the digest stays. */
export const taskDigest = (task: TaskSpec): string =>
  createHash("sha256")
    .update(canonicalJson(comparable(task)))
    .digest("hex");

/** What another version of the backlog changes. Ids are compared without regard to case, as they are unique that way. */
export function compareBacklogs(before: readonly TaskSpec[], after: readonly TaskSpec[]): BacklogChange {
  const old = byId(before);
  const now = byId(after);
  const changed = after.flatMap((task): ChangedTask[] => {
    const earlier = old.get(task.id.toLowerCase());
    const keys = earlier === undefined ? [] : differing(earlier, task);
    return earlier === undefined || keys.length === 0 ? [] : [{ before: earlier, after: task, keys }];
  });
  return {
    added: after.filter((task) => !old.has(task.id.toLowerCase())),
    changed,
    removed: before.filter((task) => !now.has(task.id.toLowerCase())),
  };
}

function differing(before: TaskSpec, after: TaskSpec): (keyof TaskSpec)[] {
  const [a, b] = [comparable(before), comparable(after)];
  return taskKeys.filter((key) => canonicalJson(a[key]) !== canonicalJson(b[key]));
}

const byId = (tasks: readonly TaskSpec[]): ReadonlyMap<TaskId, TaskSpec> =>
  new Map(tasks.map((task) => [task.id.toLowerCase(), task]));

/** Lists whose order says nothing are sorted. */
const comparable = (task: TaskSpec) => ({
  ...task,
  needs: task.needs.toSorted(),
  approve: task.approve.toSorted(),
  checks: task.checks?.toSorted() ?? null,
});

const positions: Readonly<Record<keyof TaskSpec, true>> = {
  id: true,
  goal: true,
  details: true,
  risk: true,
  area: true,
  needs: true,
  mode: true,
  priority: true,
  context: true,
  checks: true,
  models: true,
  budget: true,
  timeoutMs: true,
  approve: true,
};

const isTaskKey = (key: string): key is keyof TaskSpec => Object.hasOwn(positions, key);
const taskKeys = Object.keys(positions).filter(isTaskKey);
