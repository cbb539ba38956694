import type { CheckSettings } from "../domain/settings.ts";
import { checksOfTask } from "../policy/check-scope.ts";
import { checksOfChange as touchedOf } from "../engine/task/checks-of-change.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import type { TaskProgress } from "./task-progress.ts";

/** The checks this task must pass, as the settings had them when it began, and the one that it was reopened for. */
export function checksOf({ task }: TaskWork): readonly CheckSettings[] {
  const { checks } = task.settings;
  const own = new Set(checksOfTask(checks, task.spec.checks));
  return checks.filter((check) => own.has(check) || check.name === task.restartReason?.reopened?.check);
}

/** Of these, the ones that a change has to pass, which `also` are among. Read inside effects. */
export async function checksOfChange(
  { task, workspace }: TaskWork,
  checks: readonly CheckSettings[],
  change: { readonly base: string; readonly commit: string },
  also: readonly string[],
): Promise<readonly CheckSettings[]> {
  const touched = new Set(await touchedOf(workspace.history, checks, task.spec.checks, change));
  const mends = task.restartReason?.reopened?.check;
  return checks.filter((check) => touched.has(check) || also.includes(check.name) || check.name === mends);
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
