import { span, type Line } from "../text/line.ts";
import { isPlanOnly, isUnderReview, reviewerOf, workerOf } from "./credits.ts";
import type { TaskEntry } from "./task-entry.ts";

/** `ann`, `bob reviewed` or `reviews`: the parts of a line that say who did what. */
export function creditParts(entry: Pick<TaskEntry, "row" | "active" | "planner">): readonly Line[] {
  const [worker, reviewer] = [workerOf(entry), reviewerOf(entry)];
  return [
    ...(worker === null
      ? []
      : [isPlanOnly(entry.row) ? [span(`${worker} `, "accent"), span("planned", "muted")] : [span(worker, "accent")]]),
    ...(reviewer === null
      ? []
      : [[span(`${reviewer} `, "accent"), span(isUnderReview(entry) ? "reviews" : "reviewed", "muted")]]),
  ];
}

/** The same as short as can be: `ann/bob`. */
export const creditShort = (entry: Pick<TaskEntry, "row" | "active" | "planner">): Line =>
  [workerOf(entry), reviewerOf(entry)].flatMap((name, index): Line =>
    name === null ? [] : [...(index === 0 ? [] : [span("/", "muted")]), span(name, "accent")],
  );
