import type { TaskId } from "../domain/ids.ts";
import type { Answer, Hold } from "../domain/question.ts";
import type { TaskRow } from "../domain/rows.ts";
import type { Derived } from "../domain/task.ts";
import { blockedBy, derivedOf, holdOf, type TaskWorld } from "./derived.ts";
import { derivedLook, taskLook, type Look } from "./look.ts";

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
}

export function entryOf(row: TaskRow, world: TaskWorld, answer: Answer | null = null): TaskEntry {
  return {
    row,
    derived: derivedOf(row, world),
    hold: holdOf(row, world),
    blockedBy: blockedBy(row, world),
    active: world.active.has(row.id),
    answer,
  };
}

/** The decision the next run begins with: it cannot be taken back any more. */
export const decidedOf = ({ row, answer }: TaskEntry, now: number): Answer | null =>
  row.state === "AWAITING_HUMAN" && answer !== null && answer.effectiveAt <= now ? answer : null;

export const entryLook = (entry: TaskEntry): Look =>
  entry.derived === null ? taskLook[entry.row.state] : derivedLook[entry.derived];
