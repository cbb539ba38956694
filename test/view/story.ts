import type { ScreenSource, SliceName, Slices } from "../../src/view/screen/screen-source.ts";
import {
  attempt,
  call,
  check,
  diffText,
  event,
  finding,
  hold,
  minute,
  model,
  noon,
  plan,
  question,
  runSnapshot,
  snapshot,
  step,
  task,
  taskFacts,
  tasksSnapshot,
  totals,
  usage,
  usd,
} from "./fixtures.ts";

/** What a source holds: fixed values by slice and id, and what a slice gives where nothing is set. */
export type Held = { [S in SliceName]: Map<string, Slices[S]> };

const nothing: Slices = {
  clock: { now: noon, frame: 0 },
  run: runSnapshot({
    run: null,
    engine: "absent",
    cost: { micros: null, source: "unknown" },
    capMicros: null,
    permissions: null,
    repository: "acme/shop",
  }),
  tasks: tasksSnapshot([]),
  models: { models: [] },
  review: { questions: [] },
  task: null,
  diff: { state: "none", text: "", note: null },
  events: { events: [] },
  live: { text: "", tool: null, rates: [] },
  output: { entries: [], cut: false },
  asks: { shown: null, id: null, running: 0, past: [] },
  activity: null,
  draft: null,
  syntax: null,
};

/** A source of fixed snapshots that can be changed and tells its subscribers. */
export class FixedSource implements ScreenSource {
  readonly held: Held = {
    clock: new Map(),
    run: new Map(),
    tasks: new Map(),
    models: new Map(),
    review: new Map(),
    task: new Map(),
    diff: new Map(),
    events: new Map(),
    live: new Map(),
    output: new Map(),
    asks: new Map(),
    activity: new Map(),
    draft: new Map(),
    syntax: new Map(),
  };
  readonly #listeners = new Map<string, Set<() => void>>();

  getSnapshot<S extends SliceName>(slice: S, id: string): Slices[S] {
    return this.held[slice].get(id) ?? nothing[slice];
  }

  subscribe(slice: SliceName, id: string, listener: () => void): () => void {
    const key = `${slice}:${id}`;
    const known = this.#listeners.get(key) ?? new Set();
    this.#listeners.set(key, known.add(listener));
    return () => known.delete(listener);
  }

