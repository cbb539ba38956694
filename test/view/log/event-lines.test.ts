import { describe, expect, test } from "vitest";

import { eventLine as lineSchema } from "../../../src/actions/results/events.ts";
import type { EventType, NewEvent } from "../../../src/domain/events.ts";
import type { Settings } from "../../../src/domain/settings.ts";
import { failure } from "../../../src/domain/failure.ts";
import { instant } from "../../../src/view/text/durations.ts";
import { eventLine, plainLine } from "../../../src/view/log/event-lines.ts";
import { eventJson } from "../../../src/view/json/json-events.ts";
import { lineText } from "../../../src/view/text/line.ts";
import { eventRows, logRows } from "../../../src/view/log/log-lines.ts";
import { anchored, anchorFor } from "../../../src/view/layout/scrollable.ts";
import { displayWidth } from "../../../src/view/text/width.ts";
import { isoNoon, answerTo, check, event, finding, hold, noon, plan, question, spec, usage, usd } from "../fixtures.ts";

const anna = { kind: "person" as const, name: "anna via screen", pid: 7 };
const limit = failure("rate_limit", "429", { reason: "plan_limit", resetAtMs: noon + 3_600_000 });
const asked = question("q", "T");

/** Settings nobody reads. */
function anySettings(): Settings {
  const value: unknown = {};
  assertSettings(value);
  return value;
}
function assertSettings(value: unknown): asserts value is Settings {
  if (typeof value !== "object") throw new TypeError("no settings");
}

const measured = { command: "make", named: false, durationMs: 1_000, output: null, tail: "" };

