import type { ModelSettings, Settings } from "../../src/domain/settings.ts";
import type { TaskSpec } from "../../src/domain/task.ts";

/** A task with its defaults, for tables that change one thing. */
export const spec = (more: Partial<TaskSpec> = {}): TaskSpec => ({
  id: "A",
  goal: "Do A",
  details: null,
  risk: "medium",
  area: null,
  needs: [],
  mode: "three-loop",
  priority: 0,
  context: [],
  checks: null,
  models: {},
  budget: { usdMicros: null, tokens: null },
  timeoutMs: null,
  approve: [],
  ...more,
});

export const model = (name: string, more: Partial<ModelSettings> = {}): ModelSettings => ({
  name,
  adapter: "scripted",
  model: null,
  tier: "medium",
  billing: "free",
  account: name,
  provider: name,
  argv: null,
  baseUrl: null,
  keyEnv: null,
  scenario: null,
  env: { pass: [], set: {} },
  folder: "/",
  ...more,
});

const defaults: Settings = {
  models: [],
  roles: {},
  routing: [],
  limits: { parallel: 5, schedule: "ready", perModel: {}, perArea: null, awaitingHuman: 10 },
  timeouts: {
    httpMs: 300_000,
    reviewMs: 600_000,
    implementMs: 2_700_000,
    startupMs: 60_000,
    idleMs: 300_000,
    approvalMs: 1_800_000,
  },
  retry: {
    call: { strategy: "exponential", attempts: 3, baseMs: 1000, capMs: 8000 },
    step: { strategy: "exponential", attempts: 3, baseMs: 10_000, capMs: 60_000 },
  },
  breaker: { enabled: true, failures: 5, openForMs: 60_000, successes: 2 },
  budget: {
    callMicros: null,
    taskMicros: null,
    runMicros: null,
    dayMicros: null,
    onLimit: "ask",
    meteredFallback: false,
  },
  prices: [],
  holds: { autoResume: true, maxResumes: 5 },
  review: { rounds: 3, per: null, blockOn: "major", independent: "prefer" },
  roadmap: { stages: 12, changes: 8, reopen: 2, fixCycles: 4, fixProgress: 0.3 },
  permissions: "edits",
  checks: [],
  protected: [],
  git: { base: null, mergeInto: "integration", merge: "squash", branchPrefix: "p", worktrees: null },
  env: { pass: [], set: {} },
  setup: null,
  teardown: null,
  retention: { runs: 20, worktreesMs: 604_800_000 },
};

export const settings = (more: Partial<Settings> = {}): Settings => ({ ...defaults, ...more });
