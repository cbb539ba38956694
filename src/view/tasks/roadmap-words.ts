import {
  changeWords,
  type RoadmapRevision,
  type StageId,
  type StageRow,
  type StageState,
  type TaskRoadmap,
} from "../../domain/roadmap.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { StepState, TaskState } from "../../domain/task.ts";
import { clean } from "../text/clean.ts";
import { stageStyle, stepLook, type StateStyle } from "../text/state-styles.ts";

/** `ST2/4`; where stages were merged or split its name is not its place: `ST6 2/4`. Null: there are no stages to tell apart. */
export function stageOfMany({ stage }: Pick<TaskRow, "stage">): string | null {
  if (stage === undefined || stage.count < 2) return null;
  const { id, index, count } = stage;
  return id === `ST${index}` ? `${id}/${count}` : `${clean(id)} ${index}/${count}`;
}

/** `2 by opus: the parser came first`, and what it changed. */
export const revisionWords = ({ rev, by, why, changes }: RoadmapRevision): readonly string[] => [
  // A person who skips a stage says no more than that.
  `${rev} by ${by}${why === "" || why === `skipped by ${by}` ? "" : `: ${why}`}`,
  ...changes.map(changeWords),
];

/** What a stage was opened again for, one each time. */
export const reopenedFor = ({ revisions }: TaskRoadmap, id: StageId): readonly string[] =>
  revisions.flatMap(({ changes }) =>
    changes.flatMap((change) => (change.op === "reopen" && change.stage === id ? [change.finding] : [])),
  );

/** How a step of a stage stands: what is left of one that is skipped is not to come. */
export const stageStepLook = (step: StepState, stage: StageState, task: TaskState): StateStyle =>
  stage === "SKIPPED" && step !== "COMPLETED" ? stageStyle.SKIPPED : stepLook(step, task);

/** What is behind the title of a stage: that it was opened again and what for, or why it is skipped. */
export function stageNote(roadmap: TaskRoadmap, { id, state, opening, reason }: StageRow): string | null {
  if (state === "SKIPPED") return `skipped: ${reason}`;
  if (opening < 2) return null;
  const last = reopenedFor(roadmap, id).at(-1);
  return `opening ${opening}${last === undefined ? "" : `: ${last}`}`;
}
