import type { Analysis, ChosenMode, FoundContext } from "../../domain/analysis.ts";
import type { Finding, Plan } from "../../domain/answers.ts";
import type { ModelName, RepositoryId, TaskId } from "../../domain/ids.ts";
import type { Joined, Part } from "../../domain/parts.ts";
import type { ChangeRequest, Question } from "../../domain/question.ts";
import type { TaskRoadmap } from "../../domain/roadmap.ts";
import type {
  AttemptRow,
  CallRow,
  CheckRow,
  ResultRow,
  SnapshotRow,
  StepRow,
  TaskRow,
  WorkTime,
} from "../../domain/rows.ts";
import type { PastTask } from "../../policy/analyse-task.ts";

import type { TaskState } from "../../domain/task.ts";

/** Reads of tasks and what belongs to one. */
export interface TaskReads {
  list(
    repository: RepositoryId | null,
    filter?: {
      readonly states?: readonly string[];
      readonly area?: string;
      /** Only its parts. */
      readonly parent?: TaskId;
      readonly limit?: number;
      readonly offset?: number;
    },
  ): Promise<readonly TaskRow[]>;
  get(repository: RepositoryId, task: TaskId): Promise<TaskRow | null>;
  detail(repository: RepositoryId, task: TaskId): Promise<TaskDetail | null>;
  /**
   * What tasks worked: of the last ones that are done, and of those under way. `nowMs`: calls that are not over count until
   * then; null: nobody works, so they do not count.
   */
  workTimes(
    repository: RepositoryId,
    nowMs: number | null,
  ): Promise<{ readonly done: readonly WorkTime[]; readonly open: readonly WorkTime[] }>;
  /** The last tasks that are done, with how hard each was thought to be and what it took. */
  past(repository: RepositoryId): Promise<readonly PastTask[]>;
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
  /** All requests for changes in the present generation, oldest first; absent: none. */
  readonly requests?: readonly ChangeRequest[];
  /** What was split off it, as it was then, and where that stands; absent: nothing. */
  readonly parts?: readonly (Part & { readonly state: TaskState; readonly reverted?: boolean })[];
  /** What its parts came to in the present generation; absent: nothing yet. */
  readonly joined?: Joined;
  /** Absent: it has no stages. */
  readonly roadmap?: TaskRoadmap;
  /** What was made out about it before it was worked on; absent: nobody looked. */
  readonly analysis?: Analysis;
  readonly chosenMode?: ChosenMode;
  readonly context?: FoundContext;
  readonly plan: { readonly round: number; readonly plan: Plan; readonly model: ModelName } | null;
}
