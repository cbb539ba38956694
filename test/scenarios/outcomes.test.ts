import { expect, test } from "vitest";

import type { Hand } from "../cli/at-hand.ts";
import { at, parsed, parsedLines, played } from "../cli/played.ts";

const edit = (path: string, text: string): string => `edits: [{path: ${path}, write: "${text}"}]`;

/** What became of the work on a task, as scripts see it. */
async function outcomesOf(hand: Hand, task: string): Promise<readonly unknown[]> {
  const found: unknown = at(parsed((await hand.say("task", task, "--json")).out), "outcomes");
  const list: readonly unknown[] = Array.isArray(found) ? found : [];
  return list.map((one) => [at(one, "unit"), at(one, "role"), at(one, "model"), at(one, "y"), at(one, "why")]);
}

const typesOf = async (hand: Hand, type: string): Promise<readonly unknown[]> =>
  parsedLines((await hand.say("log", "--json")).out).filter((line) => at(line, "type") === type);

test("what a failed task had made, and was merged after all, is corrected when that merge is undone", async () => {
  const hand = played("tasks: [{id: A, goal: Say hello, risk: low, approve: [merge]}]\n", {
    rules: `  - {on: {role: implementer}, ${edit("a.txt", "a")}}\n`,
  });
  await hand.say("run");
  await hand.say("task", "A", "--reject", "--message", "no");
  await hand.say("run");
  await hand.say("task", "A", "--retry");
  await hand.say("run");
  await hand.say("task", "A", "--approve");
  expect((await hand.say("run")).code).toBe(0);
  expect((await hand.say("revert", "A")).code).toBe(0);
  const judged = await outcomesOf(hand, "A");
  expect(judged.length).toBeGreaterThan(0);
  expect(judged.filter((one) => Array.isArray(one) && one[3] === 1)).toEqual([]);
});

test("who did what on a merged task is known, and corrected when its merge is undone", async () => {
  const hand = played("tasks: [{id: A, goal: Say hello, risk: low, area: docs}]\n", {
    rules: `  - {on: {role: implementer}, ${edit("a.txt", "a")}}\n`,
  });
  expect((await hand.say("run")).code).toBe(0);
  expect(await outcomesOf(hand, "A")).toEqual([
    ["g1/main/S1", "implementer", "ann", 1, "merged"],
    ["g1/main/whole", "code_reviewer", "bob", 1, "approved, and it held"],
  ]);
  const stats = async (): Promise<unknown> => at(parsed((await hand.say("stats", "--json")).out), "outcomes");
  expect(await stats()).toEqual([
    { model: "ann", role: "implementer", held: 1, failed: 0, silent: 0 },
    { model: "bob", role: "code_reviewer", held: 1, failed: 0, silent: 0 },
  ]);
  expect((await hand.say("stats")).out).toMatch(/ann +coding +1 +1 +0 +0/);

  expect((await hand.say("revert", "A")).code).toBe(0);
  expect(await outcomesOf(hand, "A")).toEqual([
    ["g1/main/S1", "implementer", "ann", 0, "reverted"],
    ["g1/main/whole", "code_reviewer", "bob", 0, "approved, then reverted"],
  ]);
  expect(await typesOf(hand, "outcome.recorded")).toHaveLength(2);
  expect(await typesOf(hand, "outcome.corrected")).toHaveLength(2);
});
