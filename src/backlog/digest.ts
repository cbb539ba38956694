import { createHash } from "node:crypto";

import { canonicalJson } from "../domain/json.ts";
import type { TaskSpec } from "../domain/task.ts";

/** Equal for tasks that mean the same: written in another order or with a default spelt out, the digest stays. */
export const taskDigest = (task: TaskSpec): string =>
  createHash("sha256")
    .update(canonicalJson(comparable(task)))
    .digest("hex");

/** Lists whose order says nothing are sorted. */
const comparable = (task: TaskSpec) => ({
  ...task,
  needs: task.needs.toSorted(),
  approve: task.approve.toSorted(),
  ...(task.mayChange === undefined ? {} : { mayChange: task.mayChange.toSorted() }),
  checks: task.checks?.toSorted() ?? null,
});
