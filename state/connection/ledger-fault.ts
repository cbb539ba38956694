import Database from "better-sqlite3";

import { Bug } from "../../src/domain/assert.ts";
import { brand, envName } from "../../src/domain/brand.ts";
import { Unreadable } from "./columns.ts";

export type LedgerFaultKind =
  /** Written by a newer program. */
  | "newer"
  /** Written by an older program and opened for reading only. */
  | "older"
  | "missing"
  /** Removed or replaced while it was in use. */
  | "gone"
  | "damaged"
  | "not_a_database"
  | "read_only"
  | "no_permission"
  | "full"
  | "network"
  | "locked"
  | "io"
  | "exists";

/** What the world did to a ledger file. The message says what, where and what to do. Names begin with "Ledger". */
export class LedgerFault extends Error {
  override readonly name: string = "LedgerFault";
  readonly kind: LedgerFaultKind;
  readonly path: string;
  constructor(kind: LedgerFaultKind, path: string, message: string, cause?: unknown) {
    super(`${path}: ${message}`, cause === undefined ? {} : { cause });
    this.kind = kind;
    this.path = path;
  }
}

/** The disk is full: nothing of the transaction was written, everything before it is there. */
export class LedgerFull extends LedgerFault {
  override readonly name = "LedgerFull";
  constructor(path: string, cause?: unknown) {
    super("full", path, "the disk is full, nothing was written; free some space and run again", cause);
  }
}

const repair = `restore a copy made by "${brand.bin} backup", or move the file away to begin a new one`;

/** A fault of SQLite or of the file system as an error of ours; anything else as it is. */
export function mapError(error: unknown, path: string): unknown {
  if (error instanceof Unreadable) {
    return new LedgerFault("damaged", path, `it holds what cannot be read (${error.message}); ${repair}`, error);
  }
  const code = codeOf(error);
  if (code === null) return error;
  const detail = error instanceof Error ? error.message : code;
  const fault = (kind: LedgerFaultKind, message: string): LedgerFault => new LedgerFault(kind, path, message, error);
  if (code === "SQLITE_FULL" || code === "ENOSPC" || code === "EDQUOT") return new LedgerFull(path, error);
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) {
    return fault("locked", "another process holds it locked for too long; end it or try again");
  }
  if (code.startsWith("SQLITE_CORRUPT")) return fault("damaged", `it is damaged (${detail}); ${repair}`);
  if (code.startsWith("SQLITE_NOTADB")) return fault("not_a_database", `it is not a database; ${repair}`);
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS") {
    return fault("read_only", `it may only be read; make the file and its folder writable, or set ${envName("HOME")}`);
  }
  if (code.startsWith("SQLITE_CANTOPEN") || code.startsWith("SQLITE_PERM") || code === "EACCES" || code === "EPERM") {
    return fault("no_permission", `it cannot be opened (${detail}); check who owns the file and its folder`);
  }
  if (code.startsWith("SQLITE_IOERR") || code === "EIO") {
    return fault("io", `the disk failed (${detail}); check the disk and try again`);
  }
  if (code.startsWith("SQLITE_CONSTRAINT")) return new Bug(`the ledger refused a row: ${detail}`, { cause: error });
  return error;
}

/** Whether another process was in the way and a retry is of use. */
export const isBusy = (error: unknown): boolean => codeOf(error)?.startsWith("SQLITE_BUSY") === true;

function codeOf(error: unknown): string | null {
  if (error instanceof Database.SqliteError) return error.code;
  if (error instanceof Error && "code" in error && typeof error.code === "string") return error.code;
  return null;
}
