import type { UsedWindow } from "../../domain/account-use.ts";
import type { Failure, OutcomeKind } from "../../domain/failure.ts";
import type { CallId, StepId, TaskId } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import type { Cost, Usage } from "../../domain/money.ts";
import type { PriceRow } from "../../domain/price.ts";
import type { PromptMarks } from "../../domain/prompt-marks.ts";
import type { StageOpening } from "../../domain/roadmap.ts";
import type { SandboxUse } from "../../domain/sandbox.ts";
import type { AdapterName, CheckSettings, ModelSettings, Permissions } from "../../domain/settings.ts";
import type { SlotUse } from "../../domain/slot.ts";
import type { Role } from "../../domain/task.ts";

/** A child as the ledger knows it: pid and start time together name it for ever on one boot of one machine. */
export interface ProcessRecord {
  readonly pid: number;
  readonly startTime: string;
}

/** The same when it has just been started. */
export interface StartedProcess extends ProcessRecord {
  /** What stands around it; absent: nobody looked. */
  readonly sandbox?: SandboxUse;
}

/** How an attempt begins. `adopt`: its process was started by an engine that died; its output files are in the folder. */
export type Start =
  | { readonly kind: "fresh"; readonly session: string | null }
  | { readonly kind: "resume"; readonly session: string }
  | { readonly kind: "adopt"; readonly process: ProcessRecord; readonly session: string | null };

/** One attempt of one call, complete: an adapter reads nothing else. Paths are absolute. */
export interface CallSpec {
  readonly call: CallId;
  readonly task: TaskId;
  readonly step: StepId | null;
  /** Of a roadmap; absent: there is none. */
  readonly stage?: StageOpening;
  readonly round: number;
  readonly attempt: number;
  /** Durable key with the task: AUTH-1/g1/main/S1/implement/1. */
  readonly key: string;
  /** Names this attempt: kept when a crash makes it run again, new for a retry. */
  readonly attemptKey: string;
  readonly role: Role;
  readonly model: ModelSettings;
  readonly prompt: string;
  /** Absent: nothing of the prompt is known to be the same in other calls. */
  readonly marks?: PromptMarks;
  /** JSON Schema of the answer; null: free text. */
  readonly schema: Json | null;
  readonly workdir: string;
  /** The attempt's own folder: prompt, schema, output files, temporary files. */
  readonly folder: string;
  /** read: what it changes in the tree is discarded. */
  readonly access: "write" | "read";
  readonly permissions: Permissions;
  readonly limits: { readonly startupMs: number; readonly idleMs: number; readonly wallMs: number };
  readonly start: Start;
  readonly correlation: string;
  /** Environment of the settings, over which the call's own is laid. */
  readonly env: { readonly pass: readonly string[]; readonly set: Readonly<Record<string, string>> };
  /** What is left of the tightest budget; told to the agent. */
  readonly budgetLeftMicros: number | null;
  /** What its tokens cost: all rows that are for the model, none where nobody knows; absent: nobody knows. */
  readonly prices?: readonly PriceRow[];
  /** Where a plan pays: once it is used up, the account may buy more; absent: it is a limit. */
  readonly paysBeyondPlan?: boolean;
  /** What the other attempts of this session were booked with, for programs that count a session as a whole; absent: nothing. */
  readonly counted?: Usage;
  /** What the task must pass in the end, for adapters whose models may run it by name; absent: nothing. */
  readonly checks?: readonly CheckSettings[];
  /** Names of the checks there are, whichever the task has to pass: what a model is offered by name is the same in all tasks. Absent: those of the task. */
  readonly checkNames?: readonly string[];
  /** What keeps its ports apart from those of others; absent: nothing of others runs. */
  readonly slot?: SlotUse;
}

