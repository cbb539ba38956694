import { expect, test } from "vitest";

import { at, having, oneTask, parsed, played } from "../played.ts";

test("who needs work that was undone waits until it is done again", async () => {
  const hand = played(oneTask);
  expect((await hand.say("run", "--plain")).code).toBe(0);
  expect((await hand.say("revert", "A-1")).out).toContain("run --again A-1");
  const needing =
    "tasks:\n  - {id: A-1, goal: Say hello, risk: low}\n  - {id: B-1, goal: Say more, risk: low, needs: [A-1]}\n";
  hand.write("tasks.yaml", needing);
  expect((await hand.say("list")).out).toMatch(/A-1 .*~ reverted .*its merge was undone/);
  expect((await hand.say("task", "A-1")).out).toContain("reverted, low risk");
  expect((await hand.say("run", "--plain")).code).toBe(3);
  const json = parsed((await hand.say("list", "--json")).out);
  expect(at(json, "tasks", 0)).toMatchObject({ id: "A-1", state: "DONE", derived: null, reverted: true });
  expect(at(json, "tasks", 1)).toMatchObject({ id: "B-1", state: "NEW", derived: "blocked", blockedBy: ["A-1"] });

  expect(await hand.say("run", "--plain", "--again", "A-1")).toMatchObject({
    code: 0,
    out: having("2 of 2 tasks done"),
  });
  expect((await hand.say("list")).out).toMatch(/A-1 .*✓ done/);
  expect(hand.git("log", "--format=%s", "-2", "gandy/integration")).toBe("B-1: Say more\nA-1: Say hello\n");
});
