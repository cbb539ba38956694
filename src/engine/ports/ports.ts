import type { Finding, Plan } from "../../domain/answers.ts";
import type { EventType, NewEvent, RecordedEvent } from "../../domain/events.ts";
import type { ModelName, RepositoryId, RunId, TaskId } from "../../domain/ids.ts";
import type { Cost, Usage } from "../../domain/money.ts";
import type {
  Actor,
  Answer,
  Action,
  ChangeRequest,
  Command,
  GivenCommand,
  Hold,
  Question,
} from "../../domain/question.ts";
import type {
  AttemptRow,
  BreakerRow,
  CallRow,
  CheckRow,
  ModelTotals,
  ResultRow,
  RunRow,
  SnapshotRow,
  StepRow,
  TaskRow,
} from "../../domain/rows.ts";
import type { Settings } from "../../domain/settings.ts";
import type { LimitReport } from "../../policy/limit-hold.ts";

/** What the engine asks of the world. Instants are epoch milliseconds. A test gives a virtual one. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. Never rejects. */
  wait(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Numbers in [0, 1). */
export type Random = () => number;

/** Who runs a task now. "Dead by pid" may be said only where machine, boot and pidNamespace are equal. */
export interface OwnerIdentity {
  readonly machine: string;
  readonly boot: string;
  readonly pidNamespace: string;
  readonly pid: number;
  readonly startTime: string;
}

/** The right to write for a running task. No row matched means the lease is lost. */
export interface Fence {
  readonly repository: RepositoryId;
  readonly task: TaskId;
  readonly owner: string;
  readonly epoch: number;
}

export { LeaseLost } from "../../domain/lease-lost.ts";

/** Events that become true together. `run` null: no run is concerned (account-wide). */
export interface Batch {
  readonly repository: RepositoryId | null;
  readonly run: RunId | null;
  readonly fence?: Fence;
  readonly events: readonly NewEvent[];
}

/** The truth. Appending commits, folds the tables in the same transaction, then wakes followers. */
export interface EventLog {
  append(batch: Batch): Promise<readonly RecordedEvent[]>;
  /** In order of `pos`, which is over all streams. */
  since(pos: number, filter?: EventFilter): Promise<readonly RecordedEvent[]>;
  /** Called after a commit by this process, or by another within 33 ms (250 ms after 2 s of quiet). A hint only. */
  follow(listener: () => void): () => void;
  head(): Promise<number>;
}

export interface EventFilter {
  readonly repository?: RepositoryId;
  readonly run?: RunId;
  readonly task?: TaskId;
  readonly types?: readonly EventType[];
  readonly limit?: number;
  /** Newest `limit` events instead of the oldest; still returned in ascending order. */
  readonly last?: boolean;
}

/** Leases of tasks, and of a whole repository for its one engine (task ""). */
export interface Leases {
  /** Null while another live owner holds it. `isDead` is asked inside the transaction about the present owner. */
  claim(request: {
    readonly repository: RepositoryId;
    readonly task: TaskId;
    readonly owner: OwnerIdentity;
    readonly untilMs: number;
    readonly isDead: (owner: OwnerIdentity) => boolean;
  }): Promise<Fence | null>;
  /** Returns the fences that were lost. */
  renew(fences: readonly Fence[], untilMs: number): Promise<readonly Fence[]>;
  release(fence: Fence): Promise<void>;
  /** The live or last owner of a lease, with its end. */
  holder(
    repository: RepositoryId,
    task: TaskId,
  ): Promise<{ readonly owner: OwnerIdentity; readonly untilMs: number } | null>;
}

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
}

export interface Refusal {
  readonly scope: "call" | "task" | "run" | "day";
  readonly wantedMicros: number;
  readonly leftMicros: number;
  /** reservations: others may give some back, wait. spend: it is gone. */
  readonly by: "spend" | "reservations";
  /** Calls of other engines have reserved a part of it. */
  readonly elsewhere?: boolean;
}

export interface AttemptEnd {
  readonly reservation: string | null;
  /** Nobody pays for it by the token: it counts against no budget of money. */
  readonly notional?: boolean;
  readonly cost: Cost;
  readonly usage: Usage;
  readonly model: ModelName;
  readonly day: string;
  /** What the breaker is told, of a call that began at `sinceMs`; null: this end says nothing about the model's health. */
  readonly breaker: {
    readonly ok: boolean;
    readonly settings: Settings["breaker"];
    readonly reason: string;
    readonly sinceMs?: number;
  } | null;
  /** A limit of the account that ended it; what becomes of it is decided on the holds of that moment. */
  readonly limit?: LimitReport;
}

/** Calls and their attempts. Each method is one transaction. */
export interface Calls {
  /** Reserves and writes the intent together; refused: neither. */
  begin(batch: Batch, reservation: ReservationRequest | null): Promise<Refusal | null>;
  /** Settles the budget, reports to the breaker and appends together. */
  end(batch: Batch, end: AttemptEnd): Promise<void>;
  /** The call that was begun for a durable key, with its attempts in order; null: none. */
  find(
    repository: RepositoryId,
    task: TaskId,
    key: string,
  ): Promise<{ readonly call: CallRow; readonly attempts: readonly AttemptRow[] } | null>;
  /** Attempts without an end, of all calls of a repository: what a killed engine left. Frees reservations that no such attempt has. */
  unended(repository: RepositoryId): Promise<readonly (AttemptRow & { readonly task: TaskId; readonly run: RunId })[]>;
  /** What the attempts of an agent's session were booked with, one of them left out. */
  usageOf(session: string, except: Pick<AttemptRow, "call" | "attempt">): Promise<Usage>;
}

