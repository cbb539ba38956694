/** What proves a task, and the checks that people go on without. A statement each. */
export const schema2: readonly string[] = [
  `ALTER TABLE task ADD COLUMN proof TEXT`,
  `CREATE TABLE waived_check (
    repository TEXT NOT NULL, name TEXT NOT NULL, command TEXT NOT NULL, actor TEXT NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (repository, name)
  ) WITHOUT ROWID`,
];
