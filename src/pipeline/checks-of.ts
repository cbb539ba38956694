import type { CheckSettings } from "../domain/settings.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";

/** The checks this task must pass, as the settings had them when it began. */
export function checksOf(work: TaskWork): readonly CheckSettings[] {
  const { checks } = work.task.spec;
  return work.task.settings.checks.filter((check) => checks === null || checks.includes(check.name));
}
