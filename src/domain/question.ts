import type { CommandId, HoldId, ModelName, QuestionId, RunId, TaskId } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Reopening } from "./outcome.ts";
import type { StageId } from "./roadmap.ts";
import type { Mode, TaskState } from "./task.ts";

export const questionKinds = [
  "plan",
  "review",
  "merge",
  "approval",
  "budget",
  "conflict",
  "backlog",
  "gate",
  "base",
  "setup",
  "parts",
  "other",
] as const;

export type QuestionKind = (typeof questionKinds)[number];

/** What a person may answer. Each question lists the legal ones, at least one of which moves the task on. */
export const actions = [
  "approve",
  "reject",
  "request_changes",
  "retry",
  "take_over",
  "abort",
  "keep",
  "restart",
  "allow_always",
  "deny",
  "done",
] as const;

export type Action = (typeof actions)[number];

/** What waits for a person. Its text and evidence are complete: a screen needs nothing else to show it. */
export interface Question {
  readonly id: QuestionId;
  readonly run: RunId;
  readonly task: TaskId;
  /** The durable key that waits for the answer. */
  readonly key: string;
  readonly kind: QuestionKind;
  /** Stable word: approval, rounds, repeated_finding, growth, unchanged, no_change, gate_failed, conflict, ... */
  readonly reason: string;
  readonly text: string;
  readonly actions: readonly Action[];
  /** Where the task goes on when the answer does not say otherwise. */
  readonly returnState: TaskState;
  readonly askedAt: number;
  /** Facts a screen may show beside the text: commits of the diff, plan round, command of an approval. */
  readonly evidence: Readonly<Record<string, Json>>;
}

/** Who decides. A decision by a descendant of an agent's process is refused. */
export interface Actor {
  readonly kind: "person" | "engine" | "program";
  /** User name and the way: "anna via screen", "anna via task --approve", "--yes-to merge". */
  readonly name: string;
  readonly pid: number | null;
}

export interface Answer {
  readonly question: QuestionId;
  readonly action: Action;
  /** Words for the next prompt, taken over letter by letter. */
  readonly text: string | null;
  readonly model: ModelName | null;
  readonly actor: Actor;
  /** Until this instant it may be taken back. */
  readonly effectiveAt: number;
}

/** What a person asked to be different in the round before. */
export interface ChangeRequest {
  readonly kind: QuestionKind;
  readonly text: string;
  /** As the answer has it: "anna via screen". */
  readonly by: string;
  readonly at: number;
  /** The commit it was about; absent: it was about none. */
  readonly tip?: string;
}

export const holdScopes = ["account", "provider", "model", "task", "service"] as const;
/** Who or what sets holds; those by settings are not in the ledger, they follow from them. */
export const holdSetters = ["limit", "person", "budget", "environment", "settings"] as const;

/** "Not before": an instant or a person. Never a failure, never an attempt. */
export interface Hold {
  readonly id: HoldId;
  readonly scope: (typeof holdScopes)[number];
  /** Name of the account, provider, model or service, or the task's id. */
  readonly target: string;
  readonly reason: string;
  /** Null: until a person releases it. */
  readonly untilMs: number | null;
  readonly by: (typeof holdSetters)[number];
  readonly setAt: number;
  /** How often this target was held and resumed by itself in this run; over the cap a person is asked. */
  readonly resumes: number;
}

/** Over at its end, though the engine takes it away only when it next looks. */
export const isHeld = ({ untilMs }: Pick<Hold, "untilMs">, nowMs: number): boolean =>
  untilMs === null || untilMs > nowMs;

/** What a person asks of the engine; a row, taken once, so that every screen and terminal is equal. */
export type Command =
  | { readonly kind: "retry"; readonly task: TaskId; readonly model: ModelName | null; readonly text: string | null }
  | { readonly kind: "rewind"; readonly task: TaskId; readonly to: string }
  /** Taken up by the task itself, between its stages. */
  | { readonly kind: "skip_stage"; readonly task: TaskId; readonly stage: StageId }
  | { readonly kind: "reopen_stage"; readonly task: TaskId; readonly stage: StageId; readonly because: string }
  | { readonly kind: "abort"; readonly task: TaskId; readonly reason: string }
  | { readonly kind: "again"; readonly task: TaskId }
  /** A merged task is begun anew, as a check is red by it. `text`: what its models are told. */
  | { readonly kind: "reopen"; readonly task: TaskId; readonly reopens: Reopening; readonly text: string }
  | { readonly kind: "mode"; readonly task: TaskId; readonly mode: Mode }
  | { readonly kind: "pause" }
  | { readonly kind: "resume" }
  | { readonly kind: "stop"; readonly now: boolean };

export interface GivenCommand {
  readonly id: CommandId;
  readonly command: Command;
  readonly actor: Actor;
  readonly givenAt: number;
}

/** How long a decision made on the screen may be taken back. */
export const undoMs = 5_000;
