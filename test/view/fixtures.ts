import type { Finding, Plan } from "../../src/domain/answers.ts";
import type { NewEvent, RecordedEvent } from "../../src/domain/events.ts";
import { noUsage, type Cost, type Usage } from "../../src/domain/money.ts";
import type { Answer, Hold, Question } from "../../src/domain/question.ts";
import type {
  AttemptRow,
  CallRow,
  CheckRow,
  ModelTotals,
  RunRow,
  SnapshotRow,
  StepRow,
  TaskRow,
} from "../../src/domain/rows.ts";
import type { TaskSpec } from "../../src/domain/task.ts";
import type { ModelFacts, RunSnapshot, TaskFacts, TasksSnapshot } from "../../src/view/screen/screen-source.ts";

/** Rows as the ledger gives them, with everything filled in. Times count from noon, by the clock on the wall, of a fixed day. */
export const noon = new Date(2025, 5, 17, 12).getTime();
export const minute = 60_000;
/** As machines write an instant that is so much after noon. */
export const isoNoon = (afterMs = 0): string => new Date(noon + afterMs).toISOString();

export const usd = (amount: number, source: Cost["source"] = "reported"): Cost => ({
  micros: Math.round(amount * 1e6),
  source,
});
export const usage = (input: number, output: number, more: Partial<Usage> = {}): Usage => ({
  ...noUsage,
  input,
  output,
  ...more,
});

