import type { Failure, OutcomeKind } from "../../domain/failure.ts";
import type { CallId, ModelName, RepositoryId, RunId, StepId } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import type { PromptMarks } from "../../domain/prompt-marks.ts";
import type { StageOpening } from "../../domain/roadmap.ts";
import type { SlotUse } from "../../domain/slot.ts";
import type { Role, TaskSpec } from "../../domain/task.ts";
import type { WantedTier } from "../../policy/route.ts";
import type { AdapterOutcome } from "../ports/adapter.ts";
import type { Refusal } from "../ports/calls.ts";
import type { Turn } from "../waiting/turn.ts";
import type { TaskWriter } from "../writing/task-writer.ts";

/** What a call is made for: a running task, or a question that is asked beside all tasks. */
export interface CallingTask {
  readonly spec: TaskSpec;
  /** The task that it is a part of, whose budget it shares. */
  readonly parent?: TaskSpec | undefined;
  readonly repository: RepositoryId;
  readonly run: RunId;
  readonly generation: number;
  readonly writer: Pick<TaskWriter, "risk" | "append" | "begin" | "end" | "endWithNext" | "isOurs">;
  readonly turn: Pick<Turn, "signal" | "ready" | "idle">;
  /** Where its agents' questions during a call are asked; absent: nobody is asked, they are denied. */
  readonly person?: { readonly writer: TaskWriter; readonly turn: Turn };
  /** Working time the task has left under its own `timeout`, none at 0 or below; null: no limit. */
  readonly timeLeftMs: () => Promise<number | null>;
  /** Absent: nothing of it runs beside others. */
  readonly slot?: () => SlotUse | null;
}

/** One piece of work asked of one model. */
export interface CallRequest {
  /** Durable key with its generation; one call per key. */
  readonly key: string;
  readonly role: Role;
  readonly step: StepId | null;
  /** Of a roadmap; absent: there is none. */
  readonly stage?: StageOpening;
  readonly round: number;
  readonly prompt: {
    readonly text: string;
    readonly schema: Json | null;
    readonly hash: string;
    /** Absent: nothing is known to be the same elsewhere. */
    readonly marks?: PromptMarks;
  };
  readonly workdir: string;
  readonly access: "write" | "read";
  /** Commit the work starts from. */
  readonly base: string | null;
  /** Id of the tree that a model with tools may read; absent: there is nothing to read. */
  readonly tree?: () => Promise<string>;
  /** A person is content with an earlier answer to the same. Absent: they are not. */
  readonly mayBeEarlier?: boolean;
  /** Brings the tree to where the call starts; before every start that is not adopted or resumed. */
  readonly prepare: (why: string) => Promise<void>;
  /** What is wrong with a successful outcome's answer; null: it fits. */
  readonly check: (outcome: AdapterOutcome) => Failure | null;
  /** Models whose work is reviewed: the reviewer should be another. */
  readonly authors: readonly ModelName[];
  /** A session to go on with, if the same model is chosen and can. */
  readonly session: { readonly model: ModelName; readonly session: string } | null;
  /** How often this task's work was turned down so far. */
  readonly struggles: { readonly rejections: number; readonly gateFailures: number };
  readonly exclude: readonly ModelName[];
  /** A person's choice. */
  readonly forced: ModelName | null;
  /** Micros a person granted beyond the caps. */
  readonly grantedMicros: number;
  /** Absent: candidates as they are named. */
  readonly tier?: WantedTier;
  /** Somebody sits there: nothing is begun from this instant on, and no model that rests is waited for. Absent: it takes its time. */
  readonly giveUpAtMs?: number;
}

export type CallResult =
  | {
      readonly kind: "success";
      readonly call: CallId;
      readonly text: string;
      readonly answer: Json;
      readonly model: ModelName;
      readonly session: string | null;
    }
  /** Nobody could do it. `retryable`: every candidate failed in a way that may pass. */
  | {
      readonly kind: "failed";
      readonly call: CallId;
      readonly outcome: OutcomeKind;
      readonly failure: Failure;
      readonly model: ModelName | null;
      readonly retryable: boolean;
    }
  | { readonly kind: "budget"; readonly call: CallId; readonly refusal: Refusal };
