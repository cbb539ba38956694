import type { Action, QuestionKind } from "../domain/question.ts";
import type { TaskState } from "../domain/task.ts";

/** What an answer does beside moving the task. */
export type Effect =
  /** A yes: open findings of the subject are waived, the work goes on. */
  | "waive"
  /** The merge is done. */
  | "merge"
  /** A model may spend more than its budget. */
  | "grant"
  /** The call goes on with what it asked for: this once, or from now on. */
  | "allow"
  | "allow_always"
  | "deny"
  /** Rounds start again; the person's words stand in the next prompt. */
  | "new_rounds"
  /** The next candidate makes the plan. */
  | "next_candidate"
  /** A new generation, with another model where one is named. */
  | "new_generation"
  /** The person works in the tree; a question waits for them to say done. */
  | "take_over"
  /** What the person left in the tree is the result. */
  | "take_result"
  /** The task stays as it was begun. */
  | "keep"
  /** The branch and its snapshots stay. */
  | "end";

export interface AnswerEffect {
  /** Where the task goes: its question's return state, what follows the work that was asked about, or null: it still waits. */
  readonly to: TaskState | "return" | "next" | null;
  readonly effect: Effect;
}

type Answers = Readonly<Partial<Record<Action, AnswerEffect>>>;

const abort: Answers = { abort: { to: "FAILED", effect: "end" } };
const tryAgain: Answers = { retry: { to: "return", effect: "new_generation" } };
const takeOver: Answers = { take_over: { to: null, effect: "take_over" }, done: { to: "next", effect: "take_result" } };
const change: Answers = { request_changes: { to: "IMPLEMENTING", effect: "new_rounds" } };
const reject: Answers = { reject: { to: "FAILED", effect: "end" } };

/** What a person may answer to each kind of question, and what it does. A single question may offer less, never more. */
const answers: Readonly<Record<QuestionKind, Answers>> = {
  plan: {
    approve: { to: "PLAN_APPROVED", effect: "waive" },
    request_changes: { to: "PLANNING", effect: "new_rounds" },
    reject: { to: "PLAN_REJECTED", effect: "next_candidate" },
    ...tryAgain,
    ...abort,
  },
  review: { approve: { to: "next", effect: "waive" }, ...change, ...reject, ...tryAgain, ...takeOver, ...abort },
  merge: { approve: { to: "QUALITY_GATE", effect: "merge" }, ...change, ...reject, ...tryAgain, ...takeOver, ...abort },
  approval: {
    approve: { to: "return", effect: "allow" },
    allow_always: { to: "return", effect: "allow_always" },
    deny: { to: "return", effect: "deny" },
    ...abort,
  },
  budget: { approve: { to: "return", effect: "grant" }, ...tryAgain, ...abort },
  conflict: { ...change, ...tryAgain, ...takeOver, ...abort },
  backlog: { keep: { to: "return", effect: "keep" }, restart: { to: "NEW", effect: "new_generation" }, ...abort },
  // A red gate is not waved through: it is mended, or the task ends.
  gate: { ...change, ...tryAgain, ...takeOver, ...abort },
  other: { restart: { to: "NEW", effect: "new_generation" }, ...change, ...tryAgain, ...takeOver, ...abort },
};

/** What an answer does; null: it is not legal for this kind of question. */
export const effectOf = (kind: QuestionKind, action: Action): AnswerEffect | null => answers[kind][action] ?? null;

/** All answers that may be legal for a kind of question, in the order they are offered. */
export function legalActions(kind: QuestionKind): readonly Action[] {
  const legal: Action[] = [];
  for (const action of offered) if (answers[kind][action] !== undefined) legal.push(action);
  return legal;
}

const offered: readonly Action[] = [
  "approve",
  "allow_always",
  "deny",
  "keep",
  "request_changes",
  "reject",
  "retry",
  "restart",
  "take_over",
  "done",
  "abort",
];
