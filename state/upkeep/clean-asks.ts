import { asksPlace, type RunId } from "../../src/domain/ids.ts";
import { text } from "../connection/columns.ts";
import type { Sql } from "../connection/sql.ts";

/**
 * Drops the calls of all asks but the newest `keep`, with their streams. That there was such an ask, who answered it and whose
 * answer was best stays on the account stream. Asks with a call under way stay. Called in a write transaction.
 */
export function cleanAsks(sql: Sql, keep: number): readonly RunId[] {
  const old = sql.all(
    "SELECT run, max(pos) AS newest FROM call WHERE repository = ? GROUP BY run ORDER BY newest DESC LIMIT -1 OFFSET ?",
    asksPlace,
    Math.max(0, keep),
  );
  const dropped = old.map((row) => text(row, "run")).filter((run) => !isRunning(sql, run));
  for (const run of dropped) {
    sql.run("DELETE FROM total WHERE run = ?", run);
    sql.run("DELETE FROM call WHERE run = ?", run);
    sql.run("DELETE FROM event WHERE stream = ?", `run:${run}`);
  }
  return dropped;
}

const isRunning = (sql: Sql, run: RunId): boolean =>
  sql.value("SELECT 1 FROM call WHERE run = ? AND state <> 'ended' LIMIT 1", run) !== null;
