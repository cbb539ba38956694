import { describe, expect, test } from "vitest";

import type { Failure } from "../../src/domain/failure.ts";
import { corrected, judgeUnit, type ReviewFacts, type TryEnd, type UnitFacts } from "../../src/policy/outcome.ts";

const answered: TryEnd = { outcome: "success", failure: null, isCached: false };
const failedBy = (type: Failure["type"], reason: Failure["reason"] = null): TryEnd => ({
  outcome: "error",
  failure: { type, reason },
  isCached: false,
});
const endedAs = (outcome: TryEnd["outcome"]): TryEnd => ({ outcome, failure: null, isCached: false });

const unit = (more: Partial<UnitFacts> = {}): UnitFacts => ({
  role: "implementer",
  ends: [answered],
  noChange: null,
  replaced: null,
  atLimit: false,
  person: null,
  review: null,
  end: { kind: "done", isMerged: true },
  ...more,
});
const failed = (type: string): Partial<UnitFacts> => ({ end: { kind: "failed", type, reason: null } });

describe("what is nobody's skill says nothing", () => {
  test.each<readonly [string, TryEnd]>([
    ["auth", failedBy("auth", "bad_key")],
    ["rate limit", failedBy("rate_limit", "plan_limit")],
    ["overloaded", failedBy("overloaded")],
    ["network", failedBy("network", "offline")],
    ["timeout", failedBy("timeout", "idle")],
    ["timeout", failedBy("timeout", "first_chunk")],
    ["timeout", failedBy("timeout", "startup")],
    ["parse", failedBy("parse", "bad_stream")],
    ["not found", failedBy("not_found", "model")],
    ["cancelled", endedAs("cancelled")],
    ["budget", endedAs("budget")],
    ["cut off", endedAs("crashed")],
  ])("%s", (why, end) => {
    for (const role of ["implementer", "planner", "code_reviewer", "supervisor", "analyst"] as const)
      expect(judgeUnit(unit({ role, ends: [end] }))).toEqual({ y: null, why });
  });

  test.each(["aborted", "budget", "rate_limit", "environment", "base"])("a task that ended by %s", (type) => {
    expect(judgeUnit(unit(failed(type)))).toMatchObject({ y: null });
  });

  test("an answer that was taken from before", () => {
    expect(judgeUnit(unit({ role: "analyst", ends: [{ ...answered, isCached: true }] })).y).toBeNull();
  });
});

describe("what the model did itself counts", () => {
  test.each<readonly [string, TryEnd]>([
    ["took too long", failedBy("timeout", "wall")],
    ["not in the form asked for", failedBy("parse", "bad_schema")],
    ["denied permission", endedAs("permission_denied")],
    ["no change", endedAs("no_change")],
    ["refused", endedAs("refused")],
    ["too many turns", endedAs("max_turns")],
  ])("%s", (why, end) => {
    expect(judgeUnit(unit({ ends: [end] }))).toEqual({ y: 0, why });
    // What came over it afterwards takes nothing back, and an answer after it does.
    expect(judgeUnit(unit({ ends: [end, failedBy("network")] }))).toEqual({ y: 0, why });
    expect(judgeUnit(unit({ ends: [end, answered] }))).toEqual({ y: 1, why: "merged" });
  });

  test.each<readonly [string, Partial<UnitFacts>, 0 | 1 | null]>([
    ["merged", {}, 1],
    ["taken as it is", { end: { kind: "done", isMerged: false } }, 1],
    ["no change", { noChange: "open" }, 0],
    ["nothing was needed", { noChange: "settled" }, null],
    ["another went on in its place", { replaced: "turned_down" }, 0],
    ["could not be asked again", { replaced: "unavailable" }, null],
    ["turned down to the last round", { atLimit: true, ...failed("aborted") }, 0],
    ["merged", { atLimit: true, person: "approved" }, 1],
    ["a person's no", { ...failed("rejected") }, 0],
    ["a person's no", { person: "rejected" }, 0],
    ["a person took over", { person: "took_over" }, 0],
    ["checks stayed red", { ...failed("gate") }, 0],
    ["a person had it done anew", { end: { kind: "again", by: "verdict" } }, 0],
    ["a person chose another model", { end: { kind: "again", by: "model" } }, 0],
    ["begun anew", { end: { kind: "again", by: "other" } }, null],
  ])("%s", (why, more, y) => {
    expect(judgeUnit(unit(more))).toEqual({ y, why });
  });

  test("a plan is not judged by what became of the work", () => {
    expect(judgeUnit(unit({ role: "planner", ...failed("gate") })).y).toBeNull();
    expect(judgeUnit(unit({ role: "planner" })).y).toBe(1);
    expect(judgeUnit(unit({ role: "planner", replaced: "turned_down" })).y).toBe(0);
  });
});

describe("a reviewer is judged by precision and escapes", () => {
  const facts: ReviewFacts = { blocking: 0, held: 0, waived: 0, approved: true, escaped: null };
  test.each<readonly [string, Partial<ReviewFacts>, Partial<UnitFacts>, 0 | 1 | null]>([
    ["approved, and it held", {}, {}, 1],
    ["approved, then its checks were red", { escaped: "its checks were red" }, {}, 0],
    ["2 of 3 blocking findings waived", { blocking: 3, held: 1, waived: 2 }, {}, 0],
    ["2 of 2 blocking findings held", { blocking: 2, held: 2 }, {}, 1],
    ["1 of 2 blocking findings held", { blocking: 2, held: 1, waived: 1, approved: false }, failed("rejected"), 1],
    ["not known who was right", { blocking: 1, approved: false }, failed("aborted"), null],
    ["not known who was right", {}, failed("aborted"), null],
  ])("%s", (why, review, more, y) => {
    expect(judgeUnit(unit({ role: "code_reviewer", ...more, review: { ...facts, ...review } }))).toEqual({ y, why });
  });
});

test("what is undone later corrects those who made and passed it, not who planned it", () => {
  expect(corrected("implementer", "reverted")).toEqual({ y: 0, why: "reverted" });
  expect(corrected("code_reviewer", { redCheck: "unit" })).toEqual({
    y: 0,
    why: "approved, then unit turned red by it",
  });
  expect(corrected("planner", "reverted")).toBeNull();
});
