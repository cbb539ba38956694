import { proofWords } from "../../domain/proof.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { TaskEntry } from "./task-entry.ts";

/** Whose work it is; before anything is committed who is at it. */
export const workerOf = ({ author, model }: Pick<TaskRow, "author" | "model">): string | null => author ?? model;

/** Its work is being reviewed now. */
export const isUnderReview = ({ row, active }: Pick<TaskEntry, "row" | "active">): boolean =>
  active && row.state === "CODE_REVIEW";

/** Who reviewed the work, or does so now. */
export const reviewerOf = (entry: Pick<TaskEntry, "row" | "active">): string | null =>
  isUnderReview(entry) ? entry.row.model : entry.row.reviewer;

/** Who did what, in words: `ann, reviewed by bob`. */
export const creditWords = (row: Pick<TaskRow, "author" | "model" | "reviewer">): string =>
  `${workerOf(row) ?? ""}${row.reviewer === null ? "" : `, reviewed by ${row.reviewer}`}`;

/** What a done task is worth: who proves it, or that it changed nothing. Null: not known. */
export function doneWords({ state, proof, branch, commit }: TaskEntry["row"]): string | null {
  if (state !== "DONE") return null;
  if (branch !== null && commit === null) return "nothing was needed, so nothing was changed";
  return proof === null ? null : proofWords(proof);
}
