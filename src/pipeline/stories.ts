import type { PlanStep } from "../domain/answers.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { begin, settleBase } from "./begin.ts";
import { gateAndMerge } from "./merge.ts";
import { agreeOnPlan } from "./plan.ts";
import { nothing } from "./results.ts";
import { reviewedWork } from "./reviewed-work.ts";
import type { Story } from "./story.ts";

/** Implement and review; for work of low risk. The goal itself is the one step. */
export async function twoLoop(work: TaskWork): Promise<void> {
  const story = await begin(work, "IMPLEMENTING");
  await settleBase(work, story, "IMPLEMENTING");
  const { goal, details } = work.task.spec;
  await implementSteps(work, story, [{ id: "S1", title: goal, details: details ?? "", files: [] }]);
  await gateAndMerge(work, story);
}

/** Plan, implement and review; the default. */
export async function threeLoop(work: TaskWork): Promise<void> {
  const story = await begin(work, "PLANNING");
  const steps = await agreeOnPlan(work, story);
  await settleBase(work, story, "IMPLEMENTING");
  await implementSteps(work, story, steps);
  await gateAndMerge(work, story);
}

/** Step by step on one branch; reviewed each by itself, or as a whole at the end. */
async function implementSteps(work: TaskWork, story: Story, steps: readonly PlanStep[]): Promise<void> {
  const { task } = work;
  await task.once(
    "main/steps",
    { inputs: { steps: steps.map(({ id, title }) => ({ id, title })) }, result: nothing, reason: "steps" },
    (effect) => {
      effect.record({
        type: "steps.set",
        data: { generation: task.generation, steps: steps.map(({ id, title }) => ({ id, title, stage: "main" })) },
      });
      return Promise.resolve(null);
    },
  );
  const each = task.settings.review.per ?? (task.spec.risk === "high" ? "step" : "task");
  for (const [index, step] of steps.entries()) {
    const last = index === steps.length - 1;
    story.steps.add(step.id);
    story.session = null;
    await reviewedWork(work, story, {
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
  if (each === "step") return;
  await reviewedWork(work, story, {
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