export const spec = (id: string, goal: string, more: Partial<TaskSpec> = {}): TaskSpec => ({
  id,
  goal,
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

export function task(
  id: string,
  goal: string,
  more: Partial<Omit<TaskRow, "spec">> & { readonly spec?: Partial<TaskSpec> } = {},
): TaskRow {
  const { spec: specMore, ...rest } = more;
  return {
    repository: "repo",
    run: "run1",
    id,
    position: 0,
    spec: spec(id, goal, specMore),
    digest: "d",
    staleDigest: null,
    settingsDigest: "s",
    pipelineVersion: 1,
    state: "NEW",
    generation: 1,
    risk: specMore?.risk ?? "medium",
    branch: null,
    worktree: null,
    baseCommit: null,
    commit: null,
    mergeCommit: null,
    failure: null,
    proof: rest.state === "DONE" ? { proof: "checks", provenBy: ["test"], without: [] } : null,
    startedAt: rest.state === undefined || rest.state === "NEW" ? null : noon - 9 * minute,
    endedAt: null,
    attempts: 0,
    usage: noUsage,
    cost: { micros: 0, source: "reported" },
    step: null,
    model: null,
    author: null,
    reviewer: null,
    movedAt: noon - 5 * minute,
    ...rest,
  };
}

export const run = (more: Partial<RunRow> = {}): RunRow => ({
  id: "01hv7f3",
  repository: "repo",
  repositoryPath: "/home/anna/shop",
  state: "running",
  file: "tasks.yaml",
  base: "main",
  baseCommit: "1a2b3c4d5e6f",
  integration: "gandy/integration",
  settingsDigest: "s",
  paused: false,
  stopping: "no",
  startedAt: noon - 12 * minute - 4000,
  endedAt: null,
  exitCode: null,
  ...more,
});

export const runSnapshot = (more: Partial<RunSnapshot> = {}): RunSnapshot => ({
  repository: "acme/shop",
  run: run(),
  engine: "alive",
  permissions: "edits",
  cost: usd(1.84),
  capMicros: 25_000_000,
  scripted: false,
  notices: [],
  ...more,
});

export const tasksSnapshot = (rows: readonly TaskRow[], more: Partial<TasksSnapshot> = {}): TasksSnapshot => ({
  rows: rows.map((row, position) => ({ ...row, position })),
  holds: [],
  active: new Set(),
  accounts: {},
  waits: new Map(),
  reverted: new Set(),
  ...more,
});

export const question = (id: string, taskId: string, more: Partial<Question> = {}): Question => ({
  id,
  run: "run1",
  task: taskId,
  key: "g1/merge/ask/1",
  kind: "merge",
  reason: "approval",
  text: "May this be merged?",
  actions: ["approve", "request_changes", "reject", "retry", "take_over", "abort"],
  returnState: "QUALITY_GATE",
  askedAt: noon - 7 * minute,
  evidence: {},
  ...more,
});

export const answerTo = (asked: Question, more: Partial<Answer> = {}): Answer => ({
  question: asked.id,
  action: "approve",
  text: null,
  model: null,
  actor: { kind: "person", name: "anna via screen", pid: 1 },
  effectiveAt: noon + 4000,
  ...more,
});

export const hold = (target: string, more: Partial<Hold> = {}): Hold => ({
  id: `hold-${target}`,
  scope: "account",
  target,
  reason: "plan limit",
  untilMs: noon + 42 * minute,
  by: "limit",
  setAt: noon - minute,
  resumes: 0,
  ...more,
});

export const step = (taskId: string, index: number, title: string, more: Partial<StepRow> = {}): StepRow => ({
  task: taskId,
  id: `S${index}`,
  generation: 1,
  stage: "main",
  index,
  title,
  state: "PENDING",
  model: null,
  commit: null,
  rounds: 0,
  ...more,
});

export const finding = (id: string, text: string, more: Partial<Finding> = {}): Finding => ({
  id,
  subject: "S1",
  severity: "major",
  file: null,
  line: null,
  text,
  state: "open",
  round: 1,
  reviewer: "opus",
  ...more,
});

export const check = (name: string, result: CheckRow["result"], more: Partial<CheckRow> = {}): CheckRow => ({
  task: "T",
  at: noon,
  name,
  result,
  durationMs: 8200,
  output: null,
  failures: [],
  newFailures: [],
  tree: "t",
  tail: "",
  ...more,
});

export const attempt = (call: string, model: string, more: Partial<AttemptRow> = {}): AttemptRow => ({
  call,
  attempt: 1,
  rerun: 0,
  model,
  adapter: "claude-code",
  account: model,
  folder: "f",
  base: null,
  session: null,
  reservation: null,
  state: "spawned",
  pid: 1,
  startTime: "1",
  startedAt: noon - 124_000,
  endedAt: null,
  outcome: null,
  failure: null,
  counted: true,
  usage: noUsage,
  cost: usd(0),
  durationMs: null,
  ...more,
});

export const call = (id: string, taskId: string, more: Partial<CallRow> = {}): CallRow => ({
  id,
  run: "run1",
  repository: "repo",
  task: taskId,
  step: "S1",
  key: `g1/main/S1/implement/1`,
  role: "implementer",
  round: 1,
  state: "running",
  outcome: null,
  failure: null,
  model: null,
  attempts: 0,
  startedAt: noon - 124_000,
  endedAt: null,
  nextAt: null,
  usage: noUsage,
  cost: usd(0),
  promptHash: "h",
  ...more,
});

export const totals = (model: string, more: Partial<ModelTotals> = {}): ModelTotals => ({
  model,
  calls: 12,
  failures: 0,
  usage: usage(36_000, 5200, { cacheRead: 21_000 }),
  cost: usd(0.92),
  durationMs: 12 * 41_000,
  ...more,
});

export const model = (name: string, more: Partial<ModelFacts> = {}): ModelFacts => ({
  name,
  adapter: "claude-code",
  model: null,
  billing: "subscription",
  account: name,
  isAsked: true,
  breaker: null,
  holds: [],
  totals: null,
  running: [],
  parallel: 2,
  ...more,
});

export const plan: Plan = {
  summary: "Check the expiry of a token where it is read, and tell an expired one from a bad one.",
  steps: [
    {
      id: "S1",
      title: "Read the expiry",
      details: "Add exp to the decoded token.\nKeep old tokens readable.",
      files: ["src/auth/token.ts"],
    },
    {
      id: "S2",
      title: "Reject expired tokens",
      details: "401 with a reason of its own.",
      files: ["src/auth/guard.ts", "test/guard.test.ts"],
    },
  ],
  risks: ["clients that cache tokens may see 401 more often"],
};

export const snapshot = (taskId: string, n: number, reason: string): SnapshotRow => ({
  task: taskId,
  n,
  ref: `refs/x/${taskId}/${n}`,
  commit: "abcdef1234567",
  reason,
  at: noon - minute,
});

export const taskFacts = (row: TaskRow, more: Partial<TaskFacts> = {}): TaskFacts => ({
  task: row,
  steps: [],
  findings: [],
  checks: [],
  calls: [],
  snapshots: [],
  question: null,
  request: null,
  plan: null,
  ...more,
});

let pos = 0;
/** An event at so many seconds before noon. */
export const event = (secondsAgo: number, said: NewEvent): RecordedEvent => {
  pos += 1;
  return { ...said, pos, seq: pos, at: noon - secondsAgo * 1000, run: "run1", repository: "repo" };
};

export const diffText = `diff --git a/src/auth/guard.ts b/src/auth/guard.ts
index 1111111..2222222 100644
--- a/src/auth/guard.ts
+++ b/src/auth/guard.ts
@@ -12,6 +12,9 @@ export class Guard {
   check(request: Request): User {
     const token = read(request);
-    if (!token) throw new Unauthorized();
+    if (token === null) throw new Unauthorized("missing");
+    if (token.expiresAt <= this.clock.now()) {
+      throw new Unauthorized("expired");
+    }
     return this.users.byToken(token);
   }
 }
@@ -40,4 +43,4 @@ export const read = (request: Request) => {
   const header = request.headers.get("authorization");
-  return header;
+  return header === null ? null : parse(header);
 };
 // end
diff --git a/test/guard.test.ts b/test/guard.test.ts
new file mode 100644
index 0000000..3333333
--- /dev/null
+++ b/test/guard.test.ts
@@ -0,0 +1,3 @@
+test("an expired token is refused", () => {
+  expect(() => guard.check(expired)).toThrow("expired");
+});
diff --git a/docs/old.md b/docs/old.md
deleted file mode 100644
index 4444444..0000000
--- a/docs/old.md
+++ /dev/null
@@ -1,2 +0,0 @@
-# Old
--- gone
`;
