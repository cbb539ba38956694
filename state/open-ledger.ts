import { chmodSync, closeSync, existsSync, openSync } from "node:fs";

import type Database from "better-sqlite3";

import type { RepositoryId, RunId, TaskId } from "../src/domain/ids.ts";
import type { Clock, Random } from "../src/engine/ports/clock.ts";
import type { Batch, EventLog } from "../src/engine/ports/event-log.ts";
import type { Cursors } from "../src/engine/ports/cursors.ts";
import type { Ledger } from "../src/engine/ports/ledger.ts";
import { withBusyTimeout } from "./connection/busy-timeout.ts";
import { connect, type ConnectOptions } from "./connection/connect.ts";
import { LedgerConnection, type CommitHook } from "./connection/ledger-connection.ts";
import { LedgerFault, mapError } from "./connection/ledger-fault.ts";
import { upcasts, type Upcasts } from "./events/upcast.ts";
import { BreakerTable, createBreakers } from "./live/breakers.ts";
import { createCalls } from "./live/calls.ts";
import { createCursors } from "./live/cursors.ts";
import { createDecisions } from "./live/decisions.ts";
import { createFootprints, type KeptFootprints } from "./live/footprints.ts";
import { createLeases } from "./live/leases.ts";
import { LimiterTable } from "./live/limiter.ts";
import { createSlots } from "./live/slots.ts";
import { Reservations } from "./live/reservations.ts";
import { EventTable } from "./log/event-log.ts";
import { editedTasks } from "./log/sums.ts";
import { Followers } from "./log/followers.ts";
import { createAccountReads } from "./reads/account-reads.ts";
import { createOutcomeReads } from "./reads/outcome-reads.ts";
import { createRunReads } from "./reads/run-reads.ts";
import { TaskTable } from "./reads/task-reads.ts";
import { cleanAsks } from "./upkeep/clean-asks.ts";
import { type CleanRequest, cleanRuns, droppable } from "./upkeep/clean-runs.ts";
import { findProblems, type LedgerProblem } from "./upkeep/integrity.ts";

export interface LedgerOptions extends ConnectOptions {
  readonly clock: Pick<Clock, "now">;
  /** Spreads the retries of a client. */
  readonly random: Random;
  /** Where tests let a process die. Throwing "before" undoes the transaction; throwing "after" leaves it committed. */
  readonly onCommit?: CommitHook;
  /** Told of errors that followers throw and of polls that fail; neither stops anything. */
  readonly onFollowerError?: (error: unknown) => void;
  readonly upcasts?: Upcasts;
  /** What is to be written together with the next events, told once; null: nothing. */
  readonly owed?: () => Batch | null;
}

/** The ledger with what only its keeper does. These block until done, except `backup`. */
export interface OpenLedger extends Ledger {
  /** Processes that work, or worked, for tasks. */
  readonly footprints: KeptFootprints;
  readonly cursors: Cursors;
  close(): void;
  /** Folds the whole log again. The tables are equal afterwards unless they were wrong. */
  rebuild(): void;
  /** Tasks whose rows were changed by somebody else than their events; `rebuild` puts them right. Costs a look at each row. */
  editedTasks(): Promise<readonly { readonly repository: RepositoryId; readonly task: TaskId }[]>;
  /** What is wrong with the file; empty: nothing. Reads all of it. */
  checkIntegrity(): readonly LedgerProblem[];
  /** Writes a copy while others read and write. Refuses to overwrite a file. */
  backup(file: string): Promise<void>;
  /** Moves the write-ahead log into the file, as far as nobody is in the way. For idle moments. */
  checkpoint(): void;
  /** Drops the calls of all but the newest asks and returns whose; their folders are the caller's. */
  cleanAsks(keep: number): readonly RunId[];
  /** The runs that `cleanRuns` would drop. */
  oldRuns(request: CleanRequest): Promise<readonly RunId[]>;
  /** Drops old runs and returns their ids; their folders are the caller's. Runs with unfinished tasks stay. */
  cleanRuns(request: CleanRequest): readonly RunId[];
}

/** Opens the ledger of a user and machine. Throws LedgerFault: newer, damaged, read_only, network, locked, ... */
export function openLedger(options: LedgerOptions): OpenLedger {
  const db = connect(options);
  const { path, mode, random, onCommit = null } = options;
  const connection = new LedgerConnection(db, { path, mode, random, onCommit });
  const now = (): number => options.clock.now();
  const { sql } = connection;
  const events = new EventTable(sql, now, options.upcasts ?? upcasts, options.owed);
  const followers = new Followers(connection, events, options.onFollowerError ?? (() => {}));
  const breakers = new BreakerTable(sql, now);
  const reservations = new Reservations(sql, now);
  const tasks = new TaskTable(connection);
  return {
    log: createLog(connection, events, followers),
    leases: createLeases(connection, now),
    slots: createSlots(connection, now),
    calls: createCalls(connection, events, reservations, { breakers, limiter: new LimiterTable(sql, now), now }),
    breakers: createBreakers(connection, events, breakers),
    decisions: createDecisions(connection, events, now),
    footprints: createFootprints(connection, now),
    cursors: createCursors(connection),
    tasks,
    runs: createRunReads(connection),
    account: createAccountReads(connection, reservations),
    outcomes: createOutcomeReads(connection),
    close() {
      followers.stop();
      db.close();
    },
    rebuild() {
      connection.writeNow(() => events.refold());
      tasks.forget();
    },
    editedTasks: () => connection.read(() => editedTasks(sql)),
    checkIntegrity: () => findProblems(connection, events),
    backup: (file) => backup(db, file),
    checkpoint: () => checkpoint(db, connection),
    cleanAsks: (keep) => connection.writeNow(() => cleanAsks(sql, keep)),
    oldRuns: (request) => connection.read(() => droppable(sql, request)),
    cleanRuns: (request) => connection.writeNow(() => cleanRuns(sql, events, request)),
  };
}

const createLog = (connection: LedgerConnection, events: EventTable, followers: Followers): EventLog => ({
  append: (batch) => connection.write(() => events.append(batch)),
  since: (pos, filter = {}) => connection.read(() => events.since(pos, filter)),
  follow: (listener) => followers.add(listener),
  head: () => connection.read(() => events.head()),
});

/** Never waits for readers or writers: what is in the way now is moved another time. */
function checkpoint(db: Database.Database, connection: LedgerConnection): void {
  if (connection.mode === "read" || !connection.shared) return;
  try {
    withBusyTimeout(db, 0, () => db.pragma("wal_checkpoint(TRUNCATE)"));
  } catch (error) {
    const fault = mapError(error, connection.path);
    if (!(fault instanceof LedgerFault) || fault.kind !== "locked") throw fault;
  }
}

async function backup(db: Database.Database, file: string): Promise<void> {
  if (existsSync(file)) throw new LedgerFault("exists", file, "it is there already; name another file");
  try {
    closeSync(openSync(file, "wx", 0o600));
    await db.backup(file);
    chmodSync(file, 0o600);
  } catch (error) {
    throw mapError(error, file);
  }
}
