import type { CheckResult, BreakerState, TaskFailure } from "./events.ts";
import type { Failure, OutcomeKind } from "./failure.ts";
import type { CallId, ModelName, RepositoryId, RunId, StepId, TaskId } from "./ids.ts";
import type { Json } from "./json.ts";
import type { Cost, Usage } from "./money.ts";
import type { TaskProof } from "./proof.ts";
import type { StageId } from "./roadmap.ts";
import type { Mode, Risk, Role, StepState, TaskSpec, TaskState } from "./task.ts";

export const runStates = ["running", "waiting", "stopped", "ended"] as const;

/** What the events of the ledger fold to. Readers get these; nobody writes them. Instants are epoch milliseconds. */
export interface RunRow {
  readonly id: RunId;
  readonly repository: RepositoryId;
  readonly repositoryPath: string;
  readonly state: (typeof runStates)[number];
  readonly file: string | null;
  readonly base: string;
  readonly baseCommit: string;
  readonly integration: string;
  readonly settingsDigest: string;
  readonly paused: boolean;
  readonly stopping: "no" | "after_calls" | "now";
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly exitCode: number | null;
}

export interface TaskRow {
  readonly repository: RepositoryId;
  readonly run: RunId;
  readonly id: TaskId;
  /** Grows in the order of adding, over all runs. */
  readonly position: number;
  readonly spec: TaskSpec;
  readonly digest: string;
  /** Digest of what the file says now, when it is another; "" when the task is gone from it. */
  readonly staleDigest: string | null;
  readonly settingsDigest: string;
  readonly pipelineVersion: number;
  readonly state: TaskState;
  /** 0 until it begins. */
  readonly generation: number;
  /** Given or raised. */
  readonly risk: Risk;
  readonly branch: string | null;
  readonly worktree: string | null;
  readonly baseCommit: string | null;
  /** Tip of the task's branch. */
  readonly commit: string | null;
  readonly mergeCommit: string | null;
  readonly failure: TaskFailure | null;
  /** Null: not measured yet, or done by a version that did not write it down. */
  readonly proof: TaskProof | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly attempts: number;
  readonly usage: Usage;
  readonly cost: Cost;
  /** Unfinished step that moved last (none: the last that moved), with its place from 1 and the number of steps. */
  readonly step: { readonly id: StepId; readonly index: number; readonly count: number } | null;
  /** The stage under way, else the last that is done, with its place among those that are not skipped. Absent: it has none. */
  readonly stage?: { readonly id: StageId; readonly index: number; readonly count: number };
  /** Model of the last attempt. */
  readonly model: ModelName | null;
  /** Whose change was committed last: a model, or a person who took over. Null: nothing is committed yet. */
  readonly author: string | null;
  /** Who reviewed the work last; a review of the plan is none. */
  readonly reviewer: ModelName | null;
  readonly movedAt: number;
}

/** How long the calls and checks of a task worked: nobody was waited for, nothing was held and the machine did not sleep. */
export interface WorkTime {
  readonly task: TaskId;
  readonly mode: Mode;
  /** Given, not raised: what is known of a task before it begins. */
  readonly risk: Risk;
  readonly workedMs: number;
}

export interface StepRow {
  readonly task: TaskId;
  readonly id: StepId;
  readonly generation: number;
  readonly stage: string;
  /** Place in the plan, from 1. */
  readonly index: number;
  readonly title: string;
  readonly state: StepState;
  readonly model: ModelName | null;
  readonly commit: string | null;
  readonly rounds: number;
}

/** The last attempt of a call tells where it stands; crash recovery starts from this row. */
export interface AttemptRow {
  readonly call: CallId;
  readonly attempt: number;
  readonly rerun: number;
  readonly model: ModelName;
  readonly adapter: string;
  readonly account: string;
  readonly folder: string;
  readonly base: string | null;
  readonly session: string | null;
  readonly reservation: string | null;
  readonly state: "intended" | "spawned" | "ended";
  readonly pid: number | null;
  readonly startTime: string | null;
  readonly startedAt: number;
  readonly endedAt: number | null;
  readonly outcome: OutcomeKind | "crashed" | null;
  readonly failure: Failure | null;
  readonly counted: boolean;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly durationMs: number | null;
}

export interface CallRow {
  readonly id: CallId;
  readonly run: RunId;
  readonly repository: RepositoryId;
  readonly task: TaskId;
  readonly step: StepId | null;
  readonly key: string;
  readonly role: Role;
  readonly round: number;
  readonly state: "running" | "ended";
  readonly outcome: OutcomeKind | null;
  readonly failure: Failure | null;
  readonly model: ModelName | null;
  /** Attempts that counted. */
  readonly attempts: number;
  readonly startedAt: number;
  readonly endedAt: number | null;
  /** When the next attempt is due, while a retry waits. */
  readonly nextAt: number | null;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly promptHash: string;
}

export interface BreakerRow {
  readonly model: ModelName;
  readonly state: BreakerState;
  readonly failures: number;
  readonly successes: number;
  readonly openedAt: number | null;
  readonly probeUntil: number | null;
}

export interface SnapshotRow {
  readonly task: TaskId;
  readonly n: number;
  readonly ref: string;
  readonly commit: string;
  readonly reason: string;
  readonly at: number;
}

export interface CheckRow extends CheckResult {
  readonly task: TaskId;
  readonly at: number;
}

/** Calls, money and failures of one model in one run. */
export interface ModelTotals {
  readonly model: ModelName;
  readonly calls: number;
  readonly failures: number;
  readonly usage: Usage;
  readonly cost: Cost;
  readonly durationMs: number;
}

/** A committed result under its key, with the digest of the inputs it was made from. */
export interface ResultRow {
  readonly key: string;
  readonly inputs: string;
  readonly result: Json;
}

/** A check that a person goes on without. */
export interface WaivedCheck {
  readonly check: string;
  readonly command: string;
  readonly by: string;
  readonly at: number;
}
