/** What proves a task, and the checks that people go on without. A statement each. */
const proof = [
  `ALTER TABLE task ADD COLUMN proof TEXT`,
  `CREATE TABLE waived_check (
    repository TEXT NOT NULL, name TEXT NOT NULL, command TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (repository, name)
  ) WITHOUT ROWID`,
];

/** What is true of processes on this machine now: not folded, without events. `ended_at` null: it was not seen to end. */
const footprints = [
  `CREATE TABLE footprint (
    boot TEXT NOT NULL, pid INTEGER NOT NULL, start_time TEXT NOT NULL, kind TEXT NOT NULL, repository TEXT, task TEXT NOT NULL,
    pid_namespace TEXT NOT NULL, workdir TEXT NOT NULL, at INTEGER NOT NULL, ended_at INTEGER, PRIMARY KEY (pid, start_time)
  ) WITHOUT ROWID`,
  `CREATE INDEX footprint_at ON footprint (at)`,
];

export const schema2: readonly string[] = [...proof, ...footprints];