/** One event of each type; the compiler wants all of them. */
const examples: { readonly [T in EventType]: Extract<NewEvent, { type: T }>["data"] } = {
  "run.started": {
    file: "tasks.yaml",
    settingsDigest: "s",
    base: "main",
    baseCommit: "1a2b3c4d5e",
    integration: "i",
    resumed: false,
    version: "1",
    repositoryPath: "/r",
  },
  "run.ended": { exitCode: 3, state: "waiting", summary: { v: 1 } },
  "run.paused": { actor: anna },
  "run.resumed": { actor: anna },
  "run.stopping": { now: true, actor: anna },
  "settings.fixed": { digest: "d", settings: anySettings() },
  "backlog.read": { file: "tasks.yaml", added: ["A"], changed: [], removed: [] },
  "task.added": { spec: spec("T", "Do it"), digest: "d", settingsDigest: "s", pipelineVersion: 1 },
  "task.changed": { spec: spec("T", "Do it"), digest: "d" },
  "task.stale": { digest: null },
  "task.dropped": { reason: "gone" },
  "task.prioritized": { priority: 5, by: "anna via priority" },
  "task.noted": { id: "n", text: "mind the old API", by: "anna via note" },
  "setup.ended": { durationMs: 9_000, bytes: null, cache: "used" },
  "service.moved": { service: "db", slot: 2, state: "dead", reason: "its probe fails" },
  "account.used": { account: "claude", windows: [{ name: "5h", share: 0.4, resetAtMs: null }] },
  "task.begun": { generation: 1, settingsDigest: "s", pipelineVersion: 1 },
  "task.restarted": { generation: 2, keep: [], reason: "retry", to: "NEW", commit: null, model: null, text: null },
  "task.moved": { from: "PLANNING", to: "PLAN_REVIEW", reason: "" },
  "task.based": { branch: "b/T", base: "1a2b3c4d5e", worktree: "/w" },
  "task.archived": { row: {} },
  "risk.raised": { from: "low", to: "high", why: ["touches package.json"] },
  "plan.made": { round: 2, plan, model: "opus", generation: 1 },
  "steps.set": { generation: 1, steps: [] },
  "step.moved": { from: "PENDING", to: "IMPLEMENTING", reason: "", round: 1, model: "gpt" },
  "key.committed": { key: "k", inputs: "i", result: null },
  "route.decided": {
    key: "k",
    role: "planner",
    chosen: "opus",
    candidates: [{ model: "opus", state: "chosen", why: "free" }],
    reason: "first",
  },
  "call.started": { key: "k", role: "planner", round: 1, generation: 1, promptHash: "h" },
  "attempt.started": {
    attempt: 1,
    rerun: 0,
    model: "opus",
    adapter: "a",
    account: "a",
    provider: "p",
    billing: "free",
    folder: "f",
    base: null,
    session: null,
    reservation: null,
  },
  "attempt.spawned": { attempt: 1, rerun: 0, pid: 1, startTime: "1" },
  "attempt.session": { attempt: 1, session: "s" },
  "attempt.ended": {
    attempt: 1,
    rerun: 0,
    model: "opus",
    account: "a",
    outcome: "error",
    failure: limit,
    usage: usage(1200, 300),
    cost: usd(0.04),
    durationMs: 61_000,
    startupMs: null,
    session: null,
    counted: false,
  },
  "call.retried": { attempt: 1, model: "opus", failure: limit, nextAt: noon + 2000 },
  "call.ended": { outcome: "error", failure: limit, model: "opus", attempts: 3 },
  "hold.set": { hold: hold("claude") },
  "hold.released": { id: "h", by: anna, reason: "retry now" },
  "breaker.moved": { model: "opus", from: "closed", to: "open", reason: "5 failures" },
  "budget.reserved": { reservation: "r", micros: 1, model: "opus" },
  "budget.settled": { reservation: "r", cost: usd(0.5), usage: usage(1, 2), model: "opus", day: "2025-06-17" },
  "budget.refused": { scope: "run", wantedMicros: 1_000_000, leftMicros: 250_000, by: "spend" },
  "question.asked": { question: asked },
  "question.answered": { answer: answerTo(asked, { text: "fine" }) },
  "question.reopened": { question: "q", actor: anna },
  "question.withdrawn": { question: "q", reason: "moved on" },
  "decision.refused": { actor: anna, what: "approve T", why: "an agent" },
  "decision.doubted": { actor: anna, what: "approve T", why: ["process 7 still ran"] },
  "finding.opened": { finding: finding("F1", "wrong", { file: "a.ts", line: 3 }) },
  "finding.closed": { id: "F1", state: "waived", by: "anna" },
  "commit.made": { commit: "abcdef123456", base: "b", key: "k", files: 1, insertions: 2, deletions: 3 },
  "snapshot.made": { n: 2, ref: "refs/x", commit: "abcdef123456", reason: "before retry" },
  "changes.discarded": { role: "plan_reviewer", paths: ["a", "b", "c", "d"] },
  "check.ended": check("test", "fail", { newFailures: ["a", "b", "c", "d"] }),
  "task.proven": { proof: "partly", provenBy: ["test"], without: ["lint"] },
  "base.measured": {
    commit: "abcdef123456",
    tree: "t",
    checks: [
      { ...measured, name: "test", result: "pass", failures: [] },
      { ...measured, name: "lint", result: "fail", named: true, failures: ["a", "b"] },
      { ...measured, name: "e2e", result: "fail", failures: ["e2e"] },
    ],
  },
  "check.waived": { check: "e2e", command: "make e2e", by: "anna via screen" },
  "check.regained": { check: "e2e", why: "green" },
  "merge.done": { commit: "abcdef123456", into: "main", key: "k", tip: "t" },
  "merge.conflict": { files: ["a.ts"], with: "B" },
  "merge.reverted": { commit: "abcdef123456", of: "fedcba654321" },
  "land.done": { into: "main", commit: "abcdef123456", tasks: ["A", "B"] },
  "land.undone": { into: "main", from: "abcdef123456", to: "fedcba654321", tasks: ["A"] },
  "base.followed": {
    base: "main",
    from: "abcdef123456",
    to: "fedcba654321",
    into: "gandy/integration",
    commit: "0123456789",
    by: "merge",
  },
  "command.given": { given: { id: "c", command: { kind: "stop", now: false }, actor: anna, givenAt: noon } },
  "command.taken": { id: "c", result: "ok" },
  "ask.started": { models: ["opus", "gpt"], promptHash: "h", timeoutMs: 30_000 },
  "ask.ended": { answered: ["opus"], failed: ["gpt"], cancelled: false, durationMs: 9_000 },
  "ask.voted": { model: "opus", actor: { kind: "person", name: "anna", pid: 1 } },
  "watch.seen": {
    id: "s",
    sinceMs: noon - 60_000,
    items: [
      { kind: "ref", name: "refs/heads/main", from: "abcdef123456", to: "fedcba654321", outcome: "told", kept: null },
      { kind: "ref", name: "refs/heads/gandy/b", from: "abcdef123456", to: null, outcome: "put_back", kept: null },
      { kind: "file", name: "hooks/pre-commit", from: null, to: "d", outcome: "told", kept: null },
    ],
    ran: [{ task: "T", what: "opus (implementer)" }],
    asks: ["T"],
  },
  "watch.settled": { id: "s", taken: false, by: "anna via task --reject" },
  "task.analysed": {
    generation: 1,
    analysis: {
      complexity: 2,
      byRules: 2,
      byModel: null,
      model: null,
      kind: "bug",
      files: [],
      features: { files: 2 },
      why: ["2 files"],
    },
  },
  "mode.chosen": {
    generation: 1,
    chosen: {
      mode: "two-loop",
      hints: true,
      tier: null,
      reviewPer: "task",
      why: { mode: "low risk", context: "found", tier: "as named", review: "low risk" },
    },
  },
  "context.found": { generation: 1, commit: "c", terms: [], files: [], searched: 3, leftOut: {}, without: "none fits" },
  "roadmap.revised": {
    generation: 1,
    rev: 1,
    roadmap: { facts: [], unknown: [], guesses: [], stages: [] },
    changes: [],
    why: "",
    by: "opus",
  },
  "stage.moved": { generation: 1, stage: "ST1", opening: 1, from: "PENDING", to: "ACTIVE", reason: "" },
  "stage.regressed": { generation: 1, check: "test", failures: [], stage: "ST1", green: "g", red: "r", runs: 2 },
  "steps.changed": { generation: 1, steps: [{ id: "S1", title: "Do", stage: "ST1", opening: 1 }] },
  "task.split": { generation: 1, parts: [], why: "one piece" },
  "parts.joined": { generation: 1, summary: "all of it", claims: [], unmet: [], model: null },
  "outcome.recorded": {
    outcome: {
      id: "o",
      task: "T",
      run: null,
      unit: "g1/main/S1",
      role: "implementer",
      model: "opus",
      area: null,
      kind: null,
      risk: "low",
      mode: "two-loop",
      complexity: null,
      promptHash: null,
      y: 1,
      why: "merged",
      durationMs: null,
      cost: { micros: null, source: "unknown" },
      tokens: null,
      rounds: null,
      gateFailures: null,
      failure: null,
      person: null,
      commit: null,
    },
  },
  "outcome.corrected": { id: "o", y: 0, why: "reverted" },
  "regression.found": { check: "test", failures: [], task: "T", green: "g", red: "r", runs: 3, dependants: [] },
  "machine.slept": { gapMs: 3_600_000 },
  note: { level: "error", text: "disk is full" },
};

