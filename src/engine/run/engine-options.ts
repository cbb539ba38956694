import type { RepositoryId, TaskId } from "../../domain/ids.ts";
import type { AdapterName, Settings } from "../../domain/settings.ts";
import type { ModelAdapter, ProcessRecord } from "../ports/adapter.ts";
import type { CallFiles } from "../ports/call-files.ts";
import type { ContextIndex } from "../ports/context-index.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { KeptAnswers } from "../ports/kept-answers.ts";
import type { OwnerIdentity } from "../ports/leases.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Scratch } from "../ports/scratch.ts";
import type { Workspace } from "../ports/workspace.ts";
import type { Pipelines } from "../task/pipeline.ts";
import type { SlotNumbers } from "../waiting/slot-numbers.ts";
import type { Backlog } from "./backlog-sync.ts";
import type { RankBy } from "./work-history.ts";

/** Everything an engine needs of the world. One engine runs a repository at a time. */
export interface EngineParts {
  readonly ledger: Ledger;
  readonly scratch: Scratch;
  /** Absent: every question is asked. */
  readonly answers?: KeptAnswers;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  readonly owner: OwnerIdentity;
  readonly isDead: (owner: OwnerIdentity) => boolean;
  readonly adapters: ReadonlyMap<AdapterName, ModelAdapter>;
  readonly pipelines: Pipelines;
  readonly workspace: Workspace;
  readonly context: ContextIndex;
  /** The same that the workspace asks; absent: it asks nobody. */
  readonly numbers?: SlotNumbers;
  readonly files: CallFiles;
  readonly day: (ms: number) => string;
  /** Ends a child of a dead engine that nobody will adopt. */
  readonly endProcess: (record: ProcessRecord) => Promise<void>;
  readonly rank: RankBy;
  readonly promptOverride: (role: string) => string | null;
}

export interface EngineOptions {
  readonly repository: RepositoryId;
  readonly repositoryPath: string;
  readonly version: string;
  readonly base: string;
  readonly baseCommit: string;
  readonly settings: Settings;
  readonly backlog: Backlog;
  /** Only these tasks of it; null: all. */
  readonly only: readonly TaskId[] | null;
  /** Answers approval questions of these kinds, also raised ones. */
  readonly yesTo: readonly ("plan" | "merge")[];
  /** Stays while only people can move it on (an engine behind a screen). */
  readonly linger: boolean;
  readonly noWait: boolean;
}
