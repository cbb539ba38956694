import type { WorkKind } from "./analysis.ts";
import type { ModelName, RunId, TaskId } from "./ids.ts";
import type { Cost } from "./money.ts";
import type { Mode, Risk, Role } from "./task.ts";

/** Names one for good: the same unit of work of the same generation has the same, whoever records it. */
export type OutcomeId = string;

export const verdictsOfPersons = ["approved", "changes", "rejected", "retried", "took_over"] as const;

/** What became of a unit of work that a model did: what all learning feeds on. Null: not known. */
export interface Outcome {
  readonly id: OutcomeId;
  readonly task: TaskId;
  readonly run: RunId | null;
  /** Names the unit with its generation: g1/main/S1. */
  readonly unit: string;
  readonly role: Role;
  readonly model: ModelName;
  readonly area: string | null;
  readonly kind: WorkKind | null;
  readonly risk: Risk;
  readonly mode: Mode;
  /** 1 to 5. */
  readonly complexity: number | null;
  readonly promptHash: string | null;
  /** 1: it held. 0: it did not. Null: it says nothing about the model. */
  readonly y: 0 | 1 | null;
  /** Why y is what it is, in a word or two. */
  readonly why: string;
  readonly durationMs: number | null;
  readonly cost: Cost;
  readonly tokens: number | null;
  readonly rounds: number | null;
  readonly gateFailures: number | null;
  /** Type and reason of an error; null: none. */
  readonly failure: string | null;
  readonly person: (typeof verdictsOfPersons)[number] | null;
  /** The merge that it is part of; null: none. */
  readonly commit: string | null;
}

/** An outcome with its corrections: `y` and `why` are those of the last. */
export interface OutcomeRow extends Outcome {
  readonly at: number;
  /** The newest last. */
  readonly corrections: readonly { readonly y: 0 | 1 | null; readonly why: string; readonly at: number }[];
}

/** What a merged task is begun anew for: a check that is red by it, with what fails. */
export interface Reopening {
  readonly check: string;
  readonly failures: readonly string[];
  /** Its merge. */
  readonly commit: string;
}

export interface OutcomeEvents {
  "outcome.recorded": { readonly outcome: Outcome };
  /** Something later says otherwise: a merge was undone, a check turned red by it. */
  "outcome.corrected": {
    readonly id: OutcomeId;
    readonly y: 0 | 1 | null;
    readonly why: string;
    /** The merge that it is in now. */
    readonly commit?: string;
  };
  /** A check that was green at a merge is red at a later tip of the integration branch. */
  "regression.found": {
    readonly check: string;
    readonly failures: readonly string[];
    /** The merged task by which it turned red; null: not proven. */
    readonly task: TaskId | null;
    readonly green: string | null;
    readonly red: string;
    readonly runs: number;
    /** Done tasks that need that one: they stay done. */
    readonly dependants: readonly TaskId[];
  };
}
