import type { Action, Question } from "../../domain/question.ts";
import type { CommandId } from "../keys/commands.ts";

/** What on the screen gives each answer. */
export const answerCommand: Record<Action, CommandId> = {
  approve: "decide.approve",
  reject: "decide.reject",
  deny: "decide.reject",
  request_changes: "decide.changes",
  retry: "task.retry_with",
  take_over: "decide.take_over",
  abort: "task.abort",
  keep: "decide.keep",
  restart: "decide.restart",
  allow_always: "decide.always",
  done: "decide.done",
};

/** Answers in a word or two, as they stand beside their keys. */
const usual: Record<Action, string> = {
  approve: "approve",
  reject: "reject",
  deny: "deny",
  request_changes: "changes",
  retry: "retry with",
  take_over: "take over",
  abort: "abort",
  keep: "keep as begun",
  restart: "restart",
  allow_always: "always",
  done: "I am done",
};

/** What some answers mean where it is about checks that prove nothing. */
const gate: Partial<Record<Action, string>> = { keep: "go on without", retry: "measure again" };

/** And where no model changed anything. */
const noChange: Partial<Record<Action, string>> = {
  approve: "nothing is needed",
  request_changes: "say more",
};

/** And where an earlier ledger's merge of it was found. */
const mergedBefore: Partial<Record<Action, string>> = { keep: "it is done", restart: "do it again" };

/** And where a merge turned a check red. */
const regressed: Partial<Record<Action, string>> = { restart: "do that task again", reject: "undo its merge" };

/** And where a supervisor wants what only a person may let be. */
const roadmap: Partial<Record<Action, string>> = { approve: "change it so", keep: "leave it so" };

type Asked = Pick<Question, "kind" | "actions" | "reason">;

/** What an answer means here and nowhere else; null: what it always does. */
export function meaningOf(action: Action, { kind, actions, reason }: Asked): string | null {
  if (reason === "regressed") return regressed[action] ?? gate[action] ?? null;
  if (reason === "roadmap") return actions.includes("keep") ? (roadmap[action] ?? null) : null;
  if (kind === "gate" && actions.includes("keep")) return gate[action] ?? null;
  if (reason === "merged_before") return mergedBefore[action] ?? null;
  return reason === "no_change" ? (noChange[action] ?? null) : null;
}

export const answerWord = (action: Action, asked: Asked | null): string =>
  (asked === null ? null : meaningOf(action, asked)) ?? usual[action];
