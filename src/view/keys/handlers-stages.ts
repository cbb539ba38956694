import type { StageRow } from "../../domain/roadmap.ts";
import { focusedTask, type World } from "../screen/screen-model.ts";
import { opened, stay, type Choice, type Step, type UiState } from "../screen/ui-state.ts";
import { editOf } from "../text/text-edit.ts";

/** The stages that may be skipped, and those that may be opened again: choosing one is the confirmation, or asks what for. */
export function changeStages(ui: UiState, world: World): Step {
  const task = focusedTask(ui, world);
  const stages = task === null ? undefined : world.source.getSnapshot("task", task)?.roadmap?.stages;
  if (task === null || stages === undefined)
    return stay({ ...ui, hint: "open the task first: its stages are not read yet" });
  if (!stages.some(({ state }) => state === "PENDING" || state === "ACTIVE"))
    return stay({ ...ui, hint: "all its stages are worked on: request changes, or rewind it" });
  const choices = stages.flatMap((stage) => choicesOf(task, stage));
  if (choices.length === 0) return stay({ ...ui, hint: "no stage can be skipped or opened again now" });
  return stay(opened(ui, { kind: "picker", title: `Stages of ${task}`, choices, edit: editOf(""), index: 0 }));
}

function choicesOf(task: string, { id, state, title }: StageRow): readonly Choice[] {
  if (state === "PENDING")
    return [
      { label: `skip ${id}`, note: title, send: [{ kind: "give", command: { kind: "skip_stage", task, stage: id } }] },
    ];
  if (state === "DONE")
    return [{ label: `open ${id} again`, note: title, send: [], asks: { what: "reopen", task, stage: id } }];
  return [];
}
