import type { UsedWindow } from "./account-use.ts";
import type { Failure, OutcomeKind } from "./failure.ts";
import type { ModelName } from "./ids.ts";
import type { Cost, Usage } from "./money.ts";
import type { Actor } from "./question.ts";
import type { SandboxUse } from "./sandbox.ts";
import type { Role } from "./task.ts";

/** What a budget is of. */
export const budgetScopes = ["call", "task", "run", "day"] as const;

/** The data of events of calls, of their money, and of asks. */
export interface CallEvents {
  "call.started": {
    readonly key: string;
    readonly role: Role;
    readonly round: number;
    readonly generation: number;
    readonly promptHash: string;
  };
  /** The intent: written before a child starts. `rerun` counts starts of one attempt after crashes. */
  "attempt.started": {
    readonly attempt: number;
    readonly rerun: number;
    readonly model: ModelName;
    readonly adapter: string;
    readonly account: string;
    readonly provider: string;
    readonly billing: string;
    readonly folder: string;
    readonly base: string | null;
    readonly session: string | null;
    readonly reservation: string | null;
  };
  "attempt.spawned": {
    readonly attempt: number;
    readonly rerun: number;
    readonly pid: number;
    readonly startTime: string;
    /** Absent: there was no such thing when it was written. */
    readonly sandbox?: SandboxUse;
  };
  "attempt.session": { readonly attempt: number; readonly session: string };
  "attempt.ended": {
    readonly attempt: number;
    readonly rerun: number;
    readonly model: ModelName;
    readonly account: string;
    readonly outcome: OutcomeKind | "crashed";
    readonly failure: Failure | null;
    readonly usage: Usage;
    readonly cost: Cost;
    /** Rows of the price list that the cost was worked out from; absent: none was needed, or none is known. */
    readonly prices?: readonly string[];
    /** What the provider's cache saved, negative where it cost more; null: not known; absent: none was used, or nobody pays. */
    readonly savedMicros?: number | null;
    readonly durationMs: number;
    readonly startupMs: number | null;
    readonly session: string | null;
    /** False: cut off by a crash of ours or a limit of the account; it does not count as a try. */
    readonly counted: boolean;
  };
  /** Its program has told how much of its windows is used, and it has noticeably changed. */
  "account.used": { readonly account: string; readonly windows: readonly UsedWindow[] };
  "call.retried": {
    readonly attempt: number;
    readonly model: ModelName;
    readonly failure: Failure;
    readonly nextAt: number;
  };
  "call.ended": {
    readonly outcome: OutcomeKind;
    readonly failure: Failure | null;
    readonly model: ModelName | null;
    readonly attempts: number;
  };
  "budget.reserved": { readonly reservation: string; readonly micros: number; readonly model: ModelName };
  "budget.settled": {
    readonly reservation: string | null;
    readonly cost: Cost;
    readonly usage: Usage;
    readonly model: ModelName;
    readonly day: string;
    /** What budgets count where the cost is not known: all that was reserved, since it may have been spent. */
    readonly assumedMicros?: number;
    /** Nobody pays by the token (a subscription, a free model): the tokens count, and no budget of money does. */
    readonly notional?: boolean;
    /** By how much it cost more than was reserved. */
    readonly overMicros?: number;
  };
  "budget.refused": {
    readonly scope: (typeof budgetScopes)[number];
    readonly wantedMicros: number;
    readonly leftMicros: number;
    readonly by: "spend" | "reservations";
  };
  /** Several models are asked at once; the ask's id is the run of all its events. */
  "ask.started": {
    readonly models: readonly ModelName[];
    readonly promptHash: string;
    /** How long each model may take; null: as long as its settings let it. */
    readonly timeoutMs: number | null;
  };
  /** Some answered and some failed: a partial success. Cancelled: a person did not wait, or the process was found dead. */
  "ask.ended": {
    readonly answered: readonly ModelName[];
    readonly failed: readonly ModelName[];
    readonly cancelled: boolean;
    readonly durationMs: number;
  };
  /** The answer a person found best; a later vote takes the place of an earlier one. */
  "ask.voted": { readonly model: ModelName; readonly actor: Actor };
}
