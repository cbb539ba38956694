import type { TaskRow } from "../../domain/rows.ts";
import { span, type Line } from "../text/line.ts";
import type { TaskEntry } from "./task-entry.ts";

/** Whose work it is; before anything is committed who is at it. */
export const workerOf = ({ author, model }: Pick<TaskRow, "author" | "model">): string | null => author ?? model;

/** Who reviewed the work, or does so now. */
export const reviewerOf = ({ row, active }: Pick<TaskEntry, "row" | "active">): string | null =>
  active && row.state === "CODE_REVIEW" ? row.model : row.reviewer;

/** `ann`, `bob reviewed`: the parts of a line that say who did what. */
export function creditParts(entry: Pick<TaskEntry, "row" | "active">): readonly Line[] {
  const [worker, reviewer] = [workerOf(entry.row), reviewerOf(entry)];
  return [
    ...(worker === null ? [] : [[span(worker, "accent")]]),
    ...(reviewer === null ? [] : [[span(`${reviewer} `, "accent"), span("reviewed", "muted")]]),
  ];
}

/** The same as short as can be: `ann/bob`. */
export const creditShort = (entry: Pick<TaskEntry, "row" | "active">): Line =>
  [workerOf(entry.row), reviewerOf(entry)].flatMap((name, index): Line =>
    name === null ? [] : [...(index === 0 ? [] : [span("/", "muted")]), span(name, "accent")],
  );

/** The same in words: `ann, reviewed by bob`. */
export const creditWords = (row: Pick<TaskRow, "author" | "model" | "reviewer">): string =>
  `${workerOf(row) ?? ""}${row.reviewer === null ? "" : `, reviewed by ${row.reviewer}`}`;