const at = (type: EventType, more: object = {}): ReturnType<typeof event> => {
  const told = { type, task: "T", step: "S1", data: { ...examples[type], ...more } };
  return event(0, asEvent(told));
};

function asEvent(value: { readonly type: EventType; readonly data: object }): NewEvent {
  const known: unknown = value;
  assertEvent(known);
  return known;
}

function assertEvent(value: unknown): asserts value is NewEvent {
  if (typeof value !== "object" || value === null) throw new TypeError("no event");
}

const types = Object.keys(examples).filter((type): type is EventType => type in examples);

describe("in words", () => {
  test("each event is said, or is machinery", () => {
    const said = Object.fromEntries(types.map((type) => [type, eventLine(at(type))?.text ?? null]));
    expect(said).toMatchInlineSnapshot(`
      {
        "account.used": null,
        "ask.ended": "1 of 2 answered in 9s",
        "ask.started": "asked opus, gpt",
        "ask.voted": "has the best answer, says anna",
        "attempt.ended": "the limit of the plan is reached: 429 (after 1m01s, 1.5k tokens, $0.04)",
        "attempt.session": null,
        "attempt.spawned": null,
        "attempt.started": null,
        "backlog.read": "tasks.yaml: 1 new, 0 changed, 0 gone",
        "base.followed": "main moved to fedcba6: gandy/integration has it merged in",
        "base.measured": "base abcdef1: test green, lint red (2 failures known), e2e red",
        "breaker.moved": "circuit breaker resting: 5 failures",
        "budget.refused": "no budget left for this run: $1.00 wanted, $0.25 left",
        "budget.reserved": null,
        "budget.settled": null,
        "call.ended": "gave up after 3 tries: rate_limit",
        "call.retried": "try 2 in 2s after the limit of the plan is reached: 429",
        "call.started": null,
        "changes.discarded": "discarded what plan check changed: a, b, c, …",
        "check.ended": "check test failed: a, b, c and 1 more",
        "check.regained": "the check e2e counts again: it was green",
        "check.waived": "goes on without the check e2e, by anna via screen; it proves nothing until it is green once",
        "command.given": "stop after the calls under way asked by anna via screen",
        "command.taken": null,
        "commit.made": "commit abcdef1: 1 file +2 -3",
        "context.found": "no files found for its prompts: none fits",
        "decision.doubted": "look again: approve T by anna via screen; process 7 still ran",
        "decision.refused": "refused approve T by anna via screen: an agent",
        "finding.closed": "F1 waived by anna",
        "finding.opened": "F1 major a.ts:3: wrong",
        "hold.released": "hold released by anna via screen: retry now",
        "hold.set": "account claude held until 12:42, for 42m00s: plan limit",
        "key.committed": null,
        "land.done": "2 tasks landed on main as abcdef1",
        "land.undone": "landing of 1 task taken back: main stands at fedcba6 again",
        "machine.slept": "the machine slept for 1h00m",
        "merge.conflict": "conflict with B in a.ts",
        "merge.done": "merged into main as abcdef1",
        "merge.reverted": "fedcba6 reverted by abcdef1",
        "mode.chosen": "mode two-loop: low risk",
        "note": "disk is full",
        "outcome.corrected": null,
        "outcome.recorded": null,
        "parts.joined": "all of it",
        "plan.made": "plan of 2 steps, round 2: Check the expiry of a token where it is read, and tell an expired one from a bad one.",
        "question.answered": "approve by anna via screen: fine",
        "question.asked": "asks for a yes to its merge: May this be merged?",
        "question.reopened": "decision taken back by anna via screen",
        "question.withdrawn": "question withdrawn: moved on",
        "regression.found": "test is red since T was merged (found in 3 runs)",
        "risk.raised": "risk raised from low to high: touches package.json",
        "roadmap.revised": "roadmap of 0 stages, by opus",
        "route.decided": "chosen for planning: first",
        "run.ended": "the run waits",
        "run.paused": "paused by anna via screen",
        "run.resumed": "resumed by anna via screen",
        "run.started": "run started on main (1a2b3c4)",
        "run.stopping": "stopping now, by anna via screen",
        "service.moved": "service db is dead: its probe fails",
        "settings.fixed": null,
        "setup.ended": "set up in 9s from a kept copy",
        "snapshot.made": "snapshot 2: before retry",
        "stage.moved": "→ ST1 begins",
        "stage.regressed": "test is red since ST1 (green at g, red at r; found in 2 runs)",
        "step.moved": "→ S1 coding",
        "steps.changed": null,
        "steps.set": null,
        "task.added": "added: Do it",
        "task.analysed": "complexity 2 of 5, bug: 2 files",
        "task.archived": null,
        "task.based": "works on b/T from 1a2b3c4",
        "task.begun": null,
        "task.changed": "its text was taken over anew",
        "task.dropped": "dropped: gone",
        "task.moved": "→ plan check",
        "task.noted": "anna via note noted: mind the old API",
        "task.prioritized": "priority 5, by anna via priority",
        "task.proven": "partly proven: by test, not by lint",
        "task.restarted": "starts over at queued: retry",
        "task.split": "kept whole: one piece",
        "task.stale": "gone from the backlog",
        "watch.seen": "changed behind Gandy's back since 11:59 while T ran opus (implementer): refs/heads/main moved from abcdef1 to fedcba6, left as it is; refs/heads/gandy/b was deleted, put back; hooks/pre-commit was made, left as it is",
        "watch.settled": "put back as anna via task --reject said",
      }
    `);
  });

  test.each<[EventType, object, string]>([
    ["run.ended", { exitCode: null }, "the engine was found dead; what it had committed is kept"],
    ["run.started", { resumed: true }, "run resumed on main (1a2b3c4)"],
    ["task.moved", { to: "FAILED", failure: { type: "gate", reason: null, message: "red" } }, "failed: gate: red"],
    ["route.decided", { chosen: null, reason: "all held" }, "no model for planning: all held"],
    [
      "route.decided",
      { chosen: null, reason: "all held", waits: { by: "hold", untilMs: null } },
      "waits for a model for planning: all held",
    ],
    [
      "route.decided",
      { chosen: null, reason: `held until ${new Date(noon + 60_000).toISOString()}` },
      `no model for planning: held until ${instant(noon + 60_000, noon)}`,
    ],
    ["attempt.ended", { outcome: "success", failure: null }, "finished in 1m01s, 1.5k tokens, $0.04"],
    ["check.ended", { result: "known" }, "check test fails at the base too, so it does not block"],
    [
      "stage.moved",
      { from: "ACTIVE", to: "DONE", reason: "Rank", record: { failures: ["test: a.mjs"] } },
      "→ ST1 is worked through, with 1 check red: Rank",
    ],
    [
      "hold.set",
      { hold: hold("opus", { scope: "model", untilMs: null }) },
      "model opus held until somebody releases it: plan limit",
    ],
  ])("%s %j", (type, more, text) => {
    expect(eventLine(at(type, more))?.text).toBe(text);
  });

  test("what leads to a question, and success, are not said twice", () => {
    expect([
      eventLine(at("task.moved", { to: "AWAITING_HUMAN" })),
      eventLine(at("call.ended", { outcome: "success" })),
      eventLine(at("backlog.read", { added: [] })),
    ]).toEqual([null, null, null]);
  });
});

