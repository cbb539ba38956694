import type { CheckSettings } from "../../domain/settings.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { touchedChecks } from "../../policy/check-scope.ts";
import type { History } from "../ports/workspace.ts";

/** Of these checks, those that a change has to pass. `named`: those that a task names itself; null: it names none. */
export async function checksOfChange(
  history: Pick<History, "touched">,
  checks: readonly CheckSettings[],
  named: TaskSpec["checks"],
  { base, commit }: { readonly base: string; readonly commit: string },
): Promise<readonly CheckSettings[]> {
  if (checks.every(({ when }) => when === undefined)) return checks;
  const paths = await history.touched(base, commit);
  return touchedChecks(checks, named, paths);
}
