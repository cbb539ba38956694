import type { AnalysisEvents } from "./analysis.ts";
import type { Finding, Plan } from "./answers.ts";
import type { CallEvents } from "./call-events.ts";
import type { CallId, ModelName, QuestionId, RepositoryId, RunId, StepId, TaskId } from "./ids.ts";
import type { Json } from "./json.ts";
import type { OutcomeEvents, Reopening } from "./outcome.ts";
import type { PartEvents } from "./parts.ts";
import type { TaskProof } from "./proof.ts";
import type { Actor, Answer, GivenCommand, Hold, Question } from "./question.ts";
import type { RoadmapEvents } from "./roadmap.ts";
import type { SandboxUse } from "./sandbox.ts";
import type { SeenEvents } from "./seen.ts";
import type { Settings } from "./settings.ts";
import type { Risk, Role, StepState, TaskSpec, TaskState } from "./task.ts";

export const candidateStates = ["chosen", "next", "excluded", "held"] as const;

/** Why a model was or was not chosen; kept for `why TASK`. */
export interface RouteCandidate {
  readonly model: ModelName;
  readonly state: (typeof candidateStates)[number];
  readonly why: string;
}

/** How a task ended badly. `type` is an error type, an outcome, or a word of ours such as gate or rejected. */
export interface TaskFailure {
  readonly type: string;
  readonly reason: string | null;
  readonly message: string;
}

/**
 * known: red at the base too, so it does not block. environment: the base, green before, is red now as well, so that the
 * machine is at fault and neither the change nor the project.
 */
export const checkVerdicts = ["pass", "fail", "known", "flaky", "environment"] as const;

export interface CheckResult {
  readonly name: string;
  readonly result: (typeof checkVerdicts)[number];
  readonly durationMs: number;
  /** Path of the log below the state folder. */
  readonly output: string | null;
  /** Test ids, matched lines, or the check's name. */
  readonly failures: readonly string[];
  /** Of these, the ones that are not red at the base. */
  readonly newFailures: readonly string[];
  /** Git tree the result belongs to. */
  readonly tree: string;
  /** The last lines of its output, for prompts and screens. */
  readonly tail: string;
  /** Tests that ran at the base and did not run here, where reports of both say so. */
  readonly lost?: readonly string[];
  /** What stood around it; absent: not known, or nothing was run. */
  readonly sandbox?: SandboxUse;
  /** The service that did not stand, so that it says nothing; absent: none was missing. */
  readonly service?: string;
}

/** How a check ends before it is compared with another tree. */
export const baseResults = ["pass", "fail", "flaky"] as const;

/** A check on a commit that nobody has changed yet. */
export interface BaseCheck {
  readonly name: string;
  /** What was run, so that another command is known to be another check. */
  readonly command: string;
  readonly result: (typeof baseResults)[number];
  /** Its failures are ids of tests, which can be told apart; else it fails as a whole. */
  readonly named: boolean;
  readonly failures: readonly string[];
  readonly durationMs: number;
  /** Path of the log; null: it was not run this time. */
  readonly output: string | null;
  readonly tail: string;
}

