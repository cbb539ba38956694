import { expect, test } from "vitest";

import { at, having, parsed, played } from "../played.ts";

const three =
  "tasks: [{id: A, goal: One, risk: low}, {id: B, goal: Two, risk: low}, {id: C, goal: Three, risk: low}]\n";

test("what was undone is never counted as done: not at the end, nor in the summary, nor when it lands", async () => {
  const hand = played(three, { settings: "limits: {parallel: 1}\n" });
  expect((await hand.say("run", "--plain")).out).toContain("3 of 3 tasks done");
  expect((await hand.say("revert", "C")).code).toBe(0);
  const summary = await hand.say("summary");
  expect(summary.out).toContain("3 tasks: 2 done, 0 failed, 0 waiting, 0 running, 0 queued, 0 blocked, 1 reverted");
  expect(summary.out).toContain("2 of 3 tasks done (0 proven, 2 unproven), 1 reverted  ·");
  expect(summary.out).toMatch(/~ C {2}Three .*its merge was undone/);
  const json = parsed((await hand.say("summary", "--json")).out);
  expect(at(json, "tasks")).toMatchObject({ total: 3, done: 3, reverted: 1 });
  expect((await hand.say("land")).out).toContain("2 tasks landed on main");
  // What has landed and is undone later is gone from there with the next landing.
  expect((await hand.say("revert", "B")).code).toBe(0);
  expect((await hand.say("land")).out).toContain("1 task undone (B) on main");

  const again = await hand.say("run", "--plain", "--again", "C");
  expect(again).toMatchObject({ code: 0, out: having("1 task from main") });
  expect(again.out).toContain("1 of 1 task done");
  expect((await hand.say("land")).out).toContain("1 task landed on main");
});

test("the end of a run that waits does not count it either, and a task that waits for it is left", async () => {
  const hand = played("tasks: [{id: A, goal: One, risk: low}, {id: B, goal: Two, risk: low, approve: [merge]}]\n");
  expect((await hand.say("run", "--plain")).code).toBe(3);
  expect((await hand.say("revert", "A")).code).toBe(0);
  const ended = await hand.say("run", "--json");
  const last = parsed(ended.out.trim().split("\n").at(-1) ?? "");
  // As it always was: by state; `reverted` says how many of those were undone.
  expect(at(last, "data", "summary")).toEqual({ total: 2, done: 1, failed: 0, open: 1, reverted: 1 });
  expect((await hand.say("summary")).out).toContain("0 of 2 tasks done, 1 reverted, 1 left");
});
