import type { EventType, RecordedEvent } from "../domain/events.ts";
import type { RepositoryId, TaskId } from "../domain/ids.ts";
import type { SliceName } from "../view/screen/screen-source.ts";

/** What new events make out of date. */
export interface DirtySlices {
  /** Slices there is one of. */
  readonly slices: ReadonlySet<SliceName>;
  /** Tasks of which anything changed. */
  readonly tasks: ReadonlySet<TaskId>;
  /** Which tasks there are may have changed as a whole. */
  readonly allTasks: boolean;
}

/** Beside the task an event names: what else shows it. */
const shownBy: Record<EventType, readonly SliceName[]> = {
  "run.started": ["run", "tasks", "models", "review", "activity"],
  "run.ended": ["run", "tasks", "models", "review"],
  "run.paused": ["run"],
  "run.resumed": ["run"],
  "run.stopping": ["run"],
  "settings.fixed": ["run", "tasks", "models"],
  "backlog.read": [],
  "task.added": ["tasks"],
  "task.changed": ["tasks"],
  "task.stale": ["tasks"],
  "task.dropped": ["tasks"],
  "task.prioritized": ["tasks"],
  "task.noted": [],
  "setup.ended": [],
  "service.moved": [],
  "account.used": ["models", "activity"],
  "task.begun": ["tasks"],
  "task.restarted": ["tasks"],
  "task.moved": ["tasks"],
  "task.based": ["tasks"],
  "task.proven": ["tasks"],
  "task.archived": ["tasks"],
  "risk.raised": ["tasks"],
  "plan.made": [],
  "steps.set": ["tasks"],
  "step.moved": ["tasks"],
  // An answer is taken by the commit of the key that waited for it; a wait between tries begins with one.
  "key.committed": ["review", "tasks"],
  "route.decided": ["tasks"],
  "call.started": ["models"],
  "attempt.started": ["models", "tasks", "activity"],
  "attempt.spawned": ["models"],
  "attempt.session": [],
  "attempt.ended": ["run", "models", "tasks", "activity"],
  "call.retried": ["models", "tasks"],
  "call.ended": ["models", "tasks"],
  "hold.set": ["models", "tasks"],
  "hold.released": ["models", "tasks"],
  "breaker.moved": ["models", "tasks"],
  "budget.reserved": [],
  "budget.settled": ["run", "models", "tasks"],
  "budget.refused": ["tasks"],
  "question.asked": ["review", "tasks", "models", "activity"],
  "question.answered": ["review", "tasks", "models", "activity"],
  "question.reopened": ["review", "tasks", "models", "activity"],
  "question.withdrawn": ["review", "tasks", "models", "activity"],
  "decision.refused": [],
  "decision.doubted": [],
  "finding.opened": [],
  "finding.closed": [],
  "commit.made": ["tasks"],
  "snapshot.made": [],
  "changes.discarded": [],
  "check.ended": [],
  "base.measured": [],
  "check.waived": [],
  "check.regained": [],
  "merge.done": ["tasks"],
  "merge.conflict": [],
  "merge.reverted": ["tasks"],
  "land.done": ["tasks"],
  "land.undone": ["tasks"],
  "base.followed": [],
  "command.given": [],
  "command.taken": [],
  "ask.started": [],
  "ask.ended": [],
  "ask.voted": [],
  "watch.seen": [],
  "watch.settled": [],
  "machine.slept": [],
  "task.analysed": [],
  "mode.chosen": ["tasks"],
  "context.found": [],
  "roadmap.revised": ["tasks"],
  "stage.moved": ["tasks"],
  "stage.regressed": [],
  "steps.changed": ["tasks"],
  "task.split": ["tasks"],
  "parts.joined": ["tasks"],
  "outcome.recorded": [],
  "outcome.corrected": [],
  "regression.found": [],
  note: [],
};

/** Facts of an account concern every repository that uses it. */
const ofAccount: ReadonlySet<EventType> = new Set<EventType>(["hold.set", "hold.released", "breaker.moved"]);
const ofAllTasks: ReadonlySet<EventType> = new Set<EventType>(["run.started", "task.archived"]);

export function dirtySlicesOf(events: readonly RecordedEvent[], repository: RepositoryId): DirtySlices {
  const slices = new Set<SliceName>();
  const tasks = new Set<TaskId>();
  let allTasks = false;
  for (const event of events) {
    const own = event.repository === repository;
    if (!own && !ofAccount.has(event.type)) continue;
    for (const slice of shownBy[event.type]) slices.add(slice);
    if (own && event.task !== undefined) tasks.add(event.task);
    if (own && ofAllTasks.has(event.type)) allTasks = true;
  }
  return { slices, tasks, allTasks };
}
