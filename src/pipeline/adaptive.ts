import type { Plan, PlanStep } from "../domain/answers.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { locatedFiles } from "../policy/analyse-task.ts";
import { begin as beginStage, nextStage, stepsTodo, type PlacedStage } from "../policy/roadmap-state.ts";
import { recordText, stageAmongOthers } from "../prompts/roadmap-text.ts";
import { analyse } from "./analysis.ts";
import { begin, resolveBase } from "./begin.ts";
import { findContext } from "./context.ts";
import { asOneStage } from "./decode-roadmap.ts";
import type { FixLadder } from "./fix-ladder.ts";
import { gateAndMerge } from "./merge.ts";
import { agreeOnPlan, type Planned } from "./plan.ts";
import { nothing } from "./results.ts";
import { beginRoadmap, type RoadmapStory } from "./roadmap-story.ts";
import { afterStage, takeUpRequests } from "./after-stage.ts";
import { endStage, type EndedStage } from "./stage-end.ts";
import type { TaskProgress } from "./task-progress.ts";
import { workSteps } from "./work-steps.ts";

/** A roadmap of stages, each worked on, checked and left before the next; a supervisor only where something is not as thought. */
export async function runAdaptive(work: TaskWork): Promise<void> {
  const progress = await begin(work, "PLANNING");
  if (progress === null) return;
  const { files } = await findContext(work, progress);
  await analyse(work, progress, locatedFiles(work.task.spec, files));
  await workByRoadmap(work, progress);
}

export async function workByRoadmap(work: TaskWork, progress: TaskProgress): Promise<void> {
  const planned = await agreeOnPlan(work, progress, "roadmap");
  await resolveBase(work, progress, "IMPLEMENTING");
  const story = await beginRoadmap(work, firstOf(planned));
  await takeUpRequests(work, progress, story, "start");
  for (let stage = nextStage(story.state); stage !== null; stage = nextStage(story.state)) {
    const ended = await doStage(work, progress, story, stage);
    await afterStage(work, progress, story, ended);
  }
  progress.stage = null;
  progress.plan = { ...planned.plan, steps: story.state.stages.flatMap(({ steps }) => steps) };
  await gateAndMerge(work, progress);
}

function firstOf({ plan, roadmap, model }: Planned): Parameters<typeof beginRoadmap>[1] {
  return { roadmap: roadmap ?? asOneStage(plan), why: plan.summary, by: model };
}

/** The steps of one opening of a stage, and what its end says. */
async function doStage(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  { id, state }: PlacedStage,
): Promise<EndedStage> {
  const { task } = work;
  const isFirst = state === "PENDING";
  const from = progress.tip;
  story.state = beginStage(story.state, id);
  const stage = placed(story, id);
  const { title, goal, opening } = stage;
  const name = `${id}.${opening}`;
  await task.once(
    `road/open/${name}`,
    { inputs: { tip: from }, result: nothing, reason: `${id}: ${title}`, withNext: true },
    (effect) => {
      const move = { stage: id, opening, from: "PENDING", to: "ACTIVE", reason: title, tip: from } as const;
      if (isFirst) effect.record({ type: "stage.moved", data: { generation: task.generation, ...move } });
      return Promise.resolve(null);
    },
  );
  const steps = stepsTodo(stage);
  const ladder: FixLadder = { escalated: false, stopped: [] };
  progress.stage = { id, opening };
  progress.decisions = story.records.map(recordText);
  progress.plan = planOf(story, id, steps);
  await workSteps(work, progress, {
    steps,
    whole: { key: `main/${name}`, title, details: goal },
    since: from,
    trouble: story.troubles.get(id) ?? [],
    ladder,
  });
  return await endStage(work, progress, story, { id, opening, name, from, steps, stopped: ladder.stopped });
}

/** What prompts call the plan: the stages by their names, and all of the one that is worked on. */
const planOf = (story: RoadmapStory, id: string, steps: readonly PlanStep[]): Plan => ({
  summary: stageAmongOthers(story.state, id),
  steps,
  risks: [],
});

function placed({ state }: RoadmapStory, id: string): PlacedStage {
  const stage = state.stages.find((one) => one.id === id);
  if (stage === undefined) throw new Error(`the roadmap has no stage ${id}`);
  return stage;
}
