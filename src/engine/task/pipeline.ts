import type { NewEvent } from "../../domain/events.ts";
import type { RunId, TaskId } from "../../domain/ids.ts";
import type { TaskRow, WaivedCheck } from "../../domain/rows.ts";
import type { RoadmapRequest } from "../../domain/roadmap.ts";
import type { Mode, TaskSpec } from "../../domain/task.ts";
import type { PastTask } from "../../policy/analyse-task.ts";
import type { CallRequest, CallResult } from "../attempt/call-request.ts";
import type { ContextIndex } from "../ports/context-index.ts";
import type { Workspace } from "../ports/workspace.ts";
import type { DurableTask } from "./durable-task.ts";

/** What a pipeline works with: durable keys, models, and the task's place in the repository. */
export interface TaskWork {
  readonly task: DurableTask;
  readonly workspace: Workspace;
  readonly run: {
    readonly id: RunId;
    readonly base: string;
    readonly integration: string;
    readonly repositoryPath: string;
  };
  /** Read inside effects: what it finds depends on when it is asked. */
  readonly context: ContextIndex;
  call(request: CallRequest): Promise<CallResult>;
  /** Facts that are true whether or not the effect they happen in is ever committed: snapshots. */
  record(events: readonly NewEvent[]): Promise<void>;
  /** Approved tips of the needs, in the order of the needs; only where nothing is merged. Read inside effects. */
  needTips(): Promise<readonly string[]>;
  /** What processes of this task tried to decide by themselves so far. Read inside effects. */
  refused(): Promise<readonly string[]>;
  /** What people noted for its models, oldest first, letter by letter. Read inside effects. */
  notes(): Promise<readonly string[]>;
  /** Tasks of the repository that are done, from which the next learns. Read inside effects. */
  past(): Promise<readonly PastTask[]>;
  /** What people asked of its roadmap since that was made, oldest first. Read inside effects. */
  requests(): Promise<readonly RoadmapRequest[]>;
  /** Checks that people go on without. Read inside effects. */
  waived(): Promise<readonly WaivedCheck[]>;
  /** What was split off it. Read inside effects, or where it is waited for. */
  readonly parts: PartsOfTask;
  /** Text of a project's own prompt for a role, as it was when the run began; null: ours. */
  promptOverride(role: string): string | null;
}

/** What the pipeline of a task that is split needs of its parts. */
export interface PartsOfTask {
  /** All that were ever split off it, those of earlier generations too, oldest first. */
  rows(): Promise<readonly TaskRow[]>;
  /** The task of this id, whoever's it is. */
  get(id: TaskId): Promise<TaskRow | null>;
  /** Which of these ids are taken; case makes no difference. */
  taken(ids: readonly TaskId[]): Promise<ReadonlySet<TaskId>>;
  /** Whether a part is done, and its merge not undone. */
  holds(id: TaskId): Promise<boolean>;
  /** What the last reviewer said of a part; null: nobody did. */
  report(id: TaskId): Promise<string | null>;
  /** What makes tasks of parts. */
  added(specs: readonly TaskSpec[]): readonly NewEvent[];
  /** What has a part tried again, as if a person had asked for it. */
  retried(id: TaskId, by: string, text: string | null): NewEvent;
}

/** The work on one task, from its first phase to its last. It returns when the task is done; it fails by throwing TaskFailed. */
export interface Pipeline {
  /** Raised when keys change their meaning; a task that began under another version is a question to a person. */
  readonly version: number;
  readonly run: (work: TaskWork) => Promise<void>;
}

/** Null: a word we know for a mode that is not built yet. */
export type Pipelines = Readonly<Record<Mode, Pipeline | null>>;
