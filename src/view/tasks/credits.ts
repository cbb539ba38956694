import { proofWords } from "../../domain/proof.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { TaskState } from "../../domain/task.ts";
import type { TaskEntry } from "./task-entry.ts";

/** What is planned and not built yet: the last model that was asked may have been a reviewer of the plan. */
const planned: ReadonlySet<TaskState> = new Set(["PLAN_REVIEW", "PLAN_APPROVED", "PLAN_REJECTED", "AWAITING_HUMAN"]);

/** Whether nothing but its plan can say whose a task is. */
export const isPlanOnly = ({ author, state, generation }: Pick<TaskRow, "author" | "state" | "generation">): boolean =>
  author === null && generation > 0 && planned.has(state);

type Work = Pick<TaskEntry, "row" | "planner">;

/** Whose work it is; before anything is committed who is at it, or whose plan it is. */
export const workerOf = ({ row, planner }: Work): string | null =>
  row.author ?? (isPlanOnly(row) ? planner : row.model);

/** Its plan or its work is being reviewed now. */
export const isUnderReview = ({ row, active }: Pick<TaskEntry, "row" | "active">): boolean =>
  active && (row.state === "CODE_REVIEW" || row.state === "PLAN_REVIEW");

/** Who reviewed the work, or reviews it or its plan now. */
export const reviewerOf = (entry: Pick<TaskEntry, "row" | "active">): string | null =>
  isUnderReview(entry) ? entry.row.model : entry.row.reviewer;

/** Who did what, in words: `ann, reviewed by bob`. */
export const creditWords = ({ author, model, reviewer }: Pick<TaskRow, "author" | "model" | "reviewer">): string =>
  `${author ?? model ?? ""}${reviewer === null ? "" : `, reviewed by ${reviewer}`}`;

/** What a done task is worth: what proves it, its parts together where it has some, or that it changed nothing. Null: not known. */
export function doneWords({ state, proof, branch, commit }: TaskEntry["row"]): string | null {
  if (state !== "DONE") return null;
  if (branch !== null && commit === null && proof === null) return "nothing was needed, so nothing was changed";
  return proof === null ? null : proofWords(proof);
}
