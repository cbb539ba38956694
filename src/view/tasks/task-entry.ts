import type { ModelName, TaskId } from "../../domain/ids.ts";
import type { Answer, Hold } from "../../domain/question.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { Derived } from "../../domain/task.ts";
import {
  decidedStyle,
  derivedStyle,
  revertedStyle,
  taskStyle,
  waitStyle,
  type StateStyle,
} from "../text/state-styles.ts";
import { blockedBy, derivedOf, holdOf, isReverted, waitingFor, type TaskWorld } from "./derived.ts";
import { isWaiting, type TaskWait } from "./task-wait.ts";

/** A row with what follows from the rows around it. */
export interface TaskEntry {
  readonly row: TaskRow;
  readonly derived: Derived | null;
  readonly hold: Hold | null;
  readonly blockedBy: readonly TaskId[];
  /** An attempt runs now. */
  readonly active: boolean;
  /** What a person decided on its question while no engine is there to take it. */
  readonly answer: Answer | null;
  /** What it waits for by itself; over when its instant has come. */
  readonly wait: TaskWait | null;
  /** Done, and its merge was undone. */
  readonly reverted: boolean;
  /** Whose plan it is, while it is no more than that; null: nobody's, or not known. */
  readonly planner: ModelName | null;
}

export function entryOf(
  row: TaskRow,
  world: TaskWorld,
  answer: Answer | null = world.answers?.get(row.id) ?? null,
): TaskEntry {
  return {
    row,
    derived: derivedOf(row, world),
    hold: holdOf(row, world),
    blockedBy: blockedBy(row, world),
    active: world.active.has(row.id),
    answer,
    wait: waitingFor(row, world),
    reverted: isReverted(row, world),
    planner: world.planners?.get(row.id) ?? null,
  };
}

/** A part stands a little to the right of what it is a part of. */
export const indentOf = ({ spec }: Pick<TaskRow, "spec">): string => (spec.parent === undefined ? "" : "  ");
export const idColumns = (row: Pick<TaskRow, "id" | "spec">): number => indentOf(row).length + row.id.length;

/** The decision the next run begins with: it cannot be taken back any more. */
export const decidedOf = ({ row, answer }: TaskEntry, now: number): Answer | null =>
  row.state === "AWAITING_HUMAN" && answer !== null && answer.effectiveAt <= now ? answer : null;

export function entryStyle({ row, derived, reverted }: TaskEntry): StateStyle {
  if (derived !== null) return derivedStyle[derived];
  return reverted ? revertedStyle : taskStyle[row.state];
}

/** What it waits for at this instant. */
export const waitNow = ({ wait }: TaskEntry, now: number): TaskWait | null =>
  wait !== null && isWaiting(wait, now) ? wait : null;

/** How it is shown at this instant. */
export function currentStyle(entry: TaskEntry, now: number): StateStyle {
  if (decidedOf(entry, now) !== null) return decidedStyle;
  const wait = waitNow(entry, now);
  return wait === null ? entryStyle(entry) : waitStyle[wait.kind];
}
