import { roadmapSettings } from "../domain/roadmap-settings.ts";
import type { NewEvent } from "../domain/events.ts";
import type { StepId } from "../domain/ids.ts";
import { toJson } from "../domain/json.ts";
import type { Roadmap, RoadmapChange, StageId, StageRecord } from "../domain/roadmap.ts";
import type { TaskWork } from "../engine/task/pipeline.ts";
import { keepsPlan } from "../policy/kept-keys.ts";
import { applyChanges, type Changed } from "../policy/roadmap.ts";
import { firstState, roadmapOf, type RoadmapLimits, type RoadmapState } from "../policy/roadmap-state.ts";
import { changedSchema } from "./roadmap-results.ts";
import { nothing } from "./results.ts";
import type { TaskProgress } from "./task-progress.ts";

/** How far the roadmap of a task has come while its pipeline runs: built, like its progress, from committed results only. */
export interface RoadmapStory {
  state: RoadmapState;
  /** Of the last revision. */
  rev: number;
  /** All that were ever named, in their order. */
  steps: readonly StoryStep[];
  /** Stages as they ended, one after the other, and the tip of the branch then. */
  readonly ends: StageEnding[];
  readonly records: StageRecord[];
  /** What a stage is told that is opened again: what failed, and its own change. */
  readonly troubles: Map<StageId, readonly string[]>;
  /** Findings that a stage is to settle. */
  readonly owed: Map<StageId, readonly string[]>;
  /** Checks that are run at the end of a stage beside its own: it was opened for them. */
  readonly rechecks: Map<StageId, readonly string[]>;
  /** Steps that rules added to make a check pass again. */
  readonly mending: Set<StepId>;
  /** Failures that a person goes on with. */
  readonly accepted: Set<string>;
  /** Of checks, how many stages had ended when they were green last. */
  readonly greenAfter: Map<string, number>;
  /** Requests of people that were taken up. */
  readonly taken: Set<string>;
}

export interface StageEnding {
  readonly stage: StageId;
  readonly opening: number;
  readonly tip: string;
}

interface StoryStep {
  readonly id: StepId;
  readonly title: string;
  readonly stage: StageId;
  readonly opening: number;
}

/** The first revision, by the planner. */
export async function beginRoadmap(
  work: TaskWork,
  planned: { readonly roadmap: Roadmap; readonly why: string; readonly by: string },
): Promise<RoadmapStory> {
  const state = firstState(planned.roadmap);
  const { roadmap, why, by } = planned;
  const { generation } = work.task;
  await work.task.once(
    "road/1",
    { inputs: { roadmap: toJson(roadmap) }, result: nothing, reason: "roadmap", withNext: true },
    (effect) => {
      effect.record({ type: "roadmap.revised", data: { generation, rev: 1, roadmap, changes: [], why, by } });
      // Of a plan that was kept: its steps may have been named without stages, or after what was kept.
      if (keepsPlan(work.task.restartReason?.keep ?? []))
        effect.record({ type: "steps.changed", data: { generation, steps: stepsOf(state, []) } });
      return Promise.resolve(null);
    },
  );
  return {
    state,
    rev: 1,
    steps: stepsOf(state, []),
    ends: [],
    records: [],
    troubles: new Map(),
    owed: new Map(),
    rechecks: new Map(),
    mending: new Set(),
    accepted: new Set(),
    greenAfter: new Map(),
    taken: new Set(),
  };
}

export interface Revision {
  readonly changes: readonly RoadmapChange[];
  readonly why: string;
  /** A model's or a person's name. */
  readonly by: string;
  readonly who: "model" | "rules" | "person";
}

/** What becomes of the roadmap by these changes, with the events that tell it. For inside an effect. */
export function revise(
  work: TaskWork,
  progress: Pick<TaskProgress, "tip">,
  story: RoadmapStory,
  revision: Revision,
): { readonly changed: Changed; readonly events: readonly NewEvent[] } {
  const changed = applyChanges(story.state, revision.changes, limitsOf(work), revision.who);
  if (changed.kind !== "changed") return { changed, events: [] };
  const { generation } = work.task;
  const { state, moves } = changed;
  const { changes, why, by } = revision;
  const steps = stepsOf(state, story.steps);
  return {
    changed,
    events: [
      {
        type: "roadmap.revised",
        data: { generation, rev: story.rev + 1, roadmap: roadmapOf(state), changes, why, by },
      },
      ...moves.map((move): NewEvent => ({ type: "stage.moved", data: { generation, ...move, tip: progress.tip } })),
      { type: "steps.changed", data: { generation, steps } },
    ],
  };
}

/** Revises as a key by itself. */
export async function reviseOnce(
  work: TaskWork,
  progress: TaskProgress,
  story: RoadmapStory,
  key: string,
  revision: Revision,
): Promise<Changed> {
  const changed = await work.task.once(
    key,
    { inputs: { changes: toJson(revision.changes) }, result: changedSchema, reason: revision.why },
    (effect) => {
      const revised = revise(work, progress, story, revision);
      for (const event of revised.events) effect.record(event);
      return Promise.resolve(revised.changed);
    },
  );
  follow(story, changed);
  return changed;
}

/** The story goes on with what was changed. */
export function follow(story: RoadmapStory, changed: Changed): void {
  if (changed.kind !== "changed") return;
  story.state = changed.state;
  story.rev += 1;
  story.steps = stepsOf(changed.state, story.steps);
}

export function limitsOf({ task }: TaskWork): RoadmapLimits {
  const { stages, changes, reopen } = roadmapSettings(task.settings);
  const { checks } = task.settings;
  return { stages, changes, reopen, risk: task.risk, checks: checks.map(({ name }) => name) };
}

/** The steps of all stages in the order of these; then those of stages that are gone, which others took over. */
function stepsOf({ stages }: RoadmapState, before: readonly StoryStep[]): readonly StoryStep[] {
  const known = new Map(before.map((step) => [step.id, step]));
  const now = stages.flatMap((stage) =>
    stage.steps.map(({ id, title }) => {
      const opening = stage.todo.includes(id) ? Math.max(1, stage.opening) : (known.get(id)?.opening ?? 1);
      return { id, title, stage: stage.id, opening };
    }),
  );
  const named = new Set(now.map(({ id }) => id));
  return [...now, ...before.filter(({ id }) => !named.has(id))];
}
