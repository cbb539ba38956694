import type { ModelName, TaskId } from "./ids.ts";

/** From the least on. */
export const risks = ["low", "medium", "high"] as const;
export type Risk = (typeof risks)[number];
export const modes = ["two-loop", "three-loop", "adaptive", "context-aware"] as const;
export type Mode = (typeof modes)[number];
/** What a task of that risk is done in where nothing else is said. */
export const modeForRisk = (risk: Risk): Mode => (risk === "low" ? "two-loop" : "three-loop");
/** The places where a person may be asked to say yes. */
export const approvalPoints = ["plan", "merge"] as const;
export type ApprovalPoint = (typeof approvalPoints)[number];
export const roles = [
  "analyst",
  "planner",
  "plan_reviewer",
  "implementer",
  "code_reviewer",
  "synthesizer",
  "supervisor",
  "ask",
] as const;
export type Role = (typeof roles)[number];

/** One entry of tasks.yaml with its defaults filled in. It is the task's first event: pipelines read it from there only. */
export interface TaskSpec {
  readonly id: TaskId;
  readonly goal: string;
  readonly details: string | null;
  readonly risk: Risk;
  readonly area: string | null;
  readonly needs: readonly TaskId[];
  readonly mode: Mode;
  /** A person has said another mode than its file, which says this one; by whom. Absent: the file's holds. */
  readonly modeInstead?: { readonly file: Mode; readonly by: string };
  readonly priority: number;
  readonly context: readonly string[];
  /** Names of checks; null means all of the settings. */
  readonly checks: readonly string[] | null;
  /** Candidates per role that go before the settings' own. */
  readonly models: Readonly<Partial<Record<Role, readonly ModelName[]>>>;
  readonly budget: { readonly usdMicros: number | null; readonly tokens: number | null };
  readonly timeoutMs: number | null;
  readonly approve: readonly ApprovalPoint[];
  /** Globs of tests and other inputs of the gate that it may change without a question. Absent: none. */
  readonly mayChange?: readonly string[];
  /** The task that it is a part of. Absent: it is whole, and its file's. */
  readonly parent?: TaskId;
}

/** The states of a task and the legal moves out of each. */
export const taskMoves = {
  NEW: ["PLANNING", "IMPLEMENTING", "AWAITING_HUMAN", "FAILED"],
  /** To work at once: looked at closely, it needs no plan. */
  PLANNING: ["PLAN_REVIEW", "IMPLEMENTING", "AWAITING_HUMAN", "FAILED"],
  PLAN_REVIEW: ["PLAN_APPROVED", "PLAN_REJECTED", "AWAITING_HUMAN", "FAILED"],
  PLAN_APPROVED: ["IMPLEMENTING", "AWAITING_HUMAN", "FAILED"],
  PLAN_REJECTED: ["PLANNING", "AWAITING_HUMAN", "FAILED"],
  IMPLEMENTING: ["CODE_REVIEW", "AWAITING_HUMAN", "FAILED"],
  CODE_REVIEW: ["IMPLEMENTING", "QUALITY_GATE", "AWAITING_HUMAN", "FAILED"],
  QUALITY_GATE: ["IMPLEMENTING", "DONE", "AWAITING_HUMAN", "FAILED"],
  AWAITING_HUMAN: [
    "NEW",
    "PLANNING",
    "PLAN_REVIEW",
    "PLAN_APPROVED",
    "PLAN_REJECTED",
    "IMPLEMENTING",
    "CODE_REVIEW",
    "QUALITY_GATE",
    "FAILED",
  ],
  DONE: ["IMPLEMENTING"],
  FAILED: ["NEW"],
} as const satisfies Record<string, readonly string[]>;

export type TaskState = keyof typeof taskMoves;
/** Not states: worked out from needs, holds, pauses and the backlog. */
export const derivedStates = ["blocked", "held", "paused", "stale"] as const;
export type Derived = (typeof derivedStates)[number];

/** The states of a step and the legal moves out of each. */
export const stepMoves = {
  PENDING: ["IMPLEMENTING", "FAILED"],
  IMPLEMENTING: ["CODE_REVIEW", "APPROVED", "RETRY_WAIT", "FAILED"],
  CODE_REVIEW: ["CHANGES_REQUESTED", "APPROVED", "RETRY_WAIT", "FAILED"],
  CHANGES_REQUESTED: ["IMPLEMENTING", "APPROVED", "FAILED"],
  RETRY_WAIT: ["IMPLEMENTING", "CODE_REVIEW", "FAILED"],
  APPROVED: ["COMPLETED", "IMPLEMENTING", "FAILED"],
  COMPLETED: ["IMPLEMENTING"],
  FAILED: ["PENDING", "IMPLEMENTING"],
} as const satisfies Record<string, readonly string[]>;

export type StepState = keyof typeof stepMoves;

export const taskStates: readonly TaskState[] = keysOf(taskMoves);
export const stepStates: readonly StepState[] = keysOf(stepMoves);

/** Whether a task may go from one state to another. */
export function mayMove(from: TaskState, to: TaskState): boolean {
  const targets: readonly TaskState[] = taskMoves[from];
  return targets.includes(to);
}

/** Whether a step may go from one state to another. */
export function mayStepMove(from: StepState, to: StepState): boolean {
  const targets: readonly StepState[] = stepMoves[from];
  return targets.includes(to);
}

/** Whether nothing more happens to a task in this state unless a person says so. */
export const isTerminal = (state: TaskState): boolean => state === "DONE" || state === "FAILED";

function keysOf<T extends object>(table: T): (keyof T)[] {
  const keys: (keyof T)[] = [];
  for (const key in table) keys.push(key);
  return keys;
}
