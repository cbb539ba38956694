import { expect, test } from "vitest";

import { at, having, parsed, played } from "../played.ts";

const tasks = (...ids: readonly string[]): string =>
  `tasks: [${ids.map((id) => `{id: ${id}, goal: Do ${id}, risk: low, approve: [merge]}`).join(", ")}]\n`;

test("a run ends where the answer to one question of a task cannot be taken up before another is answered", async () => {
  const hand = played(tasks("A", "B"), {
    rules:
      "  - {on: {role: implementer, task: A}, edits: [{path: a.txt, write: a}]}\n  - {on: {role: implementer, task: B}, edits: [{path: b.txt, write: b}]}\n",
  });
  expect((await hand.say("run")).code).toBe(3);
  hand.write("tasks.yaml", tasks("B"));
  await hand.say("task", "B", "--approve");
  expect((await hand.say("run")).code).toBe(3);
  await hand.say("task", "A", "--approve");
  // That it is gone from the backlog is still to be answered.
  const waits = await hand.say("run");
  expect([waits.code, waits.out]).toEqual([3, having("1 question for you")]);
  expect(at(parsed((await hand.say("review", "--json")).out), "questions")).toMatchObject([{ kind: "backlog" }]);
  await hand.say("task", "A", "--answer", "keep");
  expect((await hand.say("run")).code).toBe(0);
  expect(at(parsed((await hand.say("task", "A", "--json")).out), "task", "state")).toBe("DONE");
});