/** What an adapter says while a call runs, in order. After `end` nothing follows. */
export type CallEvent =
  | { readonly type: "session"; readonly session: string }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "thinking"; readonly text: string }
  | {
      readonly type: "tool";
      readonly id: string;
      readonly state: "start" | "end";
      readonly name: string;
      readonly detail: string;
      /** At its end: what it gave back, cut where it is long; absent: nobody says. */
      readonly result?: string;
    }
  | {
      readonly type: "approval";
      readonly id: string;
      readonly tool: string;
      readonly command: string | null;
      readonly diff: string | null;
    }
  | { readonly type: "retry"; readonly message: string; readonly delayMs: number | null }
  /** What this attempt used since its last usage event, in canonical counts; raw is the provider's own record. */
  | { readonly type: "usage"; readonly usage: Usage; readonly raw: Json }
  /** What this attempt cost since its last cost event. */
  | { readonly type: "cost"; readonly cost: Cost }
  /** How much is used of the windows of the account that pays; those that are not named are as they were. */
  | { readonly type: "limits"; readonly windows: readonly UsedWindow[] }
  | { readonly type: "activity" }
  /** Something of a line that looked like one for us was not read; said once an attempt. */
  | { readonly type: "unread"; readonly text: string }
  | { readonly type: "end"; readonly outcome: AdapterOutcome };

/** How an attempt ended, seen by the adapter alone: whether a diff exists is looked at by the gateway's caller. */
export interface AdapterOutcome {
  /** cancelled: ended from outside, by `cancel` or together with a dead engine; it says nothing about the model. */
  readonly kind: Exclude<OutcomeKind, "no_change">;
  /** The whole answer text; "" when there is none. */
  readonly text: string;
  /** The last JSON object of the answer where a schema was asked for; not checked against it. */
  readonly answer: Json;
  readonly failure: Failure | null;
}

export type ApprovalDecision = "allow_once" | "allow_always" | "deny";

/** A running attempt. Iterate once; iteration ends after `end`, also after `cancel`. */
export interface RunningCall extends AsyncIterable<CallEvent> {
  /**
   * Ends the whole process group by the adapter's ladder; resolves when nothing of it runs. With `lease_lost` another engine
   * follows what has durable output: that is left running.
   */
  cancel(reason: "stop" | "startup" | "idle" | "wall" | "lease_lost"): Promise<void>;
  /** Answers an `approval` event; without the capability it throws a Bug. */
  respond(id: string, decision: ApprovalDecision, message: string | null): void;
}

export interface Capabilities {
  readonly streaming: boolean;
  /** preset: we choose the session's id before the start. late: known only some time after it. */
  readonly session: "none" | "preset" | "early" | "late";
  readonly resume: boolean;
  readonly schema: boolean;
  readonly approvals: boolean;
  readonly readOnly: boolean;
  /** Output is in files, so that a process outlives a killed engine and is adopted. */
  readonly durableOutput: boolean;
  /** When a cap on a call's cost can be made to hold. */
  readonly costControl: "before" | "during" | "after" | "none";
  /** It makes a cap hold by the list of prices: of a model whose price nobody knows it cannot. */
  readonly capsByPrice?: boolean;
  /** Whether each usage event is exactly one request, so that its price is known; absent: several, which cannot be told apart. */
  readonly usageOf?: "request" | "several";
  /** Whether it may edit files. */
  readonly implements: boolean;
  /** Roles for which a call is one request, as they use no tools: its limit is `timeouts.http`; absent: none. */
  readonly oneRequest?: readonly Role[];
  /** It may say nothing until it is done: the start-up limit is then the idle one. */
  readonly quietStart?: boolean;
}

/** One shape for every provider and agent. Capabilities are fields; nobody asks for an adapter's name. */
export interface ModelAdapter {
  readonly name: AdapterName;
  readonly capabilities: Capabilities;
  /** `onProcess` commits the child's identity; the child runs nothing before it has resolved. */
  start(spec: CallSpec, onProcess: (record: StartedProcess) => Promise<void>): RunningCall;
}
