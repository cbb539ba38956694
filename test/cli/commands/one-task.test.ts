import { existsSync } from "node:fs";
import { expect, test } from "vitest";

import { placeOf } from "../../../src/cli/commands/screen.ts";
import { question } from "../../state/sample.ts";
import { at, having, parsed, played } from "../played.ts";

test("a review of one task opens that one alone, with the commands that answer it", async () => {
  const hand = played(
    "tasks: [{id: A, goal: One, risk: low, approve: [merge]}, {id: B, goal: Two, risk: low, approve: [merge]}, {id: C, goal: Three, risk: low}]\n",
  );
  expect((await hand.say("run", "--plain")).code).toBe(3);
  const { code, out } = await hand.say("review", "b");
  expect(code).toBe(0);
  expect(out).toContain("gandy task B --approve");
  expect(out).not.toContain("task A");
  const json = parsed((await hand.say("review", "B", "--json")).out);
  expect(at(json, "questions", 0, "task", "id")).toBe("B");
  expect(at(json, "questions", 1)).toBeUndefined();
  expect((await hand.say("review", "C")).out).toContain("C asks you nothing now");
  expect(await hand.say("review", "D")).toMatchObject({ code: 2, err: having('unknown task "D"') });
});

test("the screen opens at the question of a task, and at the task itself where it asks nothing", async () => {
  const asked = { question: question("q1"), answer: null };
  const context = {
    repository: { id: "r" },
    ledger: { account: { questions: () => Promise.resolve([asked]) } },
  };
  const place = (task: string) => placeOf(context, { view: "review", task });
  expect(await place("A")).toMatchObject({ view: "review", review: { question: "q1" } });
  expect(await place("B")).toMatchObject({ detail: { task: "B" } });
});

test("clean --dry-run says what clean would remove, and removes nothing", async () => {
  const hand = played("tasks: [{id: A, goal: One, risk: low}, {id: B, goal: Two, risk: low}]\n", {
    rules: "  - {on: {task: B, role: implementer}, error: {type: auth, message: no key}}\n",
  });
  await hand.say("run", "--plain");
  await hand.say("task", "B", "--abort");
  await hand.say("run", "--plain");
  const tasks = parsed((await hand.say("list", "--json")).out);
  expect(at(tasks, "tasks", 1)).toMatchObject({ state: "FAILED" });
  const dry = await hand.say("clean", "--dry-run");
  const path = /would remove (\/.*\/A)$/m.exec(dry.out)?.[1] ?? "";
  expect(dry.out).toContain("would remove 1 worktree and 0 old runs; nothing was removed");
  expect(dry.out).toContain("1 worktree of unmerged work would stay");
  expect(existsSync(path)).toBe(true);
  expect((await hand.say("clean", "--dry-run", "--all")).out).toContain("would remove 2 worktrees");
  expect(parsed((await hand.say("clean", "--dry-run", "--json")).out)).toMatchObject({ v: 1, effect: "now" });
  expect(existsSync(path)).toBe(true);
  expect((await hand.say("clean")).out).toContain(`removed ${path}`);
  expect(existsSync(path)).toBe(false);
});