  set<S extends SliceName>(slice: S, id: string, value: Slices[S]): this {
    this.held[slice].set(id, value);
    for (const listener of this.#listeners.get(`${slice}:${id}`) ?? []) listener();
    return this;
  }

  /** Slices somebody looks at. */
  watched(): readonly string[] {
    return [...this.#listeners].filter(([, listeners]) => listeners.size > 0).map(([key]) => key);
  }
}

const auth1 = task("AUTH-1", "Reject expired tokens", {
  state: "AWAITING_HUMAN",
  model: "gpt",
  author: "gpt",
  reviewer: "opus",
  movedAt: noon - 7 * minute,
  risk: "high",
  attempts: 4,
  usage: usage(5200, 900),
  cost: usd(0.11),
  step: { id: "S2", index: 2, count: 2 },
  branch: "gandy/AUTH-1-reject-expired-tokens",
  worktree: "/home/anna/.local/state/x/worktrees/shop/AUTH-1",
  baseCommit: "1a2b3c4d5e6f7a8b",
  commit: "9f8e7d6c5b4a3928",
  spec: { area: "auth", risk: "high", approve: ["merge"] },
});
const auth3 = task("AUTH-3", "Move the configuration to a schema that is checked at start", {
  state: "IMPLEMENTING",
  model: "opus",
  movedAt: noon - 4 * minute,
  attempts: 3,
  usage: usage(36_000, 5200),
  cost: usd(0.92, "estimated"),
  step: { id: "S3", index: 3, count: 7 },
  branch: "gandy/AUTH-3-config",
  spec: { area: "config" },
});

export const storyTasks = [
  task("AUTH-0", "Split the retry policy from the client", {
    state: "DONE",
    model: "gpt",
    author: "opus",
    reviewer: "gpt",
    endedAt: noon - 9 * minute,
    movedAt: noon - 9 * minute,
    cost: usd(0.04),
    attempts: 2,
    mergeCommit: "77aa88bb99cc",
  }),
  auth1,
  task("AUTH-2", "Ask again before the shop is deleted", {
    state: "AWAITING_HUMAN",
    model: "opus",
    movedAt: noon - 3 * minute,
    cost: usd(0.07),
    attempts: 1,
  }),
  auth3,
  task("UI-1", "Flaky test: storm of resizes", {
    state: "CODE_REVIEW",
    model: "gpt",
    author: "opus",
    movedAt: noon - 2 * minute,
    cost: usd(0.01),
    attempts: 2,
    step: { id: "S1", index: 1, count: 4 },
    spec: { area: "ui" },
  }),
  task("UI-2", "検索フォームを国際化する 🎌", {
    state: "PLANNING",
    model: "local",
    movedAt: noon - minute,
    cost: { micros: null, source: "unknown" },
    attempts: 1,
    spec: { area: "ui" },
  }),
  task("WIN-1", "Path with a drive letter in the worktree", {
    state: "FAILED",
    model: "local",
    movedAt: noon - 2 * minute,
    cost: usd(0),
    attempts: 3,
    failure: { type: "gate", reason: null, message: "check test fails for the third time" },
  }),
  task("COST-1", "Cap the cost of a task", {}),
  task("DOC-1", "Document how reviews work", {}),
  task("PUB-1", "Publish the package", { spec: { needs: ["AUTH-1", "AUTH-3"] } }),
  task("EVT-1", "Rename the events of the orchestrator", {}),
  task("STAT-1", "Add a spark line to the statistics", {}),
];

export const mergeQuestion = question("q1", "AUTH-1", {
  text: "The task is of high risk, so a person decides on the merge.\nBoth steps are reviewed, one minor finding is open.",
  evidence: { files: 3, insertions: 9, deletions: 4, protected: ["test/guard.test.ts"] },
});
export const planQuestion = question("q2", "AUTH-2", {
  kind: "plan",
  reason: "rounds",
  text: "Three rounds of plan review did not agree. opus wants a second page, gpt a dialog.",
  returnState: "PLANNING",
  actions: ["approve", "request_changes", "reject", "abort"],
  askedAt: noon - 3 * minute,
});

const actor = { kind: "engine" as const, name: "engine", pid: null };

/** A run in its middle: work, a hold, an open breaker, two questions, a failure. */
export function storySource(): FixedSource {
  const source = new FixedSource();
  const rateLimit = {
    type: "rate_limit" as const,
    reason: "throttled" as const,
    message: "429 Too Many Requests",
    retryable: true,
    retryAfterMs: 1200,
    resetAtMs: null,
  };
  const running = (id: string, taskId: string, name: string, more: Parameters<typeof call>[2]) => [
    { call: call(id, taskId, { model: name, ...more }), attempt: attempt(id, name), asks: false },
  ];
  const planHold = hold("claude-max", { reason: "plan limit reached" });
  source
    .set("clock", "", { now: noon, frame: 0 })
    .set("run", "", runSnapshot())
    .set("tasks", "", tasksSnapshot(storyTasks, { active: new Set(["AUTH-3", "UI-1", "UI-2"]) }))
    .set("models", "", {
      models: [
        model("opus", {
          totals: totals("opus"),
          running: running("c1", "AUTH-3", "opus", { step: "S3" }),
          model: "claude-opus-5-5",
        }),
        model("gpt", {
          adapter: "codex",
          totals: totals("gpt", { calls: 9, failures: 1, cost: usd(0.51) }),
          running: running("c2", "UI-1", "gpt", { role: "code_reviewer", round: 2 }),
        }),
        model("sonnet", {
          holds: [planHold],
          totals: totals("sonnet", { calls: 4, cost: usd(0.3) }),
          account: "claude-max",
        }),
        model("gemini", {
          adapter: "gemini",
          breaker: {
            model: "gemini",
            state: "open",
            failures: 5,
            successes: 0,
            openedAt: noon - 18_000,
            probeUntil: noon + 42_000,
          },
          totals: totals("gemini", { calls: 5, failures: 5, cost: { micros: null, source: "unknown" } }),
        }),
        model("local", {
          adapter: "openai-compatible",
          billing: "free",
          totals: totals("local", { calls: 2, cost: usd(0) }),
          running: running("c3", "UI-2", "local", { role: "planner", step: null }),
        }),
        model("haiku", { billing: "metered", adapter: "anthropic", parallel: null }),
      ],
    })
    .set("live", "opus", {
      text: "The old loader kept two sources of truth.\nI move the defaults into the schema, so that they live in one place, and let the environment win over the file.",
      tool: "run: npx vitest run config",
      rates: [0, 20, 44, 60, 80, 75, 90, 120, 80, 60, 40, 90, 130, 110],
    })
    .set("live", "gpt", {
      text: "F2 is settled. The handler still reads the rows before the signal was delivered;\n\n- cover two resizes in one tick",
      tool: null,
      rates: [10, 12, 9, 30, 44, 20],
    })
    .set("review", "", {
      questions: [
        { question: mergeQuestion, answer: null },
        { question: planQuestion, answer: null },
      ],
    })
    .set(
      "task",
      "AUTH-1",
      taskFacts(auth1, {
        steps: [
          step("AUTH-1", 1, "Read the expiry", { state: "COMPLETED", model: "gpt", rounds: 1 }),
          step("AUTH-1", 2, "Reject expired tokens", { state: "APPROVED", model: "gpt", rounds: 2 }),
        ],
        findings: [
          finding("F1", "The clock is read twice; a token may expire between.", {
            state: "closed",
            severity: "major",
            file: "src/auth/guard.ts",
            line: 14,
          }),
          finding("F2", "Say in the error when it expired.", {
            severity: "minor",
            file: "src/auth/guard.ts",
            line: 16,
            round: 2,
          }),
        ],
        checks: [check("lint", "pass"), check("types", "pass"), check("test", "pass", { durationMs: 61_000 })],
        calls: [
          {
            ...call("c0", "AUTH-1", {
              state: "ended",
              outcome: "success",
              model: "gpt",
              endedAt: noon - 60_000,
              usage: usage(5200, 900),
              cost: usd(0.11),
              attempts: 2,
            }),
            tries: [
              attempt("c0", "gpt", { failure: rateLimit, outcome: "error" }),
              attempt("c0", "gpt", { attempt: 2, outcome: "success" }),
            ],
          },
        ],
        snapshots: [snapshot("AUTH-1", 1, "before the review's fix")],
        question: mergeQuestion,
        plan: { round: 1, plan, model: "opus" },
      }),
    )
    .set(
      "task",
      "AUTH-2",
      taskFacts(storyTasks[2] ?? auth1, {
        plan: { round: 3, plan, model: "opus" },
        question: planQuestion,
        request: {
          kind: "plan",
          text: "Keep reading the old header for one release, and say in the plan how it goes away.\nThe tests come first.",
          by: "anna via screen",
          at: noon - 9 * 60_000,
        },
      }),
    )
    .set(
      "task",
      "AUTH-3",
      taskFacts(auth3, {
        steps: [
          "Read the loader",
          "Write the schema",
          "Replace the call sites",
          "Remove the old loader",
          "Tests",
          "Docs",
          "Check",
        ].map((title, index) =>
          step("AUTH-3", index + 1, title, {
            state: index < 2 ? "COMPLETED" : index === 2 ? "IMPLEMENTING" : "PENDING",
          }),
        ),
      }),
    )
    .set("diff", "AUTH-1", { state: "ready", text: diffText, note: null })
    .set("events", "", { events: storyEvents(rateLimit, planHold) })
    .set("events", "AUTH-1", { events: storyEvents(rateLimit, planHold).filter((each) => each.task === "AUTH-1") });
  return source;
}

function storyEvents(rateLimit: Parameters<typeof failureEvent>[0], planHold: ReturnType<typeof hold>) {
  return [
    event(724, {
      type: "run.started",
      data: {
        file: "tasks.yaml",
        settingsDigest: "s",
        base: "main",
        baseCommit: "1a2b3c4d5e6f",
        integration: "gandy/integration",
        resumed: false,
        version: "0.1.0",
        repositoryPath: "/home/anna/shop",
      },
    }),
    event(600, { type: "task.moved", task: "AUTH-1", data: { from: "NEW", to: "PLANNING", reason: "" } }),
    event(540, { type: "plan.made", task: "AUTH-1", data: { round: 1, plan, model: "opus", generation: 1 } }),
    event(530, {
      type: "route.decided",
      task: "AUTH-1",
      data: { key: "k", role: "implementer", chosen: "gpt", candidates: [], reason: "first of the role that is free" },
    }),
    failureEvent(rateLimit),
    event(430, { type: "check.ended", task: "AUTH-1", data: check("test", "pass", { durationMs: 61_000 }) }),
    event(420, { type: "question.asked", task: "AUTH-1", data: { question: mergeQuestion } }),
    event(300, { type: "hold.set", data: { hold: planHold } }),
    event(180, { type: "question.asked", task: "AUTH-2", data: { question: planQuestion } }),
    event(120, {
      type: "task.moved",
      task: "WIN-1",
      data: {
        from: "QUALITY_GATE",
        to: "FAILED",
        reason: "gate",
        failure: { type: "gate", reason: null, message: "check test fails for the third time" },
      },
    }),
    event(18, {
      type: "breaker.moved",
      data: { model: "gemini", from: "closed", to: "open", reason: "5 failures in a row" },
    }),
    event(9, { type: "hold.released", data: { id: "h0", by: actor, reason: "its time has come" } }),
    event(4, {
      type: "commit.made",
      task: "AUTH-3",
      data: { commit: "c0ffee12345", base: "1a2b3c4d5e6f", key: "k", files: 3, insertions: 48, deletions: 12 },
    }),
  ];
}

function failureEvent(failure: {
  type: "rate_limit";
  reason: "throttled";
  message: string;
  retryable: boolean;
  retryAfterMs: number | null;
  resetAtMs: number | null;
}) {
  return event(500, {
    type: "call.retried",
    task: "AUTH-1",
    data: { attempt: 1, model: "gpt", failure, nextAt: noon - 498_800 },
  });
}
