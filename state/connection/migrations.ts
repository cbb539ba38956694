import type Database from "better-sqlite3";

import { brand } from "../../src/domain/brand.ts";
import { integer, isRow } from "./columns.ts";
import { LedgerFault } from "./ledger-fault.ts";
import { schema1 } from "./schema-1.ts";
import { schema2 } from "./schema-2.ts";
import { schema3 } from "./schema-3.ts";
import { schema4 } from "./schema-4.ts";
import { schema5 } from "./schema-5.ts";

/** What takes a file from version n to n + 1, a statement each. Only ever appended to. */
export type Migration = readonly string[];

export const migrations: readonly Migration[] = [schema1, schema2, schema3, schema4, schema5];

/** Marks the file as ours in its header. */
const applicationId = 0x6c646772;

/**
 * Brings a file to the newest version, a transaction for each step, so that a crash leaves it at a version and another
 * program that migrates at the same time finds it done. A file of a newer program and one of another program are refused.
 */
export function migrate(
  db: Database.Database,
  steps: readonly Migration[] = migrations,
  onStatement: (version: number, statement: number) => void = () => {},
): void {
  for (;;) {
    const version = checkedVersion(db, steps.length);
    const step = steps[version];
    if (step === undefined) return;
    db.exec("BEGIN IMMEDIATE");
    try {
      if (checkedVersion(db, steps.length) === version) {
        if (version === 0) db.pragma(`application_id = ${applicationId}`);
        for (const [index, statement] of step.entries()) {
          onStatement(version, index);
          db.exec(statement);
        }
        db.pragma(`user_version = ${version + 1}`);
        onStatement(version, step.length);
      }
      db.exec("COMMIT");
    } finally {
      if (db.inTransaction) db.exec("ROLLBACK");
    }
  }
}

/** The file's version; throws where this program must leave it alone. */
export function checkedVersion(db: Database.Database, newest: number): number {
  const { version, application, tables } = headerOf(db);
  if (tables > 0 && application !== applicationId) {
    throw new LedgerFault(
      "not_a_database",
      db.name,
      `it is a database of another program; give ${brand.name} a folder of its own`,
    );
  }
  if (version > newest) {
    throw new LedgerFault(
      "newer",
      db.name,
      `it has version ${version}, written by a newer ${brand.name}; this one knows versions to ${newest}: install the newer one`,
    );
  }
  return version;
}

/** All of one moment: another process may be making the tables right now. */
function headerOf(db: Database.Database): {
  readonly version: number;
  readonly application: number;
  readonly tables: number;
} {
  const own = !db.inTransaction;
  if (own) db.exec("BEGIN");
  try {
    const row = db.prepare("SELECT count(*) AS n FROM sqlite_schema").get();
    return {
      tables: isRow(row) ? integer(row, "n") : 0,
      version: numberPragma(db, "user_version"),
      application: numberPragma(db, "application_id"),
    };
  } finally {
    if (own && db.inTransaction) db.exec("COMMIT");
  }
}

function numberPragma(db: Database.Database, name: string): number {
  const value = db.pragma(name, { simple: true });
  if (typeof value !== "number") throw new LedgerFault("damaged", db.name, `its ${name} cannot be read`);
  return value;
}
