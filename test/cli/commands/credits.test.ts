import { expect, test } from "vitest";

import { at, having, oneTask, parsed, played } from "../played.ts";

const tasksOf = async (hand: ReturnType<typeof played>, ...more: readonly string[]): Promise<unknown> =>
  parsed((await hand.say("list", "--json", ...more)).out);

test("who did the work is told apart from who reviewed it, also when the run that did it is gone", async () => {
  const hand = played(oneTask, { settings: "retention: {runs: 1}\n" });
  expect((await hand.say("run", "--plain")).out).toContain("A-1  Say hello  ann, reviewed by bob, $0.00");
  const credits = { author: "ann", reviewer: "bob" };
  expect(at(await tasksOf(hand), "tasks", 0)).toMatchObject({ ...credits, model: "bob" });
  const list = (await hand.say("list")).out.split("\n");
  expect(list[0]).toMatch(/ MODEL +REVIEWED BY /);
  expect(list[1]).toMatch(/ ann +bob /);
  expect((await hand.say("task", "A-1")).out).toContain("done by ann, reviewed by bob");
  const summary = parsed((await hand.say("summary", "--json")).out);
  expect(at(summary, "proven", 0)).toMatchObject({ task: "A-1", ...credits });

  hand.write("tasks.yaml", "tasks: [{id: B-1, goal: Say more, risk: low}]\n");
  expect((await hand.say("run", "--plain")).code).toBe(0);
  // Its run went by itself.
  expect(await hand.say("clean")).toMatchObject({ code: 0, out: having("0 old runs removed") });
  expect(at(await tasksOf(hand), "tasks", 0)).toMatchObject({ id: "A-1", ...credits });
});

test("who asks for a correction is not who made it, and nobody is credited with what is not done yet", async () => {
  const hand = played(
    "tasks: [{id: A-1, goal: Say hello, approve: [plan, merge]}, {id: B-1, goal: Wait, needs: [A-1]}]\n",
    {
      settings: "roles: {planner: [bob], plan_reviewer: [ann], implementer: [bob], code_reviewer: [ann]}\n",
      rules:
        "  - {on: {task: A-1, role: code_reviewer, round: 1}, n: 1, answer: {verdict: changes, summary: no, findings: [{severity: major, file: readme.md, line: 1, text: greet louder}]}}\n",
    },
  );
  expect((await hand.say("run", "--plain")).code).toBe(3);
  const planned = await tasksOf(hand);
  expect(at(planned, "tasks", 0)).toMatchObject({ author: null, reviewer: null, question: { kind: "plan" } });
  expect(at(planned, "tasks", 1)).toMatchObject({ model: null, author: null, reviewer: null });
  expect((await hand.say("task", "A-1", "--approve")).code).toBe(0);
  expect((await hand.say("run", "--plain")).code).toBe(3);
  const review = parsed((await hand.say("review", "--json")).out);
  expect(at(review, "questions", 0)).toMatchObject({ kind: "merge", task: { author: "bob", reviewer: "ann" } });
});
