import type { CheckSettings } from "../domain/settings.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import type { TaskProgress } from "./task-progress.ts";

/** The checks this task must pass, as the settings had them when it began. */
export function checksOf(work: TaskWork): readonly CheckSettings[] {
  const { checks } = work.task.spec;
  return work.task.settings.checks.filter((check) => checks === null || checks.includes(check.name));
}

/**
 * The checks of this task that people go on without; null: it began under a version that did not ask, so that whatever is red
 * at its base is known. Read inside effects.
 */
export async function waivedOf(work: TaskWork, progress: TaskProgress): Promise<readonly string[] | null> {
  if (!progress.measuredFirst) return null;
  const waived = await work.waived();
  return checksOf(work)
    .filter(({ name, run }) => waived.some(({ check, command }) => check === name && command === run))
    .map(({ name }) => name);
}
