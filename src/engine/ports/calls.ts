import type { NewEvent } from "../../domain/events.ts";
import type { ModelName, RepositoryId, RunId, TaskId, StepId } from "../../domain/ids.ts";
import type { Cost, Usage } from "../../domain/money.ts";
import type { AttemptRow, CallRow } from "../../domain/rows.ts";
import type { ModelLimits, Settings } from "../../domain/settings.ts";
import type { LimitReport } from "../../policy/limit-hold.ts";
import type { Batch } from "./event-log.ts";

/** What a call may cost at most, and the caps it has to fit under. Null caps are absent. */
export interface ReservationRequest {
  readonly id: string;
  readonly model: ModelName;
  readonly micros: number;
  readonly caps: {
    readonly taskMicros: number | null;
    readonly runMicros: number | null;
    readonly dayMicros: number | null;
  };
  readonly day: string;
  /** The task that this one is a part of, and the cap that both are under together. */
  readonly parent?: { readonly task: TaskId; readonly capMicros: number | null };
  /** Of the caps, what a person granted to this one call. */
  readonly grantedMicros?: number;
}

export interface Refusal {
  readonly scope: "call" | "task" | "run" | "day";
  readonly wantedMicros: number;
  readonly leftMicros: number;
  /** reservations: others may give some back, wait. spend: it is gone. */
  readonly by: "spend" | "reservations";
  /** Calls of other engines have reserved a part of it. */
  readonly elsewhere?: boolean;
  /** What is used up, as `AccountReads.spend` takes it, where tasks share it. */
  readonly budget?: string;
  /** The cap, as the settings have it. */
  readonly capMicros?: number;
  /** Calls that nobody knows the cost of: what was set aside for each counts in it. */
  readonly unknownCalls?: number;
}

/** What lets a call of a model through: its requests and tokens a minute, counted over all processes, and its breaker. */
export interface Admission {
  readonly model: ModelName;
  readonly limits: Pick<ModelLimits, "rpm" | "tpm">;
  readonly tokens: number;
  readonly breaker: Settings["breaker"];
  /** A probe has the breaker to itself so long. */
  readonly probeMs: number;
}

/** The call was not let through. Null: it is not known when it would be. */
export interface TurnedAway {
  readonly by: "rate" | "breaker";
  readonly retryAtMs: number | null;
}

export interface AttemptEnd {
  readonly reservation: string | null;
  /** Nobody pays for it by the token: it counts against no budget of money. */
  readonly notional?: boolean;
  readonly cost: Cost;
  readonly usage: Usage;
  readonly model: ModelName;
  readonly day: string;
  /** When the call was let through. Absent: it was not, or just now. */
  readonly sinceMs?: number;
  /** What the breaker is told; null: this end says nothing of the model's health, and if the call was the probe, another may go. */
  readonly breaker: {
    readonly ok: boolean;
    readonly settings: Settings["breaker"];
    readonly reason: string;
  } | null;
  /** A limit of the account that ended it; what becomes of it is decided on the holds of that moment. */
  readonly limit?: LimitReport;
}

export interface UnendedAttempt extends AttemptRow {
  readonly task: TaskId;
  readonly step: StepId | null;
  readonly run: RunId;
}

/** Calls and their attempts. Each method is one transaction. */
export interface Calls {
  /** Admits, reserves and writes the intent together; refused or turned away: none of it. */
  begin(
    batch: Batch,
    reservation: ReservationRequest | null,
    admission?: Admission,
  ): Promise<Refusal | TurnedAway | null>;
  /** Settles the budget, reports to the breaker and appends together; `followed` by what became true with it. */
  end(batch: Batch, end: AttemptEnd, followed?: readonly NewEvent[]): Promise<void>;
  /** The call that was begun for a durable key, with its attempts in order; null: none. */
  find(
    repository: RepositoryId,
    task: TaskId,
    key: string,
  ): Promise<{ readonly call: CallRow; readonly attempts: readonly AttemptRow[] } | null>;
  /** Attempts without an end, of all calls of a repository: what a killed engine left. Frees reservations that no such attempt has. */
  unended(repository: RepositoryId): Promise<readonly UnendedAttempt[]>;
  /** What the attempts of an agent's session were booked with, one of them left out. */
  usageOf(session: string, except: Pick<AttemptRow, "call" | "attempt">): Promise<Usage>;
}
