import type { TaskWork } from "../engine/task/pipeline.ts";
import { StartOver, TaskFailed } from "../engine/waiting/interrupts.ts";
import type { Given } from "../engine/writing/questions.ts";
import { reviewedWork, takeOver } from "./reviewed-work.ts";
import type { TaskProgress, Unit } from "./task-progress.ts";

/** Follows the answer of a person who does not want a finished change as it is. `key` names the unit: main/change-1. */
export async function changeInstead(
  work: TaskWork,
  progress: TaskProgress,
  key: string,
  asked: string,
  given: Given,
): Promise<void> {
  const unit: Unit = {
    key,
    step: null,
    kind: "change",
    title: "make the requested change",
    details: "",
    implementsFirst: true,
    review: true,
    enters: "QUALITY_GATE",
    arrange: null,
    trouble: [],
    conflicts: [],
  };
  switch (given.action) {
    case "request_changes":
      progress.words = given.text;
      progress.rejections += 1;
      return await reviewedWork(work, progress, unit);
    case "retry":
      throw new StartOver(
        `implemented anew by ${given.by}`,
        (name) => name.startsWith("main/start") || name.startsWith("main/plan"),
        given.model,
        given.text,
      );
    case "take_over":
      return await takeOver(work, progress, unit, `${key}/taken`, "QUALITY_GATE");
    default:
      throw new TaskFailed({
        type: given.action === "abort" ? "aborted" : "rejected",
        reason: asked,
        message: given.text ?? `${given.action} by ${given.by}; the branch ${progress.branch} stays`,
      });
  }
}
