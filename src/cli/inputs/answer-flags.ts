import { actionTable } from "../../actions/table.ts";
import type { Action } from "../../domain/question.ts";

/** How an answer is given on the command line. */
export function answerFlag(action: Action): string {
  const { by, value } = actionTable[action].cli;
  if (value !== undefined) return `--${by} ${value}`;
  return action === "request_changes" ? `--${by} "…"` : `--${by}`;
}
