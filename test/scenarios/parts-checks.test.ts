import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import type { Hand } from "../cli/at-hand.ts";
import { at, having, parsed, played } from "../cli/played.ts";

const part = (n: number, area: string): unknown => ({
  goal: `The ${area} has all of the tags`,
  covers: [`A${n}`],
  quote: `${area} has tags`,
  files: [`${area}/tags.ts`],
});
const places = ["api", "web", "db"];
const task = (more = ""): string => `  - id: T-12
    goal: Migration of labels to tags
    mode: context-aware
    risk: low
${more}    details: |
${places.map((area) => `      - ${area} has tags in ${area}/tags.ts`).join("\n")}
      - api, web and db speak of tags alike
      - the migration of labels is whole
      - the schema of labels is gone
`;
const edit = (on: string, path: string, text: string): string =>
  `  - {on: {role: implementer, task: ${on}}, edits: [{path: "${path}", write: "${text}"}]}\n`;
const parts = places.map((area, index) => part(index + 1, area));
const all = [{ ...Object(parts[0]), covers: ["A1", "A4", "A5", "A6"] }, ...parts.slice(1)];
const rules =
  `  - {on: {role: planner, task: T-12}, answer: ${JSON.stringify({ parts: all, keep_whole: false })}}\n` +
  places.map((area, index) => edit(`T-12.${index + 1}`, `${area}/tags.ts`, "tags")).join("");

const project = (tasks: string, settings: string): Hand =>
  played(`tasks:\n${tasks}`, {
    settings: `areas: {api: [api/**], web: [web/**], db: [db/**]}\nlimits: {parallel: 1}\n${settings}`,
    rules: rules + edit("T-12", "mended.txt", "mended"),
    files: Object.fromEntries(places.map((area) => [`${area}/tags.ts`, "to come"])),
  });
const json = async (hand: Hand, ...argv: string[]): Promise<unknown> => parsed((await hand.say(...argv, "--json")).out);

test("what only all parts together turn red is mended on a branch of the task's own", async () => {
  const unit = "{name: unit, run: '! grep -q ^tags db/tags.ts || test -e mended.txt', when: [api/**, mended.txt]}";
  const hand = project(task(), `checks: [${unit}]\n`);
  expect((await hand.say("run", "--plain")).code).toBe(0);
  expect(await json(hand, "task", "T-12")).toMatchObject({
    task: { state: "DONE", proven_by: ["unit"] },
    unmet: [],
    parts: [{ state: "DONE" }, { state: "DONE" }, { state: "DONE" }],
  });
  const subjects = hand.git("log", "--format=%s", brand.integrationBranch).split("\n");
  expect(subjects.slice(0, 2)).toEqual([having("T-12: "), having("T-12.3: ")]);
});

test("a part by which a check turned red can be undone, and its task with it: who needs that waits", async () => {
  const first = "  - {id: F-1, goal: Be first, risk: low}\n";
  const later = "  - {id: D-1, goal: Come later, risk: low, checks: [lint], needs: [T-12]}\n";
  const checks = "checks: [{name: lint, run: 'true'}, {name: unit, run: '! grep -q ^tags web/tags.ts'}]\n";
  const split = task("    checks: [lint]\n    needs: [F-1]\n");
  const hand = project(first + split, checks);
  expect((await hand.say("run", "--plain")).code).toBe(0);
  hand.write("tasks.yaml", `tasks:\n${first}${split}${later}  - {id: Z-1, goal: Be last, risk: low}\n`);
  hand.write("play.yaml", "version: 1\ndefaults: {delay: 1ms, tokens_per_s: 0}\nrules: []\n");
  expect((await hand.say("run", "--plain", "--task", "Z-1")).code).toBe(3);
  expect(at(await json(hand, "review"), "questions")).toMatchObject([
    {
      reason: "regressed",
      text: having("unit is red since T-12.2 was merged"),
      actions: ["reject", "keep", "retry", "abort"],
    },
  ]);
  await hand.say("task", "Z-1", "--reject");
  expect((await hand.say("run", "--plain", "--task", "Z-1")).code).toBe(0);
  expect(at(await json(hand, "task", "T-12"), "task", "reverted")).toBe(true);
  expect(at(await json(hand, "task", "D-1"), "task", "blockedBy")).toEqual(["T-12"]);
});

test("of a task that is cleaned away its parts stay known, can be undone, and have their ids for themselves", async () => {
  const first = "  - {id: F-1, goal: Be first, risk: low}\n";
  const hand = project(first + task(), "retention: {runs: 1}\n");
  expect((await hand.say("run", "--plain", "--task", "T-12")).code).toBe(0);
  expect((await hand.say("run", "--plain", "--task", "F-1")).code).toBe(0);
  expect((await hand.say("clean")).code).toBe(0);
  expect((await hand.say("log", "--json")).out).not.toContain("task.split");
  expect(at(await json(hand, "task", "T-12"), "parts")).toMatchObject([
    { id: "T-12.1", goal: "The api has all of the tags", state: "DONE" },
    { id: "T-12.2" },
    { id: "T-12.3" },
  ]);
  expect(at(await json(hand, "task", "T-12.1"), "outcomes")).toHaveLength(4);
  expect(await hand.say("revert", "T-12")).toMatchObject({ code: 0, out: having("with T-12.3, T-12.2, T-12.1") });
  expect(at(await json(hand, "task", "T-12.1"), "outcomes", 2, "y")).toBe(0);
  await hand.say("run", "--plain", "--again", "T-12");
  expect(at(await json(hand, "task", "T-12"), "parts", 0, "id")).toBe("T-12.4");
});
