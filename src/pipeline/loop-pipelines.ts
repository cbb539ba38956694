import type { PlanStep } from "../domain/answers.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { begin, resolveBase } from "./begin.ts";
import { gateAndMerge } from "./merge.ts";
import { agreeOnPlan } from "./plan.ts";
import { nothing } from "./results.ts";
import { reviewedWork } from "./reviewed-work.ts";
import { isUnchanged, type TaskProgress } from "./task-progress.ts";

/** Implement and review; for work of low risk. The goal itself is the one step. */
export async function runTwoLoop(work: TaskWork): Promise<void> {
  const progress = await begin(work, "IMPLEMENTING");
  if (progress !== null) await workInTwoLoops(work, progress);
}

/** Plan, implement and review; the default. */
export async function runThreeLoop(work: TaskWork): Promise<void> {
  const progress = await begin(work, "PLANNING");
  if (progress !== null) await workInThreeLoops(work, progress);
}

export async function workInTwoLoops(work: TaskWork, progress: TaskProgress): Promise<void> {
  await resolveBase(work, progress, "IMPLEMENTING");
  const { goal, details } = work.task.spec;
  await implementSteps(work, progress, [{ id: "S1", title: goal, details: details ?? "", files: [] }]);
  await gateAndMerge(work, progress);
}

export async function workInThreeLoops(work: TaskWork, progress: TaskProgress): Promise<void> {
  const steps = await agreeOnPlan(work, progress);
  await resolveBase(work, progress, "IMPLEMENTING");
  await implementSteps(work, progress, steps);
  await gateAndMerge(work, progress);
}

/** Step by step on one branch; reviewed each by itself, or as a whole at the end. */
async function implementSteps(work: TaskWork, progress: TaskProgress, steps: readonly PlanStep[]): Promise<void> {
  const { task } = work;
  await task.once(
    "main/steps",
    {
      inputs: { steps: steps.map(({ id, title }) => ({ id, title })) },
      result: nothing,
      reason: "steps",
      withNext: true,
    },
    (effect) => {
      effect.record({
        type: "steps.set",
        data: { generation: task.generation, steps: steps.map(({ id, title }) => ({ id, title, stage: "main" })) },
      });
      return Promise.resolve(null);
    },
  );
  const each = progress.chosen?.reviewPer ?? task.settings.review.per ?? (task.spec.risk === "high" ? "step" : "task");
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
      trouble: [],
      conflicts: [],
    });
  }
  if (each === "step" || isUnchanged(progress)) return;
  await reviewedWork(work, progress, {
    key: "main/whole",
    step: null,
    kind: "whole",
    title: task.spec.goal,
    details: task.spec.details ?? "",
    implementsFirst: false,
    review: true,
    enters: "QUALITY_GATE",
    arrange: null,
    trouble: [],
    conflicts: [],
  });
}
