import { setTimeout as pause } from "node:timers/promises";

import { statSync } from "node:fs";

import type Database from "better-sqlite3";

import { assert } from "../../src/domain/assert.ts";
import { brand } from "../../src/domain/brand.ts";
import { withBusyTimeout } from "./busy-timeout.ts";
import { LedgerFault, mapError } from "./ledger-fault.ts";
import { Sql } from "./sql.ts";

export type OpenMode = "engine" | "client" | "read";

/** Called right before and right after the n-th write transaction of this connection commits. */
export type CommitHook = (when: "before" | "after", n: number) => void;

/** An engine tries as long as its lease would last. */
const retryForMs = { engine: 15_000, client: 5_000, read: 5_000 } as const;
/** Upkeep is done in one go. */
const upkeepMs = 5_000;

/**
 * The only way to the file. A write is one transaction: it commits as a whole or throws and leaves no trace, then `onCommitted`
 * is called. Who finds another at work tries again between turns of its event loop, at times that differ, so that nobody is
 * always last, no screen freezes and no engine is deaf. Who waits too long gives up with the fault "locked".
 */
export class LedgerConnection {
  readonly sql: Sql;
  readonly path: string;
  readonly mode: OpenMode;
  readonly #db: Database.Database;
  readonly #random: () => number;
  readonly #onCommit: CommitHook | null;
  #onCommitted: () => void = () => {};
  #commits = 0;
  readonly #place: FilePlace | null;

  constructor(
    db: Database.Database,
    options: {
      readonly path: string;
      readonly mode: OpenMode;
      readonly random: () => number;
      readonly onCommit: CommitHook | null;
    },
  ) {
    this.#db = db;
    this.sql = new Sql(db);
    this.path = options.path;
    this.mode = options.mode;
    this.#random = options.random;
    this.#onCommit = options.onCommit;
    this.#place = db.memory ? null : placeOf(options.path);
  }

  /** Throws the fault "gone" where the file or its write-ahead log is no longer what was opened: nobody else sees what is written now. */
  assertInPlace(): void {
    if (this.#place === null) return;
    const now = placeOf(this.path);
    const sameLog = now?.log === this.#place.log || this.#place.log === null;
    if (now?.file === this.#place.file && sameLog) return;
    const message = `it was ${now === null ? "removed" : "replaced"} while it was in use, and what was written since is in no file; put a copy made by "${brand.bin} backup" there, or run again to begin a new one`;
    throw new LedgerFault("gone", this.path, message);
  }

  /** Whether other processes may write to the file. */
  get shared(): boolean {
    return !this.#db.memory;
  }

  set onCommitted(listener: () => void) {
    this.#onCommitted = listener;
  }

  /** Runs `change` in a transaction. It must do all its work before it returns. */
  async write<T>(change: () => T): Promise<T> {
    return this.#patiently(() => this.#write(change));
  }

  /** Runs `query` on one state of the file, whatever other processes write meanwhile. */
  async read<T>(query: () => T): Promise<T> {
    return this.#patiently(() => {
      try {
        return this.shared ? this.#onOneState(query) : query();
      } catch (error) {
        throw mapError(error, this.path);
      }
    });
  }

  #onOneState<T>(query: () => T): T {
    this.sql.run("BEGIN");
    try {
      return query();
    } finally {
      this.sql.run("COMMIT");
    }
  }

  /** The same in one go: blocks until it is done, or 5 s. */
  writeNow<T>(change: () => T): T {
    return withBusyTimeout(this.#db, upkeepMs, () => this.#write(change));
  }

  #write<T>(change: () => T): T {
    if (this.mode === "read") throw new LedgerFault("read_only", this.path, "it was opened for reading only");
    assert(!this.#db.inTransaction, "a transaction was begun inside a transaction");
    const n = this.#commits + 1;
    let result: T;
    try {
      this.sql.run("BEGIN IMMEDIATE");
      result = change();
      this.#onCommit?.("before", n);
      this.sql.run("COMMIT");
    } catch (error) {
      if (this.#db.inTransaction) this.sql.run("ROLLBACK");
      throw mapError(error, this.path);
    }
    this.#commits = n;
    this.#onCommit?.("after", n);
    this.#onCommitted();
    return result;
  }

  /** Runs `query` in a transaction that is undone, whatever it changes. */
  dryRun<T>(query: () => T): T {
    assert(!this.#db.inTransaction, "a transaction was begun inside a transaction");
    try {
      this.sql.run("BEGIN IMMEDIATE");
      return query();
    } catch (error) {
      throw mapError(error, this.path);
    } finally {
      if (this.#db.inTransaction) this.sql.run("ROLLBACK");
    }
  }

  async #patiently<T>(attempt: () => T): Promise<T> {
    const startedAt = performance.now();
    for (;;) {
      try {
        return attempt();
      } catch (error) {
        const busy = error instanceof LedgerFault && error.kind === "locked";
        if (!busy || performance.now() - startedAt > retryForMs[this.mode]) throw error;
      }
      await pause(5 + this.#random() * 45);
    }
  }
}

interface FilePlace {
  readonly file: string;
  /** Of the write-ahead log; null: there is none yet. */
  readonly log: string | null;
}

/** Which file lies at a path; null: none. */
function placeOf(path: string): FilePlace | null {
  const file = nodeOf(path);
  return file === null ? null : { file, log: nodeOf(`${path}-wal`) };
}

function nodeOf(path: string): string | null {
  const at = statSync(path, { bigint: true, throwIfNoEntry: false });
  return at === undefined ? null : `${at.dev}:${at.ino}`;
}
