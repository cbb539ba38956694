import type { PlanStep } from "../domain/answers.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { keptReview } from "../policy/kept-keys.ts";
import { reviewedWork } from "./reviewed-work.ts";
import type { TaskProgress, Unit } from "./task-progress.ts";

/** Steps that are reviewed each by itself, or together at their end. */
export interface StepsOfStage extends Pick<Unit, "trouble" | "ladder" | "since"> {
  readonly steps: readonly PlanStep[];
  /** What they are together, for the review at their end. */
  readonly whole: Pick<Unit, "key" | "title" | "details">;
}

/** Step by step on one branch; reviewed each by itself, or as a whole at the end. */
export async function workSteps(work: TaskWork, progress: TaskProgress, stage: StepsOfStage): Promise<void> {
  const { task } = work;
  const { steps, whole, ...of } = stage;
  const start = stage.since ?? progress.base;
  const each =
    keptReview(task.restartReason?.keep ?? []) ??
    progress.chosen?.reviewPer ??
    task.settings.review.per ??
    (task.spec.risk === "high" ? "step" : "task");
  for (const [index, step] of steps.entries()) {
    const last = index === steps.length - 1;
    progress.steps.add(step.id);
    progress.session = null;
    await reviewedWork(work, progress, {
      key: `main/${step.id}`,
      step: step.id,
      kind: "step",
      title: step.title,
      details: step.details,
      implementsFirst: true,
      review: each === "step",
      enters: last ? (each === "step" ? "QUALITY_GATE" : "CODE_REVIEW") : "IMPLEMENTING",
      arrange: null,
      conflicts: [],
      trouble: of.trouble,
      ...(of.ladder === undefined ? {} : { ladder: of.ladder }),
    });
  }
  if (each === "step" || progress.tip === start) return;
  await reviewedWork(work, progress, {
    ...whole,
    ...of,
    step: null,
    kind: "whole",
    implementsFirst: false,
    review: true,
    enters: "QUALITY_GATE",
    arrange: null,
    trouble: [],
    conflicts: [],
  });
}
