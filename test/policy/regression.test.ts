import { expect, test } from "vitest";

import type { NewEvent, RecordedEvent } from "../../src/domain/events.ts";
import { isRedBy, reopeningText, sinceGreen } from "../../src/policy/regression.ts";

const into = "integration";
const log = (...events: readonly NewEvent[]): RecordedEvent[] =>
  events.map((event, index) => ({ ...event, pos: index + 1, seq: index + 1, at: 0, run: "R", repository: "r" }));
const merged = (task: string, commit: string, tip: string, provenBy: readonly string[]): NewEvent[] => [
  { type: "merge.done", task, data: { commit, into, key: "k", tip } },
  { type: "task.proven", task, data: { proof: "checks", provenBy, without: [] } },
];
const since = (events: readonly RecordedEvent[], now: string) => sinceGreen(events, { check: "unit", into, now });

test("the commits in question are those after the last merge that its own check was green at", () => {
  const events = log(
    ...merged("A", "a", "base", ["unit"]),
    ...merged("B", "b", "a", ["lint", "unit"]),
    ...merged("C", "c", "b", ["lint"]),
    { type: "base.followed", data: { base: "main", from: "x", to: "y", into, commit: "f", by: "merge" } },
    ...merged("D", "d", "by-hand", ["lint"]),
    { type: "merge.reverted", task: "C", data: { commit: "u", of: "c" } },
  );
  expect(since(events, "now")?.tips).toEqual([
    { commit: "b", task: "B" },
    { commit: "c", task: "C" },
    { commit: "f", task: null },
    // What a person put there is nobody's merge.
    { commit: "by-hand", task: null },
    { commit: "d", task: "D" },
    { commit: "u", task: null },
    { commit: "now", task: null },
  ]);
});

test("what was undone on another branch is no commit of this one", () => {
  const elsewhere: NewEvent = {
    type: "merge.done",
    task: "X",
    data: { commit: "x", into: "other", key: "k", tip: "t" },
  };
  const undone: NewEvent = { type: "merge.reverted", task: "X", data: { commit: "u", of: "x" } };
  const events = log(elsewhere, ...merged("A", "a", "base", ["unit"]), ...merged("B", "b", "a", []), undone);
  expect(since(events, "b")?.tips).toEqual([
    { commit: "a", task: "A" },
    { commit: "b", task: "B" },
  ]);
});

test("what was never green, or is red at the very merge at which it was green, is no merge's doing", () => {
  expect(since(log(...merged("A", "a", "base", ["lint"])), "a")).toBeNull();
  expect(since(log(...merged("A", "a", "base", ["unit"])), "a")).toBeNull();
  const elsewhere = log({ type: "merge.done", task: "A", data: { commit: "a", into: "other", key: "k", tip: "t" } });
  expect(since(elsewhere, "b")).toBeNull();
  // What its own gate proved is not what was merged.
  const [done, proven] = merged("A", "a", "base", ["unit"]);
  if (done !== undefined && proven !== undefined) expect(since(log(proven, done), "b")).toBeNull();
});

test("what was found since then is known, and forgotten with the next green merge", () => {
  const found: NewEvent = {
    type: "regression.found",
    data: { check: "unit", failures: ["t"], task: "B", green: "a", red: "b", runs: 7, dependants: [] },
  };
  const events = [...merged("A", "a", "base", ["unit"]), ...merged("B", "b", "a", []), found];
  expect(since(log(...events), "b")?.known.map(({ data }) => data.task)).toEqual(["B"]);
  expect(since(log(...events, ...merged("B", "b2", "b", ["unit"]), ...merged("C", "c", "b2", [])), "c")?.known).toEqual(
    [],
  );
});

test("tests with names are told apart, a check without fails as a whole", () => {
  const check = { name: "unit", command: "c", durationMs: 0, output: null, tail: "" };
  const red = (failures: readonly string[], named: boolean) =>
    isRedBy(["t1"], { ...check, result: "fail", failures, named });
  expect([red(["t1", "t2"], true), red(["t2"], true), red(["unit"], false)]).toEqual([true, false, true]);
  expect(isRedBy(["t1"], { ...check, result: "flaky", failures: ["t1"], named: true })).toBe(false);
  expect(isRedBy(["t1"], undefined)).toBe(false);
});

test("whoever does it again is told what fails, how it ends and what the merge changed", () => {
  const text = reopeningText({ check: "unit", failures: ["t1"], tail: "boom\n", commit: "abcdef", diff: "-a\n+b" });
  for (const part of ["unit is red", "t1", "boom", "-a\n+b", "abcdef"]) expect(text).toContain(part);
});
