import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { failure, type ErrorReason, type Failure } from "../../src/domain/failure.ts";
import type { Hold } from "../../src/domain/question.ts";
import {
  accountHold,
  holdsOn,
  isHeld,
  latestEnd,
  limitHold,
  type LastLimit,
  type LimitReport,
} from "../../src/policy/limit-hold.ts";

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
  ["a minute for a plan whose reset is just past", { reason: "plan_limit", resetAtMs: nowMs }, nowMs + 60_000],
  [
    "an hour for a plan whose reset is long past",
    { reason: "plan_limit", resetAtMs: nowMs - 3_600_000 },
    nowMs + 3_600_000,
  ],
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

test("a day's limit with a wait of seconds is believed twice, then it is a day's", () => {
  const until = (more: Partial<Failure>): readonly (number | null)[] =>
    [0, 1, 2, 3].map((resumes) => {
      const { untilMs } = limitHold(limit({ reason: "per_day", ...more }), nowMs, { ...free, resumes });
      return untilMs === null ? null : untilMs - nowMs;
    });
  expect(until({ retryAfterMs: 34_000 })).toEqual([34_000, 34_000, 21_600_000, 21_600_000]);
  expect(until({ retryAfterMs: 7_200_000 })).toEqual([7_200_000, 7_200_000, 7_200_000, 7_200_000]);
  expect(until({ retryAfterMs: 34_000, resetAtMs: nowMs + 60_000 })).toEqual([60_000, 60_000, 60_000, 60_000]);
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
        "rate limit: limit reached; was to end at 2001-09-09T01:46:40.010Z, but was resumed 5 times already (holds.max_resumes)",
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

describe("what a limit makes of its account's hold", () => {
  const report = (more: Partial<LimitReport> = {}): LimitReport => ({
    id: "new",
    account: "a",
    failure: limit({ reason: "plan_limit", resetAtMs: nowMs + 1_000 }),
    sinceMs: nowMs - 100,
    settings: { autoResume: true, maxResumes: 5 },
    ...more,
  });
  const stands = (untilMs: number | null, more: Partial<Hold> = {}): Hold => ({ ...held(untilMs), ...more });
  const person = { atMs: nowMs - 50, byPerson: true };
  const itself = { atMs: nowMs - 50, byPerson: false };

  test("the first holds the account until its reset", () => {
    expect(accountHold(report(), null, null, nowMs)).toMatchObject({
      id: "new",
      scope: "account",
      target: "a",
      untilMs: nowMs + 1_000,
      by: "limit",
      resumes: 0,
    });
  });

  test.each<[string, Hold]>([
    ["ends at the same time", stands(nowMs + 1_000)],
    ["ends later", stands(nowMs + 2_000, { by: "person" })],
    ["ends by a person", stands(null, { by: "person" })],
  ])("a hold that %s stays as it is", (_, hold) => {
    expect(accountHold(report(), hold, { hold, over: null }, nowMs)).toBeNull();
  });

  test("a later end takes the place of an earlier one and is the same limit", () => {
    const hold = stands(nowMs + 500, { resumes: 2 });
    expect(accountHold(report(), hold, { hold, over: null }, nowMs)).toMatchObject({
      untilMs: nowMs + 1_000,
      resumes: 2,
    });
  });

  test.each<[string, number, LastLimit["over"], number]>([
    ["a call from before its end tells of the same limit", nowMs - 100, itself, 2],
    ["a call from after its end met the next one, however late its end was noticed", nowMs - 55, itself, 3],
    ["whoever released it begins the count anew", nowMs - 20, person, 0],
    ["what nobody released and does not stand any more was another", nowMs - 20, null, 3],
  ])("%s", (_, sinceMs, over, resumes) => {
    const last = { hold: stands(over === null ? null : nowMs - 60, { resumes: 2 }), over };
    expect(accountHold(report({ sinceMs }), null, last, nowMs)?.resumes).toBe(resumes);
  });

  test("calls from before it was released by hand set none", () => {
    expect(accountHold(report(), null, { hold: stands(nowMs + 1_000), over: person }, nowMs)).toBeNull();
  });

  test("resumed as often as it may be, it waits for a person", () => {
    const last = { hold: stands(nowMs - 60, { resumes: 4 }), over: itself };
    expect(accountHold(report({ sinceMs: nowMs - 1 }), null, last, nowMs)).toMatchObject({ untilMs: null, resumes: 5 });
  });

  test("an end that is past is waited for twice as long each time", () => {
    const past = report({ sinceMs: nowMs - 1, failure: limit({ reason: "plan_limit", resetAtMs: nowMs - 1 }) });
    const after = (resumes: number): number =>
      (accountHold(past, null, { hold: stands(nowMs - 60, { resumes }), over: itself }, nowMs)?.untilMs ?? 0) - nowMs;
    expect([after(0), after(1), after(2)]).toEqual([120_000, 240_000, 480_000]);
  });
});

test("a model is kept from being asked by holds on itself, its account and its provider", () => {
  const model = { name: "opus", account: "max", provider: "anthropic" };
  const on = (scope: Hold["scope"], target: string): Hold => ({ ...held(nowMs + 1), scope, target });
  const found = (hold: Hold): number => holdsOn(model, [hold], nowMs).length;
  expect([on("model", "opus"), on("account", "max"), on("provider", "anthropic")].map(found)).toEqual([1, 1, 1]);
  expect([on("model", "max"), on("task", "opus"), { ...on("model", "opus"), untilMs: nowMs }].map(found)).toEqual([
    0, 0, 0,
  ]);
});
