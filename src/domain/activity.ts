import type { Failure, OutcomeKind } from "./failure.ts";
import type { CallId, ModelName, StepId, TaskId } from "./ids.ts";
import type { QuestionKind } from "./question.ts";
import type { Role } from "./task.ts";

/** One attempt, as far as figures and charts need it. */
export interface DoneAttempt {
  readonly call: CallId;
  readonly task: TaskId;
  readonly step: StepId | null;
  readonly role: Role;
  readonly round: number;
  readonly attempt: number;
  readonly model: ModelName;
  readonly startedAt: number;
  /** Null: it runs. */
  readonly endedAt: number | null;
  readonly outcome: OutcomeKind | "crashed" | null;
  readonly failure: Failure | null;
  readonly outputTokens: number;
  /** What it had to do with caches; absent: nothing. */
  readonly cache?: {
    readonly input: number;
    readonly cacheRead: number;
    readonly cacheWrite: number;
    readonly savedMicros: number | null;
    /** Nothing was asked: an earlier answer was taken. */
    readonly isKept: boolean;
  };
  /** Null: unknown. */
  readonly costMicros: number | null;
  readonly durationMs: number | null;
}

/** How long a question waited for a person. */
export interface AskedSpan {
  readonly task: TaskId;
  readonly kind: QuestionKind;
  readonly askedAt: number;
  /** Null: it is open. */
  readonly answeredAt: number | null;
}

/** What was done of late in a repository, oldest first; bounded, so that a long run costs no more than a short one. */
export interface Activity {
  readonly attempts: readonly DoneAttempt[];
  /** There were more attempts before these. */
  readonly cut: boolean;
  readonly questions: readonly AskedSpan[];
}
