import type { EventLine } from "../../actions/results/events.ts";
import type { RoadmapResult } from "../../actions/results/roadmap.ts";
import type { Stage, RoadmapEvents, TaskRoadmap } from "../../domain/roadmap.ts";

type Told = "roadmap.revised" | "stage.moved" | "stage.regressed";
type LineData = { readonly [T in Told]: Extract<EventLine, { readonly type: T }>["data"] };

const stageText = ({ steps, ...stage }: Stage) => ({ ...stage, steps: steps.map(({ id }) => id) });

/** `roadmap` of a task. */
export const roadmapJson = ({ roadmap, stages, revisions }: TaskRoadmap): RoadmapResult => ({
  rev: revisions.length,
  stages: roadmap.stages.flatMap((stage) => {
    const row = stages.find(({ id }) => id === stage.id);
    if (row === undefined) return [];
    const { state, opening, place, reason } = row;
    return [{ ...stageText(stage), state, opening, place, reason }];
  }),
  revisions: revisions.map(({ rev, by, why, changes, at }) => ({
    rev,
    by,
    why,
    changes,
    at: new Date(at).toISOString(),
  })),
  facts: roadmap.facts,
  unknown: roadmap.unknown,
  guesses: roadmap.guesses,
});

/** What scripts get of the events of a roadmap. */
export const roadmapShapes: { readonly [T in Told]: (data: RoadmapEvents[T]) => LineData[T] } = {
  "roadmap.revised": ({ rev, by, why, changes, roadmap }) => ({
    rev,
    by,
    why,
    changes,
    stages: roadmap.stages.map(stageText),
  }),
  "stage.moved": ({ stage, opening, from, to, reason, tip = null }) => ({ stage, opening, from, to, reason, tip }),
  "stage.regressed": ({ check, failures, stage, green, red, runs }) => ({ check, failures, stage, green, red, runs }),
};