describe("plain lines", () => {
  test("have time, level, model and task", () => {
    expect(plainLine(at("call.retried"), { color: false })).toBe(
      `${isoNoon()} [WARN] [opus] T: try 2 in 2s after the limit of the plan is reached: 429`,
    );
    expect(plainLine(event(0, { type: "note", data: { level: "info", text: "hello" } }), { color: false })).toBe(
      `${isoNoon()} [INFO] [gandy] hello`,
    );
    expect(plainLine(at("note"), { color: true })).toContain("[\x1b[31mERROR\x1b[39m]");
    expect(plainLine(at("key.committed"), { color: false })).toBeNull();
  });

  test("let nothing through that moves a cursor", () => {
    expect(plainLine(at("note", { text: "a\x1b[2J\r\nb\x07" }), { color: false })).toBe(
      `${isoNoon()} [ERROR] [gandy] T: a b`,
    );
  });
});

describe("as JSON", () => {
  const promised =
    `run.started run.ended task.added task.moved step.moved route.decided call.started call.retried call.ended hold.set hold.released breaker.moved
    budget.reserved budget.settled budget.refused question.asked question.answered commit.made snapshot.made check.ended task.proven task.split parts.joined
    base.measured check.waived check.regained merge.done merge.conflict land.done land.undone base.followed service.moved watch.seen watch.settled
    outcome.recorded outcome.corrected regression.found task.analysed mode.chosen context.found roadmap.revised stage.moved
    stage.regressed`.split(/\s+/);

  test("are the promised ones and no others", () => {
    expect(lineSchema.options.map(({ shape }) => shape.type.value).toSorted()).toEqual(promised.toSorted());
    expect(types.filter((type) => eventJson(at(type)) !== null).toSorted()).toEqual(promised.toSorted());
  });

  test("are what their schema says, key for key", () => {
    const events = [
      ...types.map((type) => at(type)),
      at("budget.settled", { notional: true, overMicros: 1, assumedMicros: 2 }),
      at("task.moved", { to: "FAILED", failure: { type: "gate", reason: null, message: "red" } }),
    ];
    const lines = events.flatMap((one) => eventJson(one) ?? []);
    expect(lines.map((line) => lineSchema.parse(line))).toEqual(lines);
  });

  test("have the fields of the promise, instants in ISO and money in USD", () => {
    expect(eventJson({ ...at("call.retried"), seq: 4, call: "c1" })).toEqual({
      v: 1,
      seq: 4,
      at: isoNoon(),
      run: "run1",
      task: "T",
      step: "S1",
      call: "c1",
      correlation: null,
      type: "call.retried",
      data: {
        attempt: 1,
        model: "opus",
        nextAt: isoNoon(2_000),
        error: {
          type: "rate_limit",
          reason: "plan_limit",
          retryable: true,
          retryAfterMs: null,
          resetAt: isoNoon(3_600_000),
          message: "429",
        },
      },
    });
    expect(eventJson(at("budget.refused"))?.["data"]).toEqual({
      scope: "run",
      wantedUsd: 1,
      leftUsd: 0.25,
      by: "spend",
    });
    expect(eventJson(at("hold.set"))?.["data"]).toMatchObject({
      hold: { target: "claude", until: isoNoon(2_520_000) },
    });
  });
});

