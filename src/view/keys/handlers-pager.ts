import { latestChecks } from "../review/evidence.ts";
import type { PagedThing } from "../screen/screen-command.ts";
import { focusedTask, type World } from "../screen/screen-model.ts";
import { opened, stay, type Choice, type Step, type UiState } from "../screen/ui-state.ts";
import { editOf } from "../text/text-edit.ts";

/** What of the task is read in the person's pager; one thing opens at once. */
export function page(ui: UiState, world: World): Step {
  const task = focusedTask(ui, world);
  if (task === null) return stay(ui);
  const { source } = world;
  const choice = (label: string, note: string, thing: PagedThing): Choice => ({
    label,
    note,
    send: [{ kind: "page", task, title: `${task}: ${label}`, thing }],
  });
  const checks = latestChecks(source.getSnapshot("task", task)?.checks ?? []);
  const choices = [
    ...(source.getSnapshot("diff", task).state === "ready" ? [choice("the diff", "", { kind: "diff" })] : []),
    ...(source.getSnapshot("events", task).events.length > 0 ? [choice("the log", "", { kind: "log" })] : []),
    ...checks.map(({ name, result, output }) => choice(`output of ${name}`, result, { kind: "output", path: output })),
  ];
  if (choices.length === 0)
    return stay({ ...ui, hint: "open the task (enter): there its diff, log and checks can be read" });
  return stay(
    opened(ui, { kind: "picker", title: `Read in your pager: ${task}`, choices, edit: editOf(""), index: 0 }),
  );
}