/** Circuit breakers, shared by all processes through the ledger. */
export interface Breakers {
  /** Passed as a probe: hold it no longer than `probeMs`. */
  acquire(
    model: ModelName,
    settings: Settings["breaker"],
    probeMs: number,
  ): Promise<{ readonly passed: boolean; readonly probe: boolean; readonly retryAtMs: number | null }>;
  /** A call that was let through since `sinceMs` ended without saying anything of the model: if it was the probe, another may go. */
  giveBack(model: ModelName, sinceMs: number): Promise<void>;
  reset(model: ModelName, actor: Actor): Promise<void>;
  list(): Promise<readonly BreakerRow[]>;
}

/** Requests and tokens per minute of a model, counted over all processes. */
export interface Limiter {
  /** Milliseconds to wait before one more request of `tokens` fits the minute; 0: it is taken. */
  take(
    model: ModelName,
    limits: { readonly rpm: number | null; readonly tpm: number | null },
    tokens: number,
  ): Promise<number>;
}

export type AnswerOutcome =
  | { readonly ok: true; readonly question: Question }
  | {
      readonly ok: false;
      readonly why: "unknown" | "answered" | "illegal" | "agent";
      readonly legal: readonly Action[];
    };

/** What people decide and ask; usable with no engine running. */
export interface Decisions {
  /** Refused and recorded when the actor is a descendant of an agent (`byAgent`). */
  answer(answer: Answer, byAgent: boolean): Promise<AnswerOutcome>;
  /** Until its effectiveAt. False: too late or not answered. */
  takeBack(question: string, actor: Actor): Promise<boolean>;
  give(repository: RepositoryId, run: RunId | null, given: GivenCommand): Promise<void>;
  /** Commands nobody took yet, oldest first; the taker appends command.taken. */
  pending(repository: RepositoryId): Promise<readonly (GivenCommand & { readonly command: Command })[]>;
}

/** Reads of tasks and what belongs to one. */
export interface TaskReads {
  list(
    repository: RepositoryId | null,
    filter?: {
      readonly states?: readonly string[];
      readonly area?: string;
      readonly limit?: number;
      readonly offset?: number;
    },
  ): Promise<readonly TaskRow[]>;
  get(repository: RepositoryId, task: TaskId): Promise<TaskRow | null>;
  detail(repository: RepositoryId, task: TaskId): Promise<TaskDetail | null>;
  /** Committed results of one generation, inherited ones included. */
  results(repository: RepositoryId, task: TaskId, generation: number): Promise<readonly ResultRow[]>;
}

export interface TaskDetail {
  readonly task: TaskRow;
  readonly steps: readonly StepRow[];
  readonly findings: readonly Finding[];
  readonly checks: readonly CheckRow[];
  readonly calls: readonly (CallRow & { readonly tries: readonly AttemptRow[] })[];
  readonly snapshots: readonly SnapshotRow[];
  readonly question: Question | null;
  /** The last request for changes in the present generation, unless a person has decided otherwise since. */
  readonly request: ChangeRequest | null;
  readonly plan: { readonly round: number; readonly plan: Plan; readonly model: ModelName } | null;
}

/** Reads of runs and of what is shared. */
export interface RunReads {
  run(id: RunId): Promise<RunRow | null>;
  runs(repository: RepositoryId | null, limit: number): Promise<readonly RunRow[]>;
  settings(digest: string): Promise<Settings | null>;
  totals(run: RunId): Promise<readonly ModelTotals[]>;
}

export interface AccountReads {
  /** Open and answered-but-not-taken questions, oldest first. An answer not yet effective is beside its question. */
  questions(
    repository: RepositoryId | null,
  ): Promise<readonly { readonly question: Question; readonly answer: Answer | null }[]>;
  /** With a repository: without the task holds of other repositories, whose tasks may have the same ids. */
  holds(repository?: RepositoryId): Promise<readonly Hold[]>;
  /** Settled micros and tokens and live reservations of a scope: task:<repository>/<id>, run:<id>, day:<date>. */
  spend(scope: string): Promise<{
    readonly micros: number;
    readonly tokens: number;
    readonly reservedMicros: number;
    readonly unknownCalls: number;
  }>;
  /** Attempts running now, for live panels. */
  running(repository: RepositoryId | null): Promise<readonly (AttemptRow & { readonly callRow: CallRow })[]>;
}

/** The ledger: one file per user and machine. Opened by state/, given to the engine and to screens by cli/. */
export interface Ledger {
  readonly log: EventLog;
  readonly leases: Leases;
  readonly calls: Calls;
  readonly breakers: Breakers;
  readonly limiter: Limiter;
  readonly decisions: Decisions;
  readonly tasks: TaskReads;
  readonly runs: RunReads;
  readonly account: AccountReads;
}

/** What may be lost: live text of running calls, for windows. */
export interface Scratch {
  /** Keeps the last 8 KB of a call's text and what its tool does. */
  tail(call: string, text: string): void;
  tool(call: string, tool: string | null): void;
  read(call: string): { readonly text: string; readonly tool: string | null; readonly bytes: number } | null;
}
