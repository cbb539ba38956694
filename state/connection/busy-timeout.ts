import type Database from "better-sqlite3";

/** Does something while SQLite itself waits so long, and blocks so long, for whoever is in the way. */
export function withBusyTimeout<T>(db: Database.Database, ms: number, work: () => T): T {
  const before = db.pragma("busy_timeout", { simple: true });
  try {
    db.pragma(`busy_timeout = ${ms}`);
    return work();
  } finally {
    db.pragma(`busy_timeout = ${Number(before)}`);
  }
}
