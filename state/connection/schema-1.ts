const usage = `
  input INTEGER NOT NULL DEFAULT 0, output INTEGER NOT NULL DEFAULT 0, cache_read INTEGER NOT NULL DEFAULT 0,
  cache_write INTEGER NOT NULL DEFAULT 0, reasoning INTEGER NOT NULL DEFAULT 0`;
/** `ends`: how many ended attempts are in the sums. */
const sums = `ends INTEGER NOT NULL DEFAULT 0, ${usage}, cost_micros INTEGER, cost_source TEXT NOT NULL DEFAULT 'unknown'`;

const log = [
  `CREATE TABLE event (
    pos INTEGER PRIMARY KEY AUTOINCREMENT, stream TEXT NOT NULL, seq INTEGER NOT NULL, tx INTEGER NOT NULL, at INTEGER NOT NULL,
    v INTEGER NOT NULL, run TEXT, repository TEXT, task TEXT, step TEXT, call TEXT, correlation TEXT,
    type TEXT NOT NULL, data TEXT NOT NULL
  )`,
  `CREATE UNIQUE INDEX event_stream ON event (stream, seq)`,
  `CREATE INDEX event_run ON event (run) WHERE run IS NOT NULL`,
  `CREATE INDEX event_task ON event (repository, task) WHERE task IS NOT NULL`,
];

/** Not folded, without events: what is true only now. */
const live = [
  `CREATE TABLE lease (
    repository TEXT NOT NULL, task TEXT NOT NULL, owner TEXT NOT NULL, epoch INTEGER NOT NULL, until INTEGER NOT NULL,
    held INTEGER NOT NULL, PRIMARY KEY (repository, task)
  ) WITHOUT ROWID`,
  `CREATE TABLE reservation (
    id TEXT PRIMARY KEY, repository TEXT, task_scope TEXT, run_scope TEXT, day_scope TEXT NOT NULL, micros INTEGER NOT NULL, owner TEXT
  ) WITHOUT ROWID`,
  `CREATE TABLE breaker_count (
    model TEXT PRIMARY KEY, failures INTEGER NOT NULL, successes INTEGER NOT NULL, probe_until INTEGER
  ) WITHOUT ROWID`,
  `CREATE TABLE limiter (model TEXT PRIMARY KEY, slots TEXT NOT NULL) WITHOUT ROWID`,
];

const runs = [
  `CREATE TABLE run (
    id TEXT PRIMARY KEY, repository TEXT NOT NULL, repository_path TEXT NOT NULL, state TEXT NOT NULL, file TEXT, base TEXT NOT NULL,
    base_commit TEXT NOT NULL, integration TEXT NOT NULL, settings_digest TEXT NOT NULL, paused INTEGER NOT NULL, stopping TEXT NOT NULL,
    started_at INTEGER NOT NULL, ended_at INTEGER, exit_code INTEGER, pos INTEGER NOT NULL
  ) WITHOUT ROWID`,
  `CREATE INDEX run_repository ON run (repository, pos)`,
  `CREATE TABLE settings (digest TEXT NOT NULL, run TEXT NOT NULL, data TEXT NOT NULL, PRIMARY KEY (digest, run))`,
  `CREATE TABLE total (
    run TEXT NOT NULL, model TEXT NOT NULL, calls INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
    duration_ms INTEGER NOT NULL DEFAULT 0, ${sums}, PRIMARY KEY (run, model)
  ) WITHOUT ROWID`,
  `CREATE TABLE command (
    id TEXT PRIMARY KEY, repository TEXT NOT NULL, run TEXT, given TEXT NOT NULL, taken TEXT, pos INTEGER NOT NULL
  )`,
  `CREATE INDEX command_waiting ON command (repository, pos) WHERE taken IS NULL`,
];

