import type { AccountReads } from "./account-reads.ts";
import type { Breakers } from "./breakers.ts";
import type { Calls } from "./calls.ts";
import type { Decisions } from "./decisions.ts";
import type { EventLog } from "./event-log.ts";
import type { Leases } from "./leases.ts";
import type { OutcomeReads } from "./outcome-reads.ts";
import type { SlotTable } from "./slot-table.ts";
import type { RunReads } from "./run-reads.ts";
import type { TaskReads } from "./task-reads.ts";

/** The ledger: one file per user and machine. Opened by state/, given to the engine and to screens by cli/. */
export interface Ledger {
  readonly log: EventLog;
  readonly leases: Leases;
  readonly slots: SlotTable;
  readonly calls: Calls;
  readonly breakers: Breakers;
  readonly decisions: Decisions;
  readonly tasks: TaskReads;
  readonly runs: RunReads;
  readonly account: AccountReads;
  readonly outcomes: OutcomeReads;
}
