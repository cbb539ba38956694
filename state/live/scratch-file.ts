import { closeSync, existsSync, mkdirSync, openSync, rmSync } from "node:fs";
import { dirname } from "node:path";

import Database from "better-sqlite3";

import { LedgerFault, mapError } from "../connection/ledger-fault.ts";

const version = 1;
const openForMs = 2_000;

const schema = `
  CREATE TABLE tail (call TEXT PRIMARY KEY, text TEXT NOT NULL, tool TEXT, bytes INTEGER NOT NULL, at INTEGER NOT NULL);
  CREATE TABLE cache (kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (kind, key));
  CREATE TABLE draft (key TEXT PRIMARY KEY, text TEXT NOT NULL, at INTEGER NOT NULL);
  PRAGMA user_version = ${version};`;

/**
 * The file of what may be lost: made anew where it is damaged, and in memory where no file can be used. `path`: a file, or ":memory:".
 * `waitMs`: how long a write waits for others.
 */
export function openScratchFile(path: string, waitMs: number): Database.Database {
  if (path === ":memory:") return prepared(path, waitMs);
  try {
    try {
      return prepared(path, waitMs);
    } catch (error) {
      if (!isDamaged(error)) throw error;
      removeScratchFile(path);
      return prepared(path, waitMs);
    }
  } catch {
    return prepared(":memory:", waitMs);
  }
}

/** What is damaged beyond opening is lost; who has it open still goes on with what was there. */
export function removeScratchFile(path: string): void {
  for (const end of ["", "-wal", "-shm"]) rmSync(`${path}${end}`, { force: true });
}

/** Throws where the file cannot be used. */
function prepared(path: string, waitMs: number): Database.Database {
  if (path !== ":memory:") {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    if (!existsSync(path)) closeSync(openSync(path, "a", 0o600));
  }
  const db = new Database(path, { timeout: openForMs });
  try {
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = NORMAL");
    db.transaction(() => {
      if (db.pragma("user_version", { simple: true }) === 0) db.exec(schema);
    }).immediate();
    if (db.pragma("user_version", { simple: true }) !== version) throw new RangeError("another version");
    db.pragma(`busy_timeout = ${waitMs}`);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

export const isDamaged = (error: unknown): boolean => {
  const fault = mapError(error, "");
  return fault instanceof LedgerFault && (fault.kind === "damaged" || fault.kind === "not_a_database");
};
