import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import type { Hand } from "../cli/at-hand.ts";
import { at, having, parsed, parsedLines, played } from "../cli/played.ts";

const edit = (task: string, path: string, text: string): string =>
  `  - {on: {role: implementer, task: ${task}}, edits: [{path: ${path}, write: ${JSON.stringify(text)}}]}\n`;
const play = (...rules: readonly string[]): string =>
  `version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules:\n${rules.join("")}`;

const first = `tasks:
  - {id: A, goal: Be first, risk: low}
  - {id: B, goal: Break it, risk: low, checks: [lint], needs: [A]}
  - {id: C, goal: Stand on it, risk: low, checks: [lint], needs: [B]}
`;
const later = `${first}  - {id: D, goal: Come later, risk: low}\n`;

/** A is merged with `unit` green; B, which does not run it, turns it red; C comes after. */
async function broken(settings = ""): Promise<Hand> {
  const hand = played(first, {
    files: { "value.txt": "good\n" },
    settings: `checks: [{name: lint, run: "true"}, {name: unit, run: "grep -q good value.txt"}]\n${settings}`,
    rules: [edit("A", "a.txt", "a"), edit("B", "value.txt", "bad\n"), edit("C", "c.txt", "c")].join(""),
  });
  expect((await hand.say("run")).code).toBe(0);
  hand.write("tasks.yaml", later);
  hand.write("play.yaml", play(edit("B", "value.txt", "good and new\n"), edit("D", "d.txt", "d")));
  return hand;
}

const json = async (hand: Hand, ...argv: string[]): Promise<unknown> => parsed((await hand.say(...argv, "--json")).out);
const task = async (hand: Hand, id: string): Promise<unknown> => at(await json(hand, "task", id), "task");
const stateOf = async (hand: Hand, id: string): Promise<unknown> => at(await task(hand, id), "state");
async function events(hand: Hand, type: string): Promise<readonly unknown[]> {
  const lines = parsedLines((await hand.say("log", "--json")).out).filter((line) => at(line, "type") === type);
  return lines.map((line) => at(line, "data"));
}
const integration = (hand: Hand, path: string): string => hand.git("show", `${brand.integrationBranch}:${path}`);

test("a check that turned red by a merge is a question about that task, which is done again while the rest waits", async () => {
  const hand = await broken();
  expect((await hand.say("run")).code).toBe(3);
  const [found] = await events(hand, "regression.found");
  expect(found).toMatchObject({ check: "unit", culprit: "B", failures: ["unit"], dependants: ["C"] });
  expect(at(found, "red")).toBe(at(await task(hand, "B"), "mergeCommit"));
  const questions = at(await json(hand, "review"), "questions");
  expect(questions).toMatchObject([
    { kind: "gate", reason: "regressed", actions: ["restart", "reject", "keep", "retry", "abort"] },
  ]);
  expect(at(questions, 0, "text")).toEqual(having("unit is red since B was merged (Break it)"));
  expect(at(questions, 0, "text")).toEqual(having("C, which needs it, stays done"));
  expect(at(await json(hand, "summary"), "tasks")).toMatchObject({ total: 1 });
  expect(await events(hand, "outcome.corrected")).toMatchObject([
    { y: 0, why: "unit turned red by it" },
    { y: 0, why: "approved, then unit turned red by it" },
  ]);

  await hand.say("task", "D", "--answer", "restart");
  expect((await hand.say("run")).code).toBe(0);
  for (const id of ["A", "B", "C", "D"]) expect(await stateOf(hand, id)).toBe("DONE");
  expect(await task(hand, "B")).toMatchObject({
    branch: `${brand.branchPrefix}/B-break-it-again-2`,
    proven_by: ["lint", "unit"],
  });
  expect(integration(hand, "value.txt").trim()).toBe("good and new");
  expect(await events(hand, "regression.found")).toHaveLength(1);
  const [answered] = await events(hand, "question.answered");
  expect(answered).toMatchObject({ action: "restart" });
});

test("a merge that turned a check red can be undone, or the check gone without until it is green", async () => {
  const undone = await broken();
  expect((await undone.say("run")).code).toBe(3);
  await undone.say("task", "D", "--reject");
  expect((await undone.say("run")).code).toBe(0);
  expect(integration(undone, "value.txt").trim()).toBe("good");
  expect(await task(undone, "B")).toMatchObject({ state: "DONE", reverted: true });
  expect(await stateOf(undone, "D")).toBe("DONE");

  const kept = await broken();
  expect((await kept.say("run")).code).toBe(3);
  await kept.say("task", "D", "--answer", "keep");
  expect((await kept.say("run")).code).toBe(0);
  expect(await events(kept, "check.waived")).toMatchObject([{ check: "unit" }]);
  expect(integration(kept, "value.txt").trim()).toBe("bad");
  expect(await task(kept, "D")).toMatchObject({ state: "DONE", proven_by: ["lint"] });
});

test("with regressions: reopen nobody is asked: the task is done again first, so often and no more", async () => {
  const hand = await broken("regressions: reopen\n");
  expect((await hand.say("run")).code).toBe(0);
  expect(await events(hand, "question.asked")).toEqual([]);
  expect(integration(hand, "value.txt").trim()).toBe("good and new");
  for (const id of ["B", "D"]) expect(await task(hand, id)).toMatchObject({ state: "DONE" });

  const never = await broken("regressions: reopen\nroadmap: {reopen: 0}\n");
  expect((await never.say("run")).code).toBe(3);
  expect(at(await json(never, "review"), "questions")).toMatchObject([{ reason: "regressed" }]);
});

test.each(["undone", "done again"])("a merge that is %s meanwhile by hand is asked about no more", async (how) => {
  const hand = await broken();
  expect((await hand.say("run")).code).toBe(3);
  if (how === "undone") await hand.say("revert", "B");
  expect((await hand.say("run", ...(how === "undone" ? [] : ["--again", "B"]))).code).toBe(0);
  expect(await stateOf(hand, "D")).toBe("DONE");
  expect(await events(hand, "question.answered")).toMatchObject([
    { action: "retry", actor: "what became of B meanwhile" },
  ]);
});

test("what is begun anew does not pass while the check is red, though it is red at its base too", async () => {
  const hand = await broken("regressions: reopen\n");
  hand.write("play.yaml", play(edit("B", "value.txt", "worse\n"), edit("D", "d.txt", "d")));
  expect((await hand.say("run")).code).not.toBe(0);
  expect(await stateOf(hand, "B")).not.toBe("DONE");
  expect(integration(hand, "value.txt").trim()).toBe("bad");
});

test("a check that is red at the very merge at which it was green is no regression", async () => {
  const hand = played(first, {
    settings: `checks: [{name: lint, run: "true"}, {name: unit, run: "test ! -e $HOME/in-the-way"}]\n`,
    rules: [edit("A", "a.txt", "a"), edit("B", "b.txt", "b"), edit("C", "c.txt", "c")].join(""),
  });
  hand.env["HOME"] = hand.home;
  expect((await hand.say("run")).code).toBe(0);
  hand.write("tasks.yaml", later);
  writeFileSync(join(hand.home, "in-the-way"), "");
  expect((await hand.say("run")).code).toBe(3);
  expect(at(await json(hand, "review"), "questions")).toMatchObject([{ reason: "base_red" }]);
  expect(await events(hand, "regression.found")).toMatchObject([{ culprit: null }]);
  expect(await events(hand, "outcome.corrected")).toEqual([]);
});
