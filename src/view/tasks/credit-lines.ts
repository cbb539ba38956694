import { span, type Line } from "../text/line.ts";
import { isUnderReview, reviewerOf, workerOf } from "./credits.ts";
import type { TaskEntry } from "./task-entry.ts";

/** `ann`, `bob reviewed` or `reviews`: the parts of a line that say who did what. */
export function creditParts(entry: Pick<TaskEntry, "row" | "active">): readonly Line[] {
  const [worker, reviewer] = [workerOf(entry.row), reviewerOf(entry)];
  return [
    ...(worker === null ? [] : [[span(worker, "accent")]]),
    ...(reviewer === null
      ? []
      : [[span(`${reviewer} `, "accent"), span(isUnderReview(entry) ? "reviews" : "reviewed", "muted")]]),
  ];
}

/** The same as short as can be: `ann/bob`. */
export const creditShort = (entry: Pick<TaskEntry, "row" | "active">): Line =>
  [workerOf(entry.row), reviewerOf(entry)].flatMap((name, index): Line =>
    name === null ? [] : [...(index === 0 ? [] : [span("/", "muted")]), span(name, "accent")],
  );
