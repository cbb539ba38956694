import type { LedgerConnection } from "../connection/ledger-connection.ts";
import type { Sql } from "../connection/sql.ts";
import type { EventTable } from "../log/event-log.ts";
import { changedEvents } from "../log/sums.ts";
import { foldedRows } from "../log/tables.ts";

export interface LedgerProblem {
  /** file: SQLite finds it damaged. log: an event is missing or unreadable. tables: they are not what the log folds to. */
  readonly code: "file" | "log" | "tables";
  readonly message: string;
}

/** Looks at everything: pages, references, sequences, and whether the log folds to the tables. Changes nothing. */
export function findProblems(connection: LedgerConnection, events: EventTable): readonly LedgerProblem[] {
  const { sql } = connection;
  const file = sql.column("PRAGMA integrity_check").filter((line) => line !== "ok");
  if (file.length > 0)
    return file.map((line) => ({ code: "file", message: `the file is damaged: ${JSON.stringify(line)}` }));
  const problems: LedgerProblem[] = [];
  for (const row of sql.all("PRAGMA foreign_key_check")) {
    problems.push({
      code: "tables",
      message: `a row of ${JSON.stringify(row["table"])} belongs to none of ${JSON.stringify(row["parent"])}`,
    });
  }
  for (const stream of sql.column(
    "SELECT stream FROM event GROUP BY stream HAVING count(*) <> max(seq) OR min(seq) <> 1",
  )) {
    problems.push({ code: "log", message: `events of the stream ${JSON.stringify(stream)} are missing` });
  }
  for (const pos of changedEvents(sql))
    problems.push({ code: "log", message: `the event at position ${pos} is not what was written` });
  if (connection.mode === "read") return problems;
  return [...problems, ...connection.dryRun(() => foldProblems(sql, events))];
}

function foldProblems(sql: Sql, events: EventTable): readonly LedgerProblem[] {
  const before = foldedRows(sql);
  try {
    events.refold();
  } catch (error) {
    return [
      { code: "log", message: `the log cannot be folded: ${error instanceof Error ? error.message : String(error)}` },
    ];
  }
  const problems: LedgerProblem[] = [];
  for (const [table, rows] of foldedRows(sql)) {
    const known = before.get(table) ?? [];
    const at = rows.findIndex((row, index) => JSON.stringify(row) !== JSON.stringify(known[index]));
    if (at < 0 && known.length === rows.length) continue;
    const index = at < 0 ? rows.length : at;
    problems.push({
      code: "tables",
      message: `the table ${table} differs from what its events say, first at row ${index + 1}: ${JSON.stringify(known[index]) ?? "none"} instead of ${JSON.stringify(rows[index]) ?? "none"}`,
    });
  }
  return problems;
}
