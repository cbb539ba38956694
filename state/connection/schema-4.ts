/** How far followers of the log have read, and what of it was looked at; and which task works in which slot. True only now: not folded. */
const live = [
  `CREATE TABLE cursor (name TEXT PRIMARY KEY, pos INTEGER NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID`,
  `CREATE TABLE slot (
    repository TEXT NOT NULL, n INTEGER NOT NULL, task TEXT NOT NULL, lane INTEGER NOT NULL, PRIMARY KEY (repository, n), UNIQUE (repository, task)
  ) WITHOUT ROWID`,
];

/** What is used of an account's windows. Folded. */
const account = [
  `CREATE TABLE account_window (
    account TEXT NOT NULL, name TEXT NOT NULL, share REAL NOT NULL, reset_at INTEGER, at INTEGER NOT NULL,
    PRIMARY KEY (account, name)
  ) WITHOUT ROWID`,
  `CREATE INDEX attempt_started ON attempt (started_at)`,
];

export const schema4: readonly string[] = [...live, ...account];
