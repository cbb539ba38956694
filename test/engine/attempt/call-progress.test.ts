import { describe, expect, test } from "vitest";

import { failure } from "../../../src/domain/failure.ts";
import { noUsage, unknownCost } from "../../../src/domain/money.ts";
import type { AttemptRow, CallRow } from "../../../src/domain/rows.ts";
import { newProgress, progressOf, resumeAfterLimit, sameAttempt } from "../../../src/engine/attempt/call-progress.ts";
import { usage } from "../../state/sample.ts";

const call = (more: Partial<CallRow> = {}): CallRow => ({
  id: "c",
  run: "R1",
  repository: "repo",
  task: "A",
  step: null,
  key: "g1/main/S1/implement/1",
  role: "implementer",
  round: 1,
  state: "running",
  outcome: null,
  failure: null,
  model: null,
  attempts: 0,
  startedAt: 0,
  endedAt: null,
  nextAt: null,
  usage: noUsage,
  cost: unknownCost,
  promptHash: "h",
  ...more,
});

const attempt = (more: Partial<AttemptRow> = {}): AttemptRow => ({
  call: "c",
  attempt: 1,
  rerun: 0,
  model: "opus",
  adapter: "claude-code",
  account: "max",
  folder: "/f",
  base: null,
  session: "s1",
  reservation: null,
  state: "ended",
  pid: 7,
  startTime: "1",
  startedAt: 0,
  endedAt: 1,
  outcome: "error",
  failure: failure("api", "x"),
  counted: true,
  usage: noUsage,
  cost: unknownCost,
  durationMs: 1_000,
  ...more,
});

const goOn = (): null => null;

describe("after a restart", () => {
  test.each(["crashed", "cancelled"] as const)("what was %s is the same attempt again, in its session", (outcome) => {
    const cut = attempt({ outcome, failure: null, counted: false, rerun: 2 });
    expect(progressOf(call(), [cut], goOn)).toMatchObject({
      attempt: 1,
      rerun: 2,
      next: { model: "opus", atMs: sameAttempt },
      session: "s1",
      limited: null,
    });
    expect(progressOf(call(), [cut], goOn).tries).toEqual(new Map());
    expect(progressOf(call(), [{ ...cut, pid: null }], goOn).session).toBeNull();
  });

  test("a retry waits as long as it was to", () => {
    const due = { next: { model: "opus", atMs: 90_000 } };
    expect(progressOf(call({ nextAt: 90_000 }), [attempt()], goOn)).toMatchObject(due);
    expect(progressOf(call({ nextAt: 90_000 }), [attempt()], () => "no more")).toMatchObject({ next: null });
    expect(progressOf(call(), [attempt()], goOn)).toMatchObject({ next: null, session: null });
  });

  test("what a limit ended goes on in its session if it had done anything", () => {
    const limited = attempt({ counted: false, failure: failure("rate_limit", "x", { reason: "plan_limit" }) });
    expect(progressOf(call(), [{ ...limited, usage }], goOn)).toMatchObject({
      limited: { model: "opus", session: "s1" },
      next: null,
    });
    expect(progressOf(call(), [limited], goOn).limited).toBeNull();
  });
});

test.each([
  ["nothing", noUsage, 1_000, "s1", false],
  ["nothing that is known, at once", noUsage, null, "s1", false],
  ["nothing that is known, in a long time", noUsage, 30_001, "s1", true],
  ["something", usage, 1_000, "s1", true],
  ["something, in no session", usage, 60_000, null, false],
])("a limited session in which was done: %s", (_what, used, durationMs, session, isResumed) => {
  const progress = { ...newProgress("c"), limited: { model: "old", session: "old" } };
  resumeAfterLimit(progress, { model: "opus", session, usage: used, durationMs });
  expect(progress.limited).toEqual(isResumed ? { model: "opus", session } : null);
});
