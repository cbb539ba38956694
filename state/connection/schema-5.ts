/** Stages of tasks: every text of the roadmap, and where each stage stands. Openings and the stage of a step. */
const roadmaps = [
  `CREATE TABLE roadmap (
    repository TEXT NOT NULL, task TEXT NOT NULL, generation INTEGER NOT NULL, rev INTEGER NOT NULL, pos INTEGER NOT NULL,
    at INTEGER NOT NULL, roadmap TEXT NOT NULL, changes TEXT NOT NULL, why TEXT NOT NULL, actor TEXT NOT NULL,
    PRIMARY KEY (repository, task, generation, rev)
  )`,
  `CREATE TABLE stage (
    repository TEXT NOT NULL, task TEXT NOT NULL, generation INTEGER NOT NULL, id TEXT NOT NULL, opening INTEGER NOT NULL,
    state TEXT NOT NULL, reason TEXT NOT NULL, from_tip TEXT, tip TEXT, record TEXT, pos INTEGER NOT NULL,
    done_pos INTEGER,
    PRIMARY KEY (repository, task, generation, id, opening)
  ) WITHOUT ROWID`,
  `ALTER TABLE step ADD COLUMN opening INTEGER NOT NULL DEFAULT 1`,
  // The steps as they were before they were changed, for who goes back to then.
  `CREATE TABLE step_order (
    repository TEXT NOT NULL, task TEXT NOT NULL, generation INTEGER NOT NULL, pos INTEGER NOT NULL, steps TEXT NOT NULL,
    PRIMARY KEY (repository, task, generation, pos)
  ) WITHOUT ROWID`,
  `ALTER TABLE task ADD COLUMN stage_id TEXT`,
  `ALTER TABLE task ADD COLUMN stage_index INTEGER`,
  `ALTER TABLE task ADD COLUMN stage_count INTEGER`,
];

/** What was made out about a task before it was worked on; JSON, null: nothing. */
const analysis = [
  `CREATE TABLE analysis (
    repository TEXT NOT NULL, task TEXT NOT NULL, generation INTEGER NOT NULL, tx INTEGER NOT NULL, analysis TEXT, mode TEXT, context TEXT,
    PRIMARY KEY (repository, task, generation)
  ) WITHOUT ROWID`,
];

/** Parts of tasks. */
const parts = [
  `ALTER TABLE reservation ADD COLUMN parent_scope TEXT`,
  `ALTER TABLE task ADD COLUMN parent TEXT`,
  `CREATE INDEX task_parent ON task (repository, parent) WHERE parent IS NOT NULL`,
  `CREATE TABLE joined (
    repository TEXT NOT NULL, task TEXT NOT NULL, generation INTEGER NOT NULL, tx INTEGER NOT NULL, joined TEXT NOT NULL,
    PRIMARY KEY (repository, task, generation)
  ) WITHOUT ROWID`,
];

/** What became of each unit of work, kept when its run is gone. */
const outcomes = [
  `CREATE TABLE outcome (
    repository TEXT NOT NULL, id TEXT NOT NULL, task TEXT NOT NULL, role TEXT NOT NULL, model TEXT NOT NULL, y INTEGER,
    at INTEGER NOT NULL, pos INTEGER NOT NULL, outcome TEXT NOT NULL, corrections TEXT NOT NULL,
    PRIMARY KEY (repository, id)
  ) WITHOUT ROWID`,
  `CREATE INDEX outcome_task ON outcome (repository, task)`,
  `CREATE INDEX outcome_model ON outcome (role, model)`,
];

/** What the provider's cache saved in an attempt; null: not known, or it used none. */
const savings = [`ALTER TABLE attempt ADD COLUMN saved_micros INTEGER`];

export const schema5: readonly string[] = [...roadmaps, ...analysis, ...parts, ...outcomes, ...savings];
