import { windowAt } from "../layout/list-window.ts";
import { listOf, type World } from "../screen/screen-model.ts";
import { opened, sending, stay, type Choice, type Step, type UiState } from "../screen/ui-state.ts";
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

/** Keeps the task under the cursor when the order changes. */
export const choose =
  (change: (tasks: UiState["tasks"]) => UiState["tasks"]) =>
  (ui: UiState, world: World): Step => {
    const list = listOf(ui, world);
    const { selected } = windowAt(ui.tasks.cursor, list.entries.length, 1, (id) => list.indexOf.get(id));
    const id = list.entries[selected]?.row.id ?? null;
    return stay({ ...ui, tasks: change({ ...ui.tasks, cursor: { ...ui.tasks.cursor, id } }) });
  };

/** Gives the mouse to the terminal, or takes it again. */
export const mouseSwitch = (ui: UiState): Step =>
  sending(
    { ...ui, mouse: !ui.mouse, hint: ui.mouse ? "mouse off: the terminal selects and scrolls by itself" : "mouse on" },
    { kind: "mouse", on: !ui.mouse },
  );