const tasks = [
  `CREATE TABLE task (
    repository TEXT NOT NULL, id TEXT NOT NULL, run TEXT NOT NULL, position INTEGER NOT NULL, state TEXT NOT NULL, area TEXT,
    digest TEXT NOT NULL, stale_digest TEXT, settings_digest TEXT NOT NULL, pipeline_version INTEGER NOT NULL,
    generation INTEGER NOT NULL, given_risk TEXT NOT NULL, risk TEXT NOT NULL, branch TEXT, worktree TEXT, base_commit TEXT, tip TEXT, merge_commit TEXT,
    failure TEXT, started_at INTEGER, ended_at INTEGER, attempts INTEGER NOT NULL, ${sums}, step_id TEXT, step_index INTEGER,
    step_count INTEGER, model TEXT, moved_at INTEGER NOT NULL, rev INTEGER NOT NULL, spec TEXT NOT NULL, PRIMARY KEY (repository, id)
  )`,
  `CREATE INDEX task_position ON task (repository, position)`,
  `CREATE INDEX task_rev ON task (rev)`,
  `CREATE TABLE result (
    repository TEXT NOT NULL, task TEXT NOT NULL, generation INTEGER NOT NULL, key TEXT NOT NULL, inputs TEXT NOT NULL,
    pos INTEGER NOT NULL, tx INTEGER NOT NULL, result TEXT NOT NULL, PRIMARY KEY (repository, task, generation, key)
  )`,
  `CREATE TABLE step (
    repository TEXT NOT NULL, task TEXT NOT NULL, generation INTEGER NOT NULL, id TEXT NOT NULL, place INTEGER NOT NULL,
    stage TEXT NOT NULL, title TEXT NOT NULL, state TEXT NOT NULL, model TEXT, tip TEXT, rounds INTEGER NOT NULL,
    set_tx INTEGER NOT NULL, moved_pos INTEGER, PRIMARY KEY (repository, task, generation, id)
  ) WITHOUT ROWID`,
  `CREATE TABLE step_move (
    repository TEXT NOT NULL, task TEXT NOT NULL, generation INTEGER NOT NULL, step TEXT NOT NULL, pos INTEGER NOT NULL,
    tx INTEGER NOT NULL, state TEXT NOT NULL, round INTEGER NOT NULL, model TEXT, tip TEXT,
    PRIMARY KEY (repository, task, generation, step, pos)
  ) WITHOUT ROWID`,
  `CREATE TABLE plan (
    repository TEXT NOT NULL, task TEXT NOT NULL, generation INTEGER NOT NULL, pos INTEGER NOT NULL, tx INTEGER NOT NULL,
    round INTEGER NOT NULL, model TEXT NOT NULL, plan TEXT NOT NULL, PRIMARY KEY (repository, task, generation, pos)
  )`,
  `CREATE TABLE finding (
    repository TEXT NOT NULL, task TEXT NOT NULL, generation INTEGER NOT NULL, id TEXT NOT NULL, subject TEXT NOT NULL,
    severity TEXT NOT NULL, file TEXT, line INTEGER, text TEXT NOT NULL, state TEXT NOT NULL, round INTEGER NOT NULL,
    reviewer TEXT NOT NULL, pos INTEGER NOT NULL, opened_tx INTEGER NOT NULL, closed_tx INTEGER,
    PRIMARY KEY (repository, task, generation, id)
  )`,
  `CREATE TABLE check_result (
    repository TEXT NOT NULL, task TEXT NOT NULL, generation INTEGER NOT NULL, pos INTEGER NOT NULL, at INTEGER NOT NULL,
    result TEXT NOT NULL, PRIMARY KEY (repository, task, generation, pos)
  )`,
  `CREATE TABLE snapshot (
    repository TEXT NOT NULL, task TEXT NOT NULL, n INTEGER NOT NULL, ref TEXT NOT NULL, tip TEXT NOT NULL, reason TEXT NOT NULL,
    at INTEGER NOT NULL, PRIMARY KEY (repository, task, n)
  ) WITHOUT ROWID`,
  `CREATE TABLE question (
    id TEXT PRIMARY KEY, repository TEXT NOT NULL, run TEXT NOT NULL, task TEXT NOT NULL, key TEXT NOT NULL, state TEXT NOT NULL,
    pos INTEGER NOT NULL, question TEXT NOT NULL, answer TEXT
  )`,
  `CREATE INDEX question_task ON question (repository, task)`,
  `CREATE INDEX question_waiting ON question (repository, pos) WHERE state IN ('open', 'answered')`,
];

const calls = [
  `CREATE TABLE call (
    id TEXT PRIMARY KEY, run TEXT NOT NULL, repository TEXT NOT NULL, task TEXT NOT NULL, step TEXT, key TEXT NOT NULL,
    role TEXT NOT NULL, round INTEGER NOT NULL, state TEXT NOT NULL, outcome TEXT, failure TEXT, model TEXT,
    attempts INTEGER NOT NULL, started_at INTEGER NOT NULL, ended_at INTEGER, next_at INTEGER, ${sums}, prompt_hash TEXT NOT NULL,
    pos INTEGER NOT NULL
  ) WITHOUT ROWID`,
  `CREATE INDEX call_task ON call (repository, task, pos)`,
  `CREATE TABLE attempt (
    call TEXT NOT NULL REFERENCES call (id) ON DELETE CASCADE, attempt INTEGER NOT NULL, repository TEXT NOT NULL, rerun INTEGER NOT NULL,
    model TEXT NOT NULL, adapter TEXT NOT NULL, account TEXT NOT NULL, folder TEXT NOT NULL, base TEXT, session TEXT, reservation TEXT,
    state TEXT NOT NULL, pid INTEGER, start_time TEXT, started_at INTEGER NOT NULL, ended_at INTEGER, outcome TEXT, failure TEXT,
    counted INTEGER NOT NULL, ${usage}, cost_micros INTEGER, cost_source TEXT NOT NULL, duration_ms INTEGER, pos INTEGER NOT NULL,
    PRIMARY KEY (call, attempt)
  ) WITHOUT ROWID`,
  `CREATE INDEX attempt_running ON attempt (repository, pos) WHERE state <> 'ended'`,
];

const account = [
  `CREATE TABLE hold (
    id TEXT PRIMARY KEY, scope TEXT NOT NULL, target TEXT NOT NULL, repository TEXT, pos INTEGER NOT NULL, hold TEXT NOT NULL
  ) WITHOUT ROWID`,
  `CREATE TABLE breaker (model TEXT PRIMARY KEY, state TEXT NOT NULL, opened_at INTEGER) WITHOUT ROWID`,
  `CREATE TABLE spend (
    scope TEXT PRIMARY KEY, micros INTEGER NOT NULL, tokens INTEGER NOT NULL, unknown_calls INTEGER NOT NULL
  ) WITHOUT ROWID`,
];

/** The tables as the first version of the program made them, a statement each. Never edited: changes are further migrations. */
export const schema1: readonly string[] = [...log, ...live, ...runs, ...tasks, ...calls, ...account];
