import type { PlanStep } from "../domain/answers.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { keptBody, type Body } from "../policy/kept-keys.ts";
import { workByRoadmap } from "./adaptive.ts";
import { begin, resolveBase } from "./begin.ts";
import { gateAndMerge } from "./merge.ts";
import { agreeOnPlan } from "./plan.ts";
import { nothing } from "./results.ts";
import type { TaskProgress } from "./task-progress.ts";
import { workSteps } from "./work-steps.ts";

/** Implement and review; for work of low risk. The goal itself is the one step. */
export async function runTwoLoop(work: TaskWork): Promise<void> {
  const progress = await begin(work, "IMPLEMENTING");
  if (progress !== null) await workBy(work, progress, "two-loop");
}

/** Plan, implement and review; the default. */
export async function runThreeLoop(work: TaskWork): Promise<void> {
  const progress = await begin(work, "PLANNING");
  if (progress !== null) await workBy(work, progress, "three-loop");
}

/** By what the mode says, unless steps are done that were planned otherwise: what they were planned with goes on. */
export async function workBy(work: TaskWork, progress: TaskProgress, mode: Body): Promise<void> {
  switch (keptBody(work.task.spec.mode, work.task.restartReason?.keep ?? []) ?? mode) {
    case "two-loop":
      return await workInTwoLoops(work, progress);
    case "three-loop":
      return await workInThreeLoops(work, progress);
    case "adaptive":
      return await workByRoadmap(work, progress);
  }
}

async function workInTwoLoops(work: TaskWork, progress: TaskProgress): Promise<void> {
  await resolveBase(work, progress, "IMPLEMENTING");
  const { goal, details } = work.task.spec;
  await oneStage(work, progress, [{ id: "S1", title: goal, details: details ?? "", files: [] }]);
  await gateAndMerge(work, progress);
}

async function workInThreeLoops(work: TaskWork, progress: TaskProgress): Promise<void> {
  const { plan } = await agreeOnPlan(work, progress, "steps");
  await resolveBase(work, progress, "IMPLEMENTING");
  await oneStage(work, progress, plan.steps);
  await gateAndMerge(work, progress);
}

/** The whole task as one stage, which nobody supervises. */
async function oneStage(work: TaskWork, progress: TaskProgress, steps: readonly PlanStep[]): Promise<void> {
  const { task } = work;
  const named = steps.map(({ id, title }) => ({ id, title }));
  await task.once(
    "main/steps",
    { inputs: { steps: named }, result: nothing, reason: "steps", withNext: true },
    (effect) => {
      effect.record({
        type: "steps.set",
        data: { generation: task.generation, steps: named.map((step) => ({ ...step, stage: "main" })) },
      });
      return Promise.resolve(null);
    },
  );
  const whole = { key: "main/whole", title: task.spec.goal, details: task.spec.details ?? "" };
  await workSteps(work, progress, { steps, whole, trouble: [] });
}
