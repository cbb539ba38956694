import type { EventType, RecordedEvent } from "../../src/domain/events.ts";
import type { Sql } from "../connection/sql.ts";
import type { EventOf } from "../events/event-record.ts";
import { accountFolds } from "./fold-account.ts";
import { analysisFolds } from "./fold-analysis.ts";
import { callFolds } from "./fold-call.ts";
import { evidenceFolds } from "./fold-evidence.ts";
import { outcomeFolds } from "./fold-outcome.ts";
import { partFolds } from "./fold-parts.ts";
import { roadmapFolds } from "./fold-roadmap.ts";
import { runFolds } from "./fold-run.ts";
import { stepFolds } from "./fold-step.ts";
import { taskFolds } from "./fold-task.ts";
import { noFold, type Folds } from "./fold-type.ts";

/** What every event makes of the tables. A new event does not compile until it says so here. */
const folds: Folds = {
  ...runFolds,
  ...taskFolds,
  ...stepFolds,
  ...evidenceFolds,
  ...callFolds,
  ...accountFolds,
  ...analysisFolds,
  ...roadmapFolds,
  ...partFolds,
  ...outcomeFolds,
  "backlog.read": noFold,
  "route.decided": noFold,
  "budget.reserved": noFold,
  "budget.refused": noFold,
  "decision.refused": noFold,
  "decision.doubted": noFold,
  "changes.discarded": noFold,
  "base.measured": noFold,
  "merge.conflict": noFold,
  "land.done": noFold,
  "land.undone": noFold,
  "base.followed": noFold,
  "task.noted": noFold,
  "setup.ended": noFold,
  "service.moved": noFold,
  "ask.started": noFold,
  "ask.ended": noFold,
  "ask.voted": noFold,
  "watch.seen": noFold,
  "watch.settled": noFold,
  "machine.slept": noFold,
  note: noFold,
};

/** Folds one event into the tables; `tx` is the position of the first event of its transaction. */
export function foldEvent(sql: Sql, event: RecordedEvent, tx: number): void {
  bringToRun(sql, event);
  foldOne(sql, event, tx);
}

function foldOne<T extends EventType>(sql: Sql, event: EventOf<T>, tx: number): void {
  folds[event.type](sql, event, tx);
}

/** A task belongs to the newest run whose events concern it. */
function bringToRun(sql: Sql, event: RecordedEvent): void {
  if (event.task === undefined || event.run === null || event.repository === null) return;
  // What a run finds out of what was done before does not make that its own.
  if (event.type === "outcome.corrected") return;
  sql.run(
    "UPDATE task SET run = ?, rev = ? WHERE repository = ? AND id = ? AND run < ?",
    event.run,
    event.pos,
    event.repository,
    event.task,
    event.run,
  );
}
