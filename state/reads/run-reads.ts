import { runStates, type ModelTotals, type RunRow } from "../../src/domain/rows.ts";
import type { RunReads } from "../../src/engine/ports/run-reads.ts";
import { flag, integer, integerOrNull, json, oneOf, text, textOrNull, type Row } from "../connection/columns.ts";
import type { LedgerConnection } from "../connection/ledger-connection.ts";
import { settings as settingsSchema } from "../events/settings-schema.ts";
import { costIn, usageIn } from "../folds/fold-type.ts";
import { readActivity } from "./activity.ts";

/** Runs of a repository or of all, newest first. */
export function createRunReads(connection: LedgerConnection): RunReads {
  const { sql } = connection;
  return {
    run: (id) =>
      connection.read(() => {
        const row = sql.get("SELECT * FROM run WHERE id = ?", id);
        return row === null ? null : runOfRow(row);
      }),
    runs: (repository, limit) =>
      connection.read(() => {
        const rows =
          repository === null
            ? sql.all("SELECT * FROM run ORDER BY pos DESC LIMIT ?", limit)
            : sql.all("SELECT * FROM run WHERE repository = ? ORDER BY pos DESC LIMIT ?", repository, limit);
        return rows.map(runOfRow);
      }),
    settings: (digest) =>
      connection.read(() => {
        const row = sql.get("SELECT data FROM settings WHERE digest = ? LIMIT 1", digest);
        return row === null ? null : json(row, "data", (data) => settingsSchema.parse(data));
      }),
    hasSettings: (digest) =>
      connection.read(() => sql.get("SELECT 1 FROM settings WHERE digest = ? LIMIT 1", digest) !== null),
    activity: (repository, sinceMs) => connection.read(() => readActivity(sql, repository, sinceMs)),
    totals: (run) =>
      connection.read(() => sql.all("SELECT * FROM total WHERE run = ? ORDER BY model", run).map(totalsOfRow)),
  };
}

const runOfRow = (row: Row): RunRow => ({
  id: text(row, "id"),
  repository: text(row, "repository"),
  repositoryPath: text(row, "repository_path"),
  state: oneOf(row, "state", runStates),
  file: textOrNull(row, "file"),
  base: text(row, "base"),
  baseCommit: text(row, "base_commit"),
  integration: text(row, "integration"),
  settingsDigest: text(row, "settings_digest"),
  paused: flag(row, "paused"),
  stopping: oneOf(row, "stopping", ["no", "after_calls", "now"]),
  startedAt: integer(row, "started_at"),
  endedAt: integerOrNull(row, "ended_at"),
  exitCode: integerOrNull(row, "exit_code"),
});

const totalsOfRow = (row: Row): ModelTotals => ({
  model: text(row, "model"),
  calls: integer(row, "calls"),
  failures: integer(row, "failures"),
  usage: usageIn(row),
  cost: costIn(row),
  durationMs: integer(row, "duration_ms"),
});
