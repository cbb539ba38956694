import { opened, stay, type Choice, type Step, type UiState } from "../screen/ui-state.ts";
import { sortWord, taskSorts } from "../tasks/task-list.ts";
import { editOf } from "../text/text-edit.ts";

/** The order of the list as a menu; the present one is marked, and the cursor stands on it. */
export function sortMenu(ui: UiState): Step {
  const { sort, reverse } = ui.tasks;
  const choices = taskSorts.map((column): Choice => ({
    label: sortWord[column],
    note: column === sort ? (reverse ? "now, reversed" : "now") : "",
    send: [],
    sort: column,
  }));
  const index = Math.max(0, taskSorts.indexOf(sort));
  return stay(opened(ui, { kind: "picker", title: "Sort the tasks", choices, edit: editOf(""), index }));
}
