import { actions, type Action } from "../../domain/question.ts";
import type { Arguments } from "../program/arguments.ts";
import { Refused } from "../program/refused.ts";

/** Answers with a flag of their own; all others by --answer. */
const flags: Partial<Record<Action, string>> = {
  approve: "approve",
  reject: "reject",
  request_changes: "request-changes",
  retry: "retry",
  done: "done",
  abort: "abort",
};
/** How an answer is given on the command line. */
export function answerFlag(action: Action): string {
  const flag = flags[action];
  if (flag === undefined) return `--answer ${action}`;
  return action === "request_changes" ? `--${flag} "…"` : `--${flag}`;
}

/** The one decision among the flags; null: none was made. Refused for two. */
export function decisionOf(args: Arguments): Action | null {
  const given = actions.filter((action) => {
    const flag = flags[action];
    return flag === undefined ? args.value("answer") === action : args.has(flag);
  });
  if (given.length > 1) throw new Refused(`one decision at a time, not ${given.map(answerFlag).join(" and ")}`);
  return given[0] ?? null;
}
