import { footprintKinds, type Footprint } from "../../src/domain/footprint.ts";
import type { ProcessRecord } from "../../src/engine/ports/adapter.ts";
import { integer, integerOrNull, oneOf, text, textOrNull, type Row } from "../connection/columns.ts";
import type { LedgerConnection } from "../connection/ledger-connection.ts";

export interface KeptFootprints {
  began(footprint: Omit<Footprint, "at" | "endedAt">): Promise<void>;
  ended(record: ProcessRecord): Promise<void>;
  /** Of one boot of the machine, the oldest first. */
  all(boot: string): Promise<readonly Footprint[]>;
}

/** The first one stays too: the marks of all later ones are lower than its. */
const mostKept = 2_000;

const footprintOf = (row: Row): Footprint => ({
  kind: oneOf(row, "kind", footprintKinds),
  repository: textOrNull(row, "repository"),
  task: text(row, "task"),
  pid: integer(row, "pid"),
  startTime: text(row, "start_time"),
  pidNamespace: text(row, "pid_namespace"),
  workdir: text(row, "workdir"),
  at: integer(row, "at"),
  endedAt: integerOrNull(row, "ended_at"),
});

const bootOf = (startTime: string): string => startTime.slice(startTime.lastIndexOf("@") + 1);

/** Processes are no facts of a run: the next boot of the machine has none of them. */
export function createFootprints(connection: LedgerConnection, now: () => number): KeptFootprints {
  const { sql } = connection;
  return {
    began: (footprint) =>
      connection.write(() => {
        const { pid, startTime, kind, repository, task, pidNamespace, workdir } = footprint;
        sql.run("DELETE FROM footprint WHERE boot <> ?", bootOf(startTime));
        sql.run(
          "DELETE FROM footprint WHERE ended_at IS NOT NULL AND at > (SELECT min(at) FROM footprint) AND at < (SELECT at FROM footprint ORDER BY at DESC LIMIT 1 OFFSET ?)",
          mostKept,
        );
        sql.run(
          "INSERT OR REPLACE INTO footprint (boot, pid, start_time, kind, repository, task, pid_namespace, workdir, at, ended_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
          bootOf(startTime),
          pid,
          startTime,
          kind,
          repository,
          task,
          pidNamespace,
          workdir,
          now(),
        );
      }),
    ended: ({ pid, startTime }) =>
      connection.write(() => {
        sql.run("UPDATE footprint SET ended_at = ? WHERE pid = ? AND start_time = ?", now(), pid, startTime);
      }),
    all: (boot) =>
      connection.read(() => sql.all("SELECT * FROM footprint WHERE boot = ? ORDER BY at, pid", boot).map(footprintOf)),
  };
}
