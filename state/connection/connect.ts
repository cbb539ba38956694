import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";

import Database from "better-sqlite3";

import { brand, envName } from "../../src/domain/brand.ts";
import { networkFileSystem } from "../../src/policy/file-systems.ts";
import { knowChecksum } from "./checksum.ts";
import type { OpenMode } from "./ledger-connection.ts";
import { isBusy, LedgerFault, mapError } from "./ledger-fault.ts";
import { checkedVersion, migrate, migrations, type Migration } from "./migrations.ts";

export interface ConnectOptions {
  /** A file, or ":memory:". */
  readonly path: string;
  readonly mode: OpenMode;
  readonly migrations?: readonly Migration[] | undefined;
  /** The number by which Linux knows the file system of a folder; null: not known here. */
  readonly fileSystemType?: ((folder: string) => number | null) | undefined;
}

const openForMs = 5_000;
/** Whoever waits longer for others tries again between turns of its event loop. */
const busyTimeoutMs = 20;

/** Opens a ledger file, making and migrating it where that is allowed. Throws LedgerFault. May block for 5 s. */
export function connect(options: ConnectOptions): Database.Database {
  const { path, mode } = options;
  if (path === ":memory:") return connectMemory(options.migrations ?? migrations);
  let db: Database.Database | null = null;
  try {
    prepareFile(options);
    const opened = new Database(path, { timeout: openForMs, readonly: mode === "read", fileMustExist: true });
    db = opened;
    retryBusy(() => prepareConnection(opened, options));
    return db;
  } catch (error) {
    db?.close();
    throw mapError(error, path);
  }
}

const images = new Map<readonly Migration[], Buffer>();

/** A new database in memory starts from an image of an empty one: making all tables anew takes most of a short test's time. */
function connectMemory(steps: readonly Migration[]): Database.Database {
  let image = images.get(steps);
  if (image === undefined) {
    const empty = new Database(":memory:");
    migrate(empty, steps);
    image = empty.serialize();
    empty.close();
    images.set(steps, image);
  }
  const db = new Database(image);
  knowChecksum(db);
  db.pragma("foreign_keys = ON");
  db.pragma("journal_mode = MEMORY");
  db.pragma("synchronous = OFF");
  return db;
}

function prepareFile({ path, mode, fileSystemType = linuxFileSystemType }: ConnectOptions): void {
  const folder = dirname(path);
  if (mode === "read" && !existsSync(path)) {
    throw new LedgerFault("missing", path, `there is no ledger yet; "${brand.bin} run" makes one`);
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const network = networkFileSystem(fileSystemType(folder));
  if (network !== null) {
    throw new LedgerFault(
      "network",
      path,
      `it lies on a network file system (${network}), where two machines can damage it; set ${envName("HOME")} to a folder on a local disk`,
    );
  }
  if (mode === "read") return;
  if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
  const { mode: permissions, uid } = statSync(path);
  if ((permissions & 0o077) !== 0 && uid === process.getuid?.()) chmodSync(path, permissions & 0o700);
}

function prepareConnection(db: Database.Database, options: ConnectOptions): void {
  const steps = options.migrations ?? migrations;
  knowChecksum(db);
  const version = checkedVersion(db, steps.length);
  db.pragma("foreign_keys = ON");
  if (options.mode === "read") {
    if (version < steps.length) {
      const message = `it has version ${version} of an older ${brand.name}; run "${brand.bin} run" once to bring it to ${steps.length}`;
      throw new LedgerFault("older", options.path, message);
    }
  } else {
    if (db.pragma("journal_mode = WAL", { simple: true }) !== "wal") {
      throw new LedgerFault("io", options.path, "its file system cannot keep a write-ahead log; use a local disk");
    }
    db.pragma("synchronous = FULL");
    if (process.platform === "darwin") {
      db.pragma("fullfsync = ON");
      db.pragma("checkpoint_fullfsync = ON");
    }
    db.pragma("wal_autocheckpoint = 4000");
    db.pragma("journal_size_limit = 67108864");
    migrate(db, steps);
  }
  db.pragma(`busy_timeout = ${busyTimeoutMs}`);
}

/** SQLite does not wait by itself when several processes open a new file at once. */
function retryBusy(attempt: () => void): void {
  const startedAt = performance.now();
  for (;;) {
    try {
      attempt();
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() - startedAt > openForMs) throw error;
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
}

function linuxFileSystemType(folder: string): number | null {
  return process.platform === "linux" ? statfsSync(folder).type >>> 0 : null;
}
