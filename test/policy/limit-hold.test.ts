import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { failure, type ErrorReason, type Failure } from "../../src/domain/failure.ts";
import type { Hold } from "../../src/domain/question.ts";
import { isHeld, latestEnd, limitHold } from "../../src/policy/limit-hold.ts";

const nowMs = 1_000_000_000_000;
const free = { autoResume: true, maxResumes: 5, resumes: 0 };
const limit = (more: Partial<Failure>): Failure => failure("rate_limit", "limit reached", more);

test.each<[string, Partial<Failure>, number | null]>([
  ["its reset", { reason: "plan_limit", resetAtMs: nowMs + 5, retryAfterMs: 999 }, nowMs + 5],
  ["the wait it asked for", { reason: "plan_limit", retryAfterMs: 7000 }, nowMs + 7000],
  [
    "that wait, where the reset is past",
    { reason: "plan_limit", resetAtMs: nowMs - 1, retryAfterMs: 7000 },
    nowMs + 7000,
  ],
  ["an hour for a plan", { reason: "plan_limit" }, nowMs + 3_600_000],
  ["an hour for a plan whose reset is past", { reason: "plan_limit", resetAtMs: nowMs }, nowMs + 3_600_000],
  ["six hours for a day's limit", { reason: "per_day" }, nowMs + 21_600_000],
  ["a minute for anything else", { reason: "throttled" }, nowMs + 60_000],
  ["a minute without a reason", {}, nowMs + 60_000],
  ["a person for a spent quota", { reason: "quota_exhausted" }, null],
  ["a person for a spend cap", { reason: "spend_cap" }, null],
  ["the first of the month for a cap that says so", { reason: "spend_cap", resetAtMs: nowMs + 9e8 }, nowMs + 9e8],
  ["a person for an instant nobody will see", { reason: "plan_limit", resetAtMs: nowMs * 1000 }, null],
])("a limit holds until %s", (_what, more, untilMs) => {
  const hold = limitHold(limit(more), nowMs, free);
  expect(hold.untilMs).toBe(untilMs);
  expect(hold.reason).toContain("limit reached");
});

describe("the settings", () => {
  const known = limit({ resetAtMs: nowMs + 10 });
  test("leave a hold as it is, up to the cap", () => {
    expect(limitHold(known, nowMs, { ...free, resumes: 4 }).untilMs).toBe(nowMs + 10);
  });
  test("give it to a person at the cap, and say when it was to end", () => {
    expect(limitHold(known, nowMs, { ...free, resumes: 5 })).toEqual({
      untilMs: null,
      reason:
        "rate_limit: limit reached; was to end at 2001-09-09T01:46:40.010Z, but was resumed 5 times already (holds.max_resumes)",
    });
  });
  test("give it to a person without auto_resume", () => {
    const hold = limitHold(known, nowMs, { ...free, autoResume: false });
    expect(hold.untilMs).toBeNull();
    expect(hold.reason).toContain("holds.auto_resume is off");
  });
});

test("any limit ends later than now, or by a person", () => {
  const reasons: readonly (ErrorReason | null)[] = [
    "plan_limit",
    "per_day",
    "quota_exhausted",
    "spend_cap",
    "throttled",
    null,
  ];
  const instant = fc.option(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }));
  fc.assert(
    fc.property(
      fc.constantFrom(...reasons),
      instant,
      instant,
      fc.integer({ min: 0, max: nowMs * 2 }),
      (reason, resetAtMs, retryAfterMs, nowMs) => {
        const { untilMs } = limitHold(limit({ reason, resetAtMs, retryAfterMs }), nowMs, free);
        if (untilMs !== null) expect(untilMs).toBeGreaterThan(nowMs);
      },
    ),
  );
});

const held = (untilMs: number | null): Hold => ({
  id: "h",
  scope: "account",
  target: "a",
  reason: "r",
  untilMs,
  by: "limit",
  setAt: 0,
  resumes: 0,
});

test("a hold is over at its instant", () => {
  expect([isHeld(held(10), 9), isHeld(held(10), 10), isHeld(held(null), 9e15)]).toEqual([true, false, true]);
});

test("holds together end with the last, or with a person", () => {
  expect(latestEnd([held(5), held(9), held(7)])).toBe(9);
  expect(latestEnd([held(5), held(null)])).toBeNull();
});
