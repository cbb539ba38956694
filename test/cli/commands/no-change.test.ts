import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { at, having, oneTask, parsed, played } from "../played.ts";

/** Says what it thinks of the task and changes nothing, so often. */
const idle = (times: number, more = ""): string =>
  `  - {on: {role: implementer${more}}, n: ${times}, text: "readme.md says hello already."}\n`;

describe("work that no model changes anything for", () => {
  test("is a question to the person, in which the model's own words stand, and is done when nothing is needed", async () => {
    const hand = played(oneTask, { rules: idle(2) });
    expect((await hand.say("run", "--plain")).code).toBe(3);
    const question = at(parsed((await hand.say("review", "--json")).out), "questions", 0);
    expect(question).toMatchObject({
      reason: "no_change",
      actions: ["approve", "request_changes", "retry", "take_over", "abort"],
      text: having("A-1: ann was asked twice"),
      evidence: { said: "readme.md says hello already." },
    });
    expect(at(question, "text")).toContain("It says: readme.md says hello already.");
    // Nothing that only a model can follow.
    expect(at(question, "text")).not.toMatch(/working tree|last answer|in one sentence/i);
    const review = (await hand.say("review")).out;
    expect(review).toMatch(/gandy task A-1 --approve +nothing is needed/);
    expect(review).toMatch(/gandy task A-1 --request-changes "…" +your words go into the next try/);

    const refused = await hand.say("task", "A-1", "--done");
    expect(refused).toMatchObject({ code: 2, err: having("nearest to it is gandy task A-1 --approve") });
    expect((await hand.say("task", "A-1", "--approve")).code).toBe(0);
    const end = await hand.say("run", "--plain");
    expect(end).toMatchObject({ code: 0, out: having("1 of 1 task done") });
    expect(end.out).toContain("nothing was needed");
    const task = at(parsed((await hand.say("task", "A-1", "--json")).out), "task");
    expect(task).toMatchObject({ state: "DONE", author: null, mergeCommit: null, reverted: false });
    expect((await hand.say("land")).err).not.toContain("undefined");
    expect((await hand.say("clean")).out).not.toContain("unmerged");
  });

  test("goes on with the steps that need something, each of which is reviewed", async () => {
    const plan =
      "  - {on: {role: planner}, answer: {summary: two, risks: [], steps: [{id: S1, title: First, details: d}, {id: S2, title: Second, details: d}]}}\n";
    const hand = played("tasks: [{id: A-1, goal: Say hello}]\n", {
      rules: plan + idle(2, ", step: S1"),
      settings: "review: {per: step}\n",
    });
    expect((await hand.say("run", "--plain")).code).toBe(3);
    await hand.say("task", "A-1", "--approve");
    expect((await hand.say("run", "--plain")).code).toBe(0);
    const detail = parsed((await hand.say("task", "A-1", "--json")).out);
    expect(at(detail, "steps", 0)).toMatchObject({ id: "S1", state: "COMPLETED", commit: null });
    expect(at(detail, "steps", 1)).toMatchObject({ id: "S2", state: "COMPLETED" });
    expect(at(detail, "task", "mergeCommit")).not.toBeNull();
  });

  test("takes words for the next try, and what the person does by hand", async () => {
    const hand = played(oneTask, { rules: idle(4) });
    await hand.say("run", "--plain");
    expect((await hand.say("task", "A-1", "--request-changes", "Louder than that")).code).toBe(0);
    expect((await hand.say("run", "--plain")).code).toBe(3);
    const first = parsed((await hand.say("task", "A-1", "--json")).out);
    const calls = at(first, "calls");
    expect(Array.isArray(calls) && calls.length).toBe(4);
    expect(at(first, "task", "question")).toMatchObject({ reason: "no_change" });

    expect((await hand.say("task", "A-1", "--answer", "take_over")).code).toBe(0);
    expect((await hand.say("run", "--plain")).code).toBe(3);
    const worktree = String(
      at(parsed((await hand.say("review", "--json")).out), "questions", 0, "evidence", "worktree"),
    );
    hand.git("-C", worktree, "rm", "--quiet", "readme.md");
    expect((await hand.say("task", "A-1", "--done")).code).toBe(0);
    expect((await hand.say("run", "--plain")).code).toBe(0);
    const task = at(parsed((await hand.say("task", "A-1", "--json")).out), "task");
    expect(task).toMatchObject({ state: "DONE", author: having("via task --done") });
    expect(() => readFileSync(join(worktree, "readme.md"))).toThrow("ENOENT");
  });

  test("settles what a reviewer found, where the person says that it needs nothing", async () => {
    const hand = played(oneTask, {
      rules: `  - {on: {role: code_reviewer}, n: 1, answer: {verdict: changes, summary: no, findings: [{severity: major, file: readme.md, line: 1, text: louder}]}}\n${idle(2, ", round: 2")}`,
    });
    await hand.say("run", "--plain");
    expect((await hand.say("task", "A-1", "--approve")).code).toBe(0);
    expect((await hand.say("run", "--plain")).code).toBe(0);
    const detail = parsed((await hand.say("task", "A-1", "--json")).out);
    expect(at(detail, "findings", 0)).toMatchObject({ state: "waived" });
    expect(at(detail, "task")).toMatchObject({ state: "DONE", author: "ann", reviewer: "bob" });
  });
});
