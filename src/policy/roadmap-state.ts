import type { PlanStep } from "../domain/answers.ts";
import type { StepId } from "../domain/ids.ts";
import type { Roadmap, Stage, StageId, StageState } from "../domain/roadmap.ts";
import type { Risk } from "../domain/task.ts";

/** A stage and what became of it. */
export interface PlacedStage extends Stage {
  readonly state: StageState;
  /** From 1; 0: it was never begun. */
  readonly opening: number;
  /** Those of its steps that are done in this opening. */
  readonly todo: readonly StepId[];
}

/** All that a change of a roadmap is judged by. Plain data: it may be committed as it is. */
export interface RoadmapState {
  readonly facts: readonly string[];
  readonly unknown: readonly string[];
  readonly guesses: readonly string[];
  /** In their order of work; those that were merged or split are not in it any more. */
  readonly stages: readonly PlacedStage[];
  /** The highest numbers given so far: no id is given twice. */
  readonly lastStage: number;
  readonly lastStep: number;
  /** How many revisions models have changed it by, the first not counted. */
  readonly revisions: number;
  /** How many steps the first roadmap had. */
  readonly firstSteps: number;
  /** What was open, and in what order, at each revision. */
  readonly seen: readonly string[];
}

export interface RoadmapLimits {
  readonly stages: number;
  /** Revisions by models. */
  readonly changes: number;
  /** Of one stage, not counting its first. */
  readonly reopen: number;
  readonly risk: Risk;
  /** Names of the checks that there are. */
  readonly checks: readonly string[];
}

/** The state of a task whose first roadmap this is. */
export function firstState(roadmap: Roadmap): RoadmapState {
  const stages = roadmap.stages.map((stage): PlacedStage => ({
    ...stage,
    state: "PENDING",
    opening: 0,
    todo: stage.steps.map(({ id }) => id),
  }));
  const state: RoadmapState = {
    facts: roadmap.facts,
    unknown: roadmap.unknown,
    guesses: roadmap.guesses,
    stages,
    lastStage: roadmap.stages.length,
    lastStep: roadmap.stages.reduce((sum, { steps }) => sum + steps.length, 0),
    revisions: 0,
    firstSteps: 0,
    seen: [],
  };
  return { ...state, firstSteps: openSteps(state), seen: [digestOf(state)] };
}

/** The roadmap as its revision says it. */
export const roadmapOf = ({ facts, unknown, guesses, stages }: RoadmapState): Roadmap => ({
  facts,
  unknown,
  guesses,
  stages: stages.map(({ id, title, goal, files, needs, checks, doneWhen, steps }) => ({
    id,
    title,
    goal,
    files,
    needs,
    checks,
    doneWhen,
    steps,
  })),
});

/**
 * What is to be worked on: a stage that is open (again), else the first that has not begun and whose needs are done or
 * skipped. Null: all are done. As needs have no cycle, there is one as long as a stage is open.
 */
export function nextStage({ stages }: RoadmapState): PlacedStage | null {
  const closed = new Set(stages.filter((stage) => !isOpen(stage)).map(({ id }) => id));
  return (
    stages.find(({ state }) => state === "ACTIVE") ??
    stages.find(({ state, needs }) => state === "PENDING" && needs.every((need) => closed.has(need))) ??
    // Never left out, whatever it was said to need.
    stages.find(({ state }) => state === "PENDING") ??
    null
  );
}

/** The steps that are done in this opening of a stage, in their order. */
export const stepsTodo = (stage: PlacedStage): readonly PlanStep[] =>
  stage.steps.filter(({ id }) => stage.todo.includes(id));

/** The state after a stage is begun for the first time; as it was where it is open already. */
export const begin = (state: RoadmapState, id: StageId): RoadmapState =>
  withStage(state, id, (stage) => (stage.state === "PENDING" ? { ...stage, state: "ACTIVE", opening: 1 } : stage));

/** The state after a stage is done. */
export const finish = (state: RoadmapState, id: StageId): RoadmapState =>
  withStage(state, id, (stage) => (stage.state === "ACTIVE" ? { ...stage, state: "DONE" } : stage));

export const isOpen = ({ state }: PlacedStage): boolean => state === "PENDING" || state === "ACTIVE";

/** How many steps are still to be done; all of a stage that is worked on count. */
export const openSteps = ({ stages }: RoadmapState): number =>
  stages.filter(isOpen).reduce((sum, { todo }) => sum + todo.length, 0);

/**
 * What is open and in what order: the titles of the steps, stage by stage. Not their ids, which are never given twice: two
 * stages that are merged and split again have other ids and the same work.
 */
export const digestOf = ({ stages }: RoadmapState): string =>
  JSON.stringify(
    stages.filter(isOpen).map((stage) =>
      stepsTodo(stage).map(({ title }) =>
        title
          .toLowerCase()
          .replace(/[^\p{L}\p{N}]+/gu, " ")
          .trim(),
      ),
    ),
  );

/** The state with one stage as `change` makes it. */
export function withStage(state: RoadmapState, id: StageId, change: (stage: PlacedStage) => PlacedStage): RoadmapState {
  return { ...state, stages: state.stages.map((stage) => (stage.id === id ? change(stage) : stage)) };
}