describe("a window onto them", () => {
  const events = Array.from({ length: 40 }, (_, index) =>
    event(40 - index, {
      type: "note",
      task: "T",
      data: {
        level: index % 5 === 0 ? "warn" : "info",
        text: `event ${index} ${"word ".repeat(index % 4 === 0 ? 20 : 1)}`,
      },
    }),
  );

  test("wraps each event once to the width, and none is wider", () => {
    const rows = logRows({ events }, { warnings: false, withTask: true, filter: "" }, 70);
    expect(rows.count).toBeGreaterThan(40);
    for (let index = 0; index < rows.count; index += 1)
      expect(displayWidth(lineText(rows.line(index)))).toBeLessThanOrEqual(70);
  });

  test("shows warnings only", () => {
    expect(logRows({ events }, { warnings: true, withTask: true, filter: "" }, 400).count).toBe(8);
  });

  test("stays on its lines while events come and old ones go", () => {
    const before = eventRows({ events: events.slice(0, 30) }, 80);
    const anchor = anchorFor(before, 10, 5, null);
    const first = lineText(before.line(anchored(before, anchor, 5).top));
    const after = eventRows({ events: events.slice(8) }, 80);
    const { top, below, fresh } = anchored(after, anchor, 5);
    expect(lineText(after.line(top))).toBe(first);
    expect([below, fresh]).toEqual([25, after.count - 22]);
    expect(anchored(after, null, 5).top).toBe(after.count - 5);
    expect(anchorFor(after, after.count - 5, 5, anchor)).toBeNull();
  });
});
