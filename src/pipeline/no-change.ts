import type { Action } from "../domain/question.ts";
import type { TaskState } from "../domain/task.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { TaskFailed } from "../engine/waiting/interrupts.ts";
import type { Trouble } from "./trouble.ts";
import type { AskAboutNoChange } from "./retry-until-result.ts";
import type { TaskProgress, Unit } from "./task-progress.ts";

/** A person settled what no model changed: nothing is needed, or they do it themselves. */
export interface LeftToPerson {
  readonly kind: "left_to_person";
  readonly action: "approve" | "take_over";
  readonly by: string;
  /** Of the question. */
  readonly key: string;
}

/** What could be answered before "nothing is needed" could. */
const formerly: readonly Action[] = ["retry", "abort"];

/** Asks a person what becomes of work that a model was asked for twice and changed nothing for. */
export const askAboutNoChange =
  (work: TaskWork, progress: TaskProgress, unit: Unit): AskAboutNoChange<LeftToPerson> =>
  async (tryKey, trouble) => {
    const key = `${tryKey}/trouble`;
    // The work of others that lies in the tree is not yet part of the task, or checks are red: something is needed.
    const mayEnd = unit.kind !== "conflict" && unit.kind !== "gate_fix";
    const given = await work.task.ask(key, {
      kind: "other",
      reason: "no_change",
      text: textOf(work, unit, trouble, mayEnd),
      actions: [...(mayEnd ? (["approve"] as const) : []), "request_changes", "retry", "take_over", "abort"],
      formerly,
      returnState: "IMPLEMENTING",
      evidence: {
        model: trouble.model,
        said: trouble.said,
        part: unit.title,
        worktree: progress.worktree,
        ...(trouble.unsettled.length === 0 ? {} : { conflict_markers_in: [...trouble.unsettled] }),
      },
      to: ({ action }): TaskState | null =>
        action === "approve" ? unit.enters : action === "abort" || action === "take_over" ? null : "IMPLEMENTING",
    });
    const { action, by } = given;
    if (action === "abort")
      throw new TaskFailed({ type: "aborted", reason: trouble.type, message: given.text ?? trouble.message });
    if (action === "approve" || action === "take_over") return { kind: "left_to_person", action, by, key };
    if (action === "request_changes") progress.words = given.text;
    return { kind: "retry", forced: given.model };
  };

function textOf(work: TaskWork, unit: Unit, trouble: Trouble, mayEnd: boolean): string {
  const { model, said, unsettled } = trouble;
  const what = unsettled.length > 0 ? `left conflict markers in ${unsettled.join(", ")}` : "changed no file";
  const lines = [`${work.task.id}: ${model ?? "a model"} was asked twice for "${unit.title}" and ${what}.`];
  if (said !== null) lines.push(`It says: ${said}`);
  if (unit.kind === "gate_fix")
    lines.push("The checks stay red without a change, and what they are red for is not merged.");
  const ways = [
    ...(mayEnd ? ["approve if nothing is needed (it counts as done, without a change)"] : []),
    "request changes to say more (your words go into the next try)",
    "retry with another model",
    "take it over",
    "abort",
  ];
  lines.push(`You may ${ways.slice(0, -1).join(", ")}, or ${ways.at(-1) ?? ""}.`);
  return lines.join("\n");
}
