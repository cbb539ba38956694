import type { InputOf } from "../../actions/table.ts";
import type { TaskId } from "../../domain/ids.ts";
import type { ModelName } from "../../domain/ids.ts";
import { modeForRisk, type Role, type TaskSpec } from "../../domain/task.ts";
import { knownTasks } from "./read-inputs.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";

const prefix = "DO-";
const roles: readonly Role[] = ["planner", "plan_reviewer", "implementer", "code_reviewer"];

/** What may be said of a task on the command line. */
type Said = Pick<InputOf<"do">, "risk" | "mode" | "model"> &
  Partial<Pick<TaskSpec, "details" | "area" | "needs" | "priority">>;

/** A task from the command line, with what a backlog would fill in. */
export function goalTask(
  { risk = "medium", mode, model, details = null, area = null, needs = [], priority = 0 }: Said,
  id: TaskId,
  goal: string,
): TaskSpec {
  return {
    id,
    goal: goal.trim(),
    details,
    risk,
    area,
    needs,
    mode: mode ?? modeForRisk(risk),
    priority,
    context: [],
    checks: null,
    models: model === undefined ? {} : everyRole(model),
    budget: { usdMicros: null, tokens: null },
    timeoutMs: null,
    approve: risk === "high" ? ["merge"] : [],
  };
}

function everyRole(model: ModelName): TaskSpec["models"] {
  const models: Partial<Record<Role, readonly ModelName[]>> = {};
  for (const role of roles) models[role] = [model];
  return models;
}

/** The next free id of a task without a file: DO-1, DO-2, ... One that the backlog gives a task of its own is not free. */
export async function nextGoalId({ program, ledger, repository }: RepositoryContext): Promise<TaskId> {
  const rows = await ledger.tasks.list(repository.id);
  const ids = [...rows.map(({ id }) => id), ...knownTasks(program, repository.top)];
  const taken = ids.map((id) => Number(/^DO-(\d{1,9})$/i.exec(id)?.[1] ?? 0));
  return `${prefix}${Math.max(0, ...taken) + 1}`;
}
