import { assert } from "../../src/domain/assert.ts";
import { runOf, type Folds } from "./fold-type.ts";

/** Runs, their settings, and what people ask of the engine. */
export const runFolds: Pick<
  Folds,
  | "run.started"
  | "run.ended"
  | "run.paused"
  | "run.resumed"
  | "run.stopping"
  | "settings.fixed"
  | "command.given"
  | "command.taken"
> = {
  "run.started"(sql, event) {
    assert(event.repository !== null, "run.started says no repository");
    const { data } = event;
    sql.run(
      `INSERT INTO run (id, repository, repository_path, state, file, base, base_commit, integration, settings_digest, paused,
         stopping, started_at, pos)
       VALUES (?, ?, ?, 'running', ?, ?, ?, ?, ?, 0, 'no', ?, ?)
       ON CONFLICT (id) DO UPDATE SET repository_path = excluded.repository_path, state = 'running', file = excluded.file,
         base = excluded.base, base_commit = excluded.base_commit, integration = excluded.integration,
         settings_digest = excluded.settings_digest, stopping = 'no', ended_at = NULL, exit_code = NULL`,
      runOf(event),
      event.repository,
      data.repositoryPath,
      data.file,
      data.base,
      data.baseCommit,
      data.integration,
      data.settingsDigest,
      event.at,
      event.pos,
    );
  },
  "run.ended"(sql, event) {
    const { state, exitCode } = event.data;
    sql.one(
      "run.ended of an unknown run",
      "UPDATE run SET state = ?, ended_at = ?, exit_code = ? WHERE id = ?",
      state,
      event.at,
      exitCode,
      runOf(event),
    );
  },
  "run.paused"(sql, event) {
    sql.one("run.paused of an unknown run", "UPDATE run SET paused = 1 WHERE id = ?", runOf(event));
  },
  "run.resumed"(sql, event) {
    sql.one("run.resumed of an unknown run", "UPDATE run SET paused = 0 WHERE id = ?", runOf(event));
  },
  "run.stopping"(sql, event) {
    const stopping = event.data.now ? "now" : "after_calls";
    sql.one("run.stopping of an unknown run", "UPDATE run SET stopping = ? WHERE id = ?", stopping, runOf(event));
  },
  "settings.fixed"(sql, event) {
    const { digest, settings } = event.data;
    sql.run(
      "INSERT OR REPLACE INTO settings (digest, run, data) VALUES (?, ?, ?)",
      digest,
      event.run ?? "",
      JSON.stringify(settings),
    );
  },
  "command.given"(sql, event) {
    assert(event.repository !== null, "command.given says no repository");
    const { given } = event.data;
    sql.run(
      "INSERT INTO command (id, repository, run, given, pos) VALUES (?, ?, ?, ?, ?)",
      given.id,
      event.repository,
      event.run,
      JSON.stringify(given),
      event.pos,
    );
  },
  "command.taken"(sql, event) {
    const { id, result } = event.data;
    sql.one(
      `the command ${id} is unknown or was taken before`,
      "UPDATE command SET taken = ? WHERE id = ? AND taken IS NULL",
      result,
      id,
    );
  },
};
