import type { Action } from "../domain/question.ts";

/** What comes near an answer, the nearest first. */
const near: Record<Action, readonly Action[]> = {
  approve: ["keep", "done", "retry", "request_changes"],
  reject: ["deny", "abort", "request_changes"],
  request_changes: ["retry", "reject", "deny", "restart"],
  retry: ["restart", "request_changes", "approve", "done"],
  take_over: ["done", "request_changes", "retry", "reject"],
  abort: ["reject", "deny"],
  keep: ["approve", "retry", "done"],
  restart: ["retry", "request_changes"],
  allow_always: ["approve", "keep"],
  deny: ["reject", "abort", "request_changes"],
  done: ["approve", "take_over", "keep", "retry"],
};

/** The legal answer that comes nearest to one that is not; null: none does. */
export const nearestAnswer = (wanted: Action, legal: readonly Action[]): Action | null =>
  near[wanted].find((action) => legal.includes(action)) ?? null;
