import { expect, test } from "vitest";

import { at, having, parsed, parsedLines, played } from "../cli/played.ts";

/** A reviewer asks for changes in the first round. */
const rejecting = (task: string): string =>
  `  - {on: {task: ${task}, role: code_reviewer, round: 1}, n: 1, answer: {verdict: changes, summary: no, findings: [{severity: major, file: readme.md, line: 1, text: greet louder}]}}\n`;

const movesOf = (log: readonly unknown[], task: string): readonly unknown[] =>
  log.filter((line) => at(line, "type") === "task.moved" && at(line, "task") === task);
const statesOf = (log: readonly unknown[], task: string): readonly unknown[] =>
  movesOf(log, task).map((move) => at(move, "data", "to"));

test("a task goes back to its implementer when a reviewer asks for changes, and on when none does", async () => {
  const hand = played("tasks:\n  - {id: A, goal: One, risk: low}\n  - {id: B, goal: Two, risk: high}\n", {
    rules: rejecting("A") + rejecting("B"),
  });
  await hand.say("run", "--yes-to", "plan,merge");
  const log = parsedLines((await hand.say("log", "--json")).out);
  const reviewed = ["IMPLEMENTING", "CODE_REVIEW", "IMPLEMENTING", "CODE_REVIEW", "QUALITY_GATE"];
  expect(statesOf(log, "A")).toEqual([...reviewed, "DONE"]);
  const planned = ["PLANNING", "PLAN_REVIEW", "PLAN_APPROVED"];
  expect(statesOf(log, "B")).toEqual([...planned, ...reviewed, "AWAITING_HUMAN", "QUALITY_GATE", "DONE"]);
  // It is the review that moves it, not what comes next.
  expect(movesOf(log, "A").flatMap((move) => at(move, "data", "reason") ?? [])).toEqual(
    expect.arrayContaining([having("changes requested by"), having("approved by")]),
  );
});

test("a task that a person rejects or aborts, before its merge or in its review, has failed for just that", async () => {
  const tasks = ["A", "B", "C", "D"].map((id) => `{id: ${id}, goal: Do ${id}, risk: low, approve: [merge]}`);
  const hand = played(`tasks: [${tasks.join(", ")}]\n`, {
    rules: rejecting("C") + rejecting("D"),
    settings: "review: {rounds: 1}\n",
  });
  await hand.say("run");
  const log = parsedLines((await hand.say("log", "--json")).out);
  expect(statesOf(log, "C")).toEqual(["IMPLEMENTING", "CODE_REVIEW", "AWAITING_HUMAN"]);
  const answers = { A: "--reject", B: "--abort", C: "--reject", D: "--abort" };
  for (const [id, answer] of Object.entries(answers)) await hand.say("task", id, answer);
  await hand.say("run");
  const failures = [];
  for (const id of Object.keys(answers)) {
    const task = at(parsed((await hand.say("task", id, "--json")).out), "task");
    failures.push([at(task, "state"), at(task, "failure", "type"), at(task, "failure", "reason")]);
  }
  expect(failures).toEqual([
    ["FAILED", "rejected", "merge"],
    ["FAILED", "aborted", "merge"],
    ["FAILED", "rejected", "review"],
    ["FAILED", "aborted", "review"],
  ]);
});
