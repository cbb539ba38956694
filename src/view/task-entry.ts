import type { TaskId } from "../domain/ids.ts";
import type { Hold } from "../domain/question.ts";
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
}

export function entryOf(row: TaskRow, world: TaskWorld): TaskEntry {
  return {
    row,
    derived: derivedOf(row, world),
    hold: holdOf(row, world),
    blockedBy: blockedBy(row, world),
    active: world.active.has(row.id),
  };
}

export const entryLook = (entry: TaskEntry): Look =>
  entry.derived === null ? taskLook[entry.row.state] : derivedLook[entry.derived];
