import type { TaskFailure } from "../../domain/events.ts";
import type { Seen } from "../../domain/seen.ts";
import type { Reopening } from "../../domain/outcome.ts";
import type { ModelName } from "../../domain/ids.ts";
import type { TaskSpec } from "../../domain/task.ts";

/** Leaves a pipeline at once; nothing is written and the same place is reached again by the next engine. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}

/** Ends a task as FAILED, with what a person reads. */
export class TaskFailed extends Error {
  override readonly name = "TaskFailed";
  readonly failure: TaskFailure;
  constructor(failure: TaskFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

/** Starts a new generation that keeps the committed keys for which `keep` is true. */
export class StartOver extends Error {
  override readonly name = "StartOver";
  readonly reason: string;
  readonly keep: (key: string) => boolean;
  readonly model: ModelName | null;
  readonly text: string | null;
  /** A snapshot to go on from; null: the last kept commit. */
  readonly commit: string | null;
  /** What a merged task is begun anew for; null: it is begun anew for something else. */
  readonly reopens: Reopening | null;
  /** Its text with what a person said otherwise; null: as it is. */
  readonly spec: TaskSpec | null;
  constructor(
    reason: string,
    keep: (key: string) => boolean,
    model: ModelName | null,
    text: string | null,
    commit: string | null = null,
    reopens: Reopening | null = null,
    spec: TaskSpec | null = null,
  ) {
    super(reason);
    this.reason = reason;
    this.keep = keep;
    this.model = model;
    this.text = text;
    this.commit = commit;
    this.reopens = reopens;
    this.spec = spec;
  }
}

/** What stands in the ledger and what the pipeline would do no longer fit: a person decides. */
export class HistoryMismatch extends Error {
  override readonly name = "HistoryMismatch";
  readonly key: string;
  readonly why: string;
  constructor(key: string, why: string) {
    super(`${key}: ${why}`);
    this.key = key;
    this.why = why;
  }
}

/** Somebody changed something behind our back: a person is asked before this task does anything more. */
export class AskFirst extends Error {
  override readonly name = "AskFirst";
  readonly seen: Seen;
  constructor(seen: Seen) {
    super("the repository was changed behind our back");
    this.seen = seen;
  }
}

/** What was looked at before this pass is otherwise by now: another pass looks at it, and asks. */
export class LookAgain extends Error {
  override readonly name = "LookAgain";
}

/** Why a task's signal aborts when another engine has it: what can be adopted is left to that. */
export const leaseLost = "lease_lost";