/** The data of every event by its type. Events are facts: versioned, never edited; `upcast` in state/ carries old ones forward. */
export interface EventData extends CallEvents, SeenEvents, AnalysisEvents, RoadmapEvents, PartEvents, OutcomeEvents {
  "run.started": {
    readonly file: string | null;
    readonly settingsDigest: string;
    readonly base: string;
    readonly baseCommit: string;
    readonly integration: string;
    readonly resumed: boolean;
    readonly version: string;
    readonly repositoryPath: string;
  };
  /** exitCode null: the engine was found dead by its successor. */
  "run.ended": {
    readonly exitCode: number | null;
    readonly state: "waiting" | "stopped" | "ended";
    readonly summary: Json;
  };
  "run.paused": { readonly actor: Actor };
  "run.resumed": { readonly actor: Actor };
  "run.stopping": { readonly now: boolean; readonly actor: Actor };
  "settings.fixed": { readonly digest: string; readonly settings: Settings };
  "backlog.read": {
    readonly file: string;
    readonly added: readonly TaskId[];
    readonly changed: readonly TaskId[];
    readonly removed: readonly TaskId[];
  };
  "task.added": {
    readonly spec: TaskSpec;
    readonly digest: string;
    readonly settingsDigest: string;
    readonly pipelineVersion: number;
  };
  /** The text of a task that has not started, or that a person let start over. */
  "task.changed": { readonly spec: TaskSpec; readonly digest: string };
  /** The file now says something else about an unfinished or done task; null: it is gone from the file. */
  "task.stale": { readonly digest: string | null };
  "task.dropped": { readonly reason: string };
  /** By a person; a later text of the file's takes its place. */
  "task.prioritized": { readonly priority: number; readonly by: string };
  /** A person's words for the next prompt of the task. */
  "task.noted": { readonly id: string; readonly text: string; readonly by: string };
  /** What it cost to make a worktree usable. `bytes`: what set-up made, where that is known. */
  "setup.ended": {
    readonly durationMs: number;
    readonly bytes: number | null;
    readonly cache: "none" | "made" | "used";
  };
  /** Written before the first move: what the pipeline reads. A later one is a new generation's. */
  "task.begun": { readonly generation: number; readonly settingsDigest: string; readonly pipelineVersion: number };
  /** A new generation. `keep`: keys without their generation whose results it inherits. */
  "task.restarted": {
    readonly generation: number;
    readonly keep: readonly string[];
    readonly reason: string;
    readonly to: TaskState;
    /** Commit the branch is set to before work goes on; null: the base. */
    readonly commit: string | null;
    readonly model: ModelName | null;
    readonly text: string | null;
    /** It was merged, and a check is red by it; absent: begun anew for something else. */
    readonly reopens?: Reopening;
  };
  "task.moved": {
    readonly from: TaskState;
    readonly to: TaskState;
    readonly reason: string;
    readonly failure?: TaskFailure;
  };
  "task.based": { readonly branch: string; readonly base: string; readonly worktree: string };
  /** What its checks prove of it as it is now. */
  "task.proven": TaskProof;
  "task.archived": { readonly row: Json };
  "risk.raised": { readonly from: Risk; readonly to: Risk; readonly why: readonly string[] };
  "plan.made": { readonly round: number; readonly plan: Plan; readonly model: ModelName; readonly generation: number };
  "steps.set": {
    readonly generation: number;
    readonly steps: readonly { readonly id: StepId; readonly title: string; readonly stage: string }[];
  };
  "step.moved": {
    readonly from: StepState;
    readonly to: StepState;
    readonly reason: string;
    readonly round: number;
    readonly model?: ModelName;
    readonly commit?: string;
  };
  /** The one event that makes an effect done. `key` has its generation: g1/main/S1/implement/1. */
  "key.committed": { readonly key: string; readonly inputs: string; readonly result: Json };
  "route.decided": {
    readonly key: string;
    readonly role: Role;
    readonly chosen: ModelName | null;
    readonly candidates: readonly RouteCandidate[];
    readonly reason: string;
    /** Nobody was chosen, and this is waited for; until a person releases somebody where it has no end. */
    readonly waits?: { readonly by: "hold" | "breaker"; readonly untilMs: number | null };
  };
  "hold.set": { readonly hold: Hold };
  "hold.released": { readonly id: string; readonly by: Actor; readonly reason: string };
  "service.moved": {
    readonly service: string;
    /** Null: one for all. */
    readonly slot: number | null;
    readonly state: "ready" | "dead" | "stopped";
    readonly reason: string;
  };
  "breaker.moved": {
    readonly model: ModelName;
    readonly from: BreakerState;
    readonly to: BreakerState;
    readonly reason: string;
  };
  "question.asked": { readonly question: Question };
  "question.answered": { readonly answer: Answer };
  /** Taken back within its 5 s. */
  "question.reopened": { readonly question: QuestionId; readonly actor: Actor };
  "question.withdrawn": { readonly question: QuestionId; readonly reason: string };
  /** Of the task whose process it came from, where that is known; else of the one it was about. */
  "decision.refused": { readonly actor: Actor; readonly what: string; readonly why: string };
  /** It was let through, but what there was beside it a person should know. */
  "decision.doubted": { readonly actor: Actor; readonly what: string; readonly why: readonly string[] };
  "finding.opened": { readonly finding: Finding };
  "finding.closed": { readonly id: string; readonly state: "closed" | "waived"; readonly by: string };
  "commit.made": {
    readonly commit: string;
    readonly base: string;
    readonly key: string;
    readonly files: number;
    readonly insertions: number;
    readonly deletions: number;
  };
  "snapshot.made": { readonly n: number; readonly ref: string; readonly commit: string; readonly reason: string };
  "changes.discarded": { readonly role: Role; readonly paths: readonly string[] };
  "check.ended": CheckResult;
  /** Checks on the commit that tasks start from, each alone, before anything is paid. */
  "base.measured": { readonly commit: string; readonly tree: string; readonly checks: readonly BaseCheck[] };
  /** A person goes on without a check that is red where nothing was changed, until it is green once or its command changes. */
  "check.waived": { readonly check: string; readonly command: string; readonly by: string };
  "check.regained": { readonly check: string; readonly why: "green" | "changed" };
  "merge.done": { readonly commit: string; readonly into: string; readonly key: string; readonly tip: string };
  "merge.conflict": { readonly files: readonly string[]; readonly with: string };
  "merge.reverted": { readonly commit: string; readonly of: string };
  "land.done": {
    readonly into: string;
    readonly commit: string;
    readonly tasks: readonly TaskId[];
    /** Where the branch stood before; absent: written by an earlier version. */
    readonly from?: string;
    /** What its checks proved of a merge; absent: a fast-forward, or no checks. */
    readonly proof?: TaskProof;
    /** Tasks whose undoing was brought; absent: of all that were undone, as by an earlier version. */
    readonly undone?: readonly TaskId[];
  };
  /** The branch was put back to where the last landing found it. */
  "land.undone": {
    readonly into: string;
    readonly from: string;
    readonly to: string;
    readonly tasks: readonly TaskId[];
  };
  /** The integration branch was brought up to its base. `from`: the base's tip that it had; `commit`: the branch's new tip. */
  "base.followed": {
    readonly base: string;
    readonly from: string;
    readonly to: string;
    readonly into: string;
    readonly commit: string;
    /** kept: a person goes on without this tip. */
    readonly by: "fast_forward" | "merge" | "kept";
  };
  "command.given": { readonly given: GivenCommand };
  "command.taken": { readonly id: string; readonly result: string };
  "machine.slept": { readonly gapMs: number };
  note: {
    readonly level: "info" | "warn" | "error";
    readonly text: string;
    /** Absent: nothing that is looked for later. */
    readonly about?: "unread_output" | undefined;
    readonly model?: ModelName | undefined;
    /** When the run is expected to be done from now on, which is held against what comes. */
    readonly forecast?: { readonly lowMs: number; readonly highMs: number } | undefined;
  };
}

export const breakerStates = ["closed", "open", "half_open"] as const;
export type BreakerState = (typeof breakerStates)[number];
export type EventType = keyof EventData;

/** What is appended; where it belongs is said beside it. */
export type NewEvent = {
  readonly [T in EventType]: {
    readonly type: T;
    readonly data: EventData[T];
    readonly task?: TaskId;
    readonly step?: StepId;
    readonly call?: CallId;
    readonly correlation?: string;
  };
}[EventType];

/** An event as it stands in the ledger. `pos` orders all streams; `seq` is its place in its own. */
export type RecordedEvent = NewEvent & {
  readonly pos: number;
  readonly seq: number;
  readonly at: number;
  /** Null where no run is concerned. On the account stream it is the run that had the event written, if one had. */
  readonly run: RunId | null;
  readonly repository: RepositoryId | null;
};
