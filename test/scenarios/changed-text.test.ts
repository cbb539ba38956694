import { expect, test } from "vitest";

import { at, parsed, played } from "../cli/played.ts";

test("a task whose text changes while it waits asks one thing at a time, and the other again where its old text is kept", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, approve: [plan]}]\n");
  const asked = async (): Promise<readonly unknown[]> => {
    const questions = at(parsed((await hand.say("review", "--json")).out), "questions");
    return Array.isArray(questions) ? questions.map((question) => at(question, "kind")) : [];
  };
  expect((await hand.say("run")).code).toBe(3);
  expect(await asked()).toEqual(["plan"]);
  hand.write("tasks.yaml", "tasks: [{id: A-1, goal: Say goodbye, approve: [plan]}]\n");
  expect((await hand.say("run")).code).toBe(3);
  expect(await asked()).toEqual(["backlog"]);
  await hand.say("task", "A-1", "--answer", "keep");
  expect((await hand.say("run")).code).toBe(3);
  expect(await asked()).toEqual(["plan"]);
  // What was answered before the text changed again stays answered, and is not taken for an answer to that.
  await hand.say("task", "A-1", "--approve");
  hand.write("tasks.yaml", "tasks: [{id: A-1, goal: Say nothing, approve: [plan]}]\n");
  expect((await hand.say("run")).code).toBe(3);
  expect(await asked()).toEqual(["backlog"]);
  expect((await hand.say("list")).out).not.toContain("decided");
  await hand.say("task", "A-1", "--answer", "keep");
  expect((await hand.say("run")).code).toBe(0);
  expect(at(parsed((await hand.say("task", "A-1", "--json")).out), "task", "goal")).toBe("Say hello");
});
