import type { TaskId } from "../../domain/ids.ts";
import type { Answer, Hold } from "../../domain/question.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { Derived } from "../../domain/task.ts";
import { decidedLook, derivedLook, revertedLook, taskLook, waitLook, type Look } from "../text/look.ts";
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
}

export function entryOf(row: TaskRow, world: TaskWorld, answer: Answer | null = null): TaskEntry {
  return {
    row,
    derived: derivedOf(row, world),
    hold: holdOf(row, world),
    blockedBy: blockedBy(row, world),
    active: world.active.has(row.id),
    answer,
    wait: waitingFor(row, world),
    reverted: isReverted(row, world),
  };
}

/** The decision the next run begins with: it cannot be taken back any more. */
export const decidedOf = ({ row, answer }: TaskEntry, now: number): Answer | null =>
  row.state === "AWAITING_HUMAN" && answer !== null && answer.effectiveAt <= now ? answer : null;

export function entryLook({ row, derived, reverted }: TaskEntry): Look {
  if (derived !== null) return derivedLook[derived];
  return reverted ? revertedLook : taskLook[row.state];
}

/** What it waits for at this instant. */
export const waitNow = ({ wait }: TaskEntry, now: number): TaskWait | null =>
  wait !== null && isWaiting(wait, now) ? wait : null;

/** How it is shown at this instant. */
export function lookNow(entry: TaskEntry, now: number): Look {
  if (decidedOf(entry, now) !== null) return decidedLook;
  const wait = waitNow(entry, now);
  return wait === null ? entryLook(entry) : waitLook[wait.kind];
}
