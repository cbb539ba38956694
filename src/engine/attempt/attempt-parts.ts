import type { TaskId } from "../../domain/ids.ts";
import type { AdapterName, Settings } from "../../domain/settings.ts";
import type { ModelAdapter, ProcessRecord } from "../ports/adapter.ts";
import type { CallFiles } from "../ports/call-files.ts";
import type { Ran } from "../../policy/behind-back.ts";
import type { Clock, Random } from "../ports/clock.ts";
import type { KeptAnswers } from "../ports/kept-answers.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Scratch } from "../ports/scratch.ts";
import type { ModelSlots } from "../waiting/model-slots.ts";

/** Does a piece of work in which programs run that are not ours, and sees afterwards what they did behind our back. */
export type Watched = <T>(ran: Ran, work: (saw: (said: string) => void) => Promise<T>) => Promise<T>;

export interface AttemptParts {
  readonly watched: Watched;
  readonly ledger: Ledger;
  readonly scratch: Scratch;
  /** Absent: every question is asked. */
  readonly answers?: KeptAnswers;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  readonly adapters: ReadonlyMap<AdapterName, ModelAdapter>;
  readonly files: CallFiles;
  /** The settings of now: models, roles, limits, budgets. */
  readonly settings: () => Settings;
  /** The user's date of an instant, for day budgets. */
  readonly day: (ms: number) => string;
  readonly onSlept: (listener: (gapMs: number) => void) => () => void;
  readonly modelSlots: ModelSlots;
  /** Whether this run works on a task; absent: on all. */
  readonly inScope?: (task: TaskId) => boolean;
  /** Ends a child that a dead engine left. */
  readonly endProcess: (record: ProcessRecord) => Promise<void>;
}

/** What keeps a model from being called now. `isOver`, asked at each notice, may find it gone before its time. */
export interface Obstacle {
  readonly kind: "rate" | "breaker";
  readonly waitMs: number;
  readonly isOver?: () => Promise<boolean>;
}
