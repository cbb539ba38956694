import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import { at, parsedLines, played } from "../cli/played.ts";

const tiny = "  tiny: {adapter: scripted, scenario: play.yaml, tier: small}\nroles: {analyst: tiny}\n";
const task = (more: string): string =>
  `tasks: [{id: A-1, goal: Say hello in readme.md, mode: context-aware, ${more}}]\n`;

const callsOf = (text: string): readonly string[] =>
  parsedLines(text).flatMap((line) => (at(line, "type") === "call.started" ? [String(at(line, "data", "role"))] : []));

test("a small task of low risk is not planned, and no model is asked how hard it is where none is small", async () => {
  const hand = played(task("risk: low"));
  const run = await hand.say("run", "--json");
  expect([run.code, callsOf(run.out)]).toEqual([0, ["implementer", "code_reviewer"]]);
  expect(hand.git("log", "--format=%s", brand.integrationBranch)).toContain("A-1: Say hello in readme.md");
});

test("a small model's opinion counts: what it takes for hard is planned, by the larger models first", async () => {
  const opinion = `answer: {complexity: 5, kind: feature, needs: ["who is greeted"], split: false}`;
  const hand = played(task("risk: low"), {
    settings: tiny,
    rules: `  - {on: {role: analyst}, ${opinion}}\n`,
  });
  const run = await hand.say("run", "--json");
  expect([run.code, callsOf(run.out)]).toEqual([
    0,
    ["analyst", "planner", "plan_reviewer", "implementer", "code_reviewer"],
  ]);
  expect((await hand.say("log")).out).toContain("opinions differ: 2 by rules, 5 by tiny");
});

test("an analyst that fails costs nothing but a note: the rules decide", async () => {
  const hand = played(task("risk: low"), {
    settings: tiny,
    rules: "  - {on: {role: analyst}, error: {type: api, message: it is down}}\n",
  });
  const run = await hand.say("run", "--json");
  expect([run.code, callsOf(run.out)]).toEqual([0, ["analyst", "implementer", "code_reviewer"]]);
  expect((await hand.say("log")).out).toContain("no analyst's opinion");
});

test("nobody is analysed who did not ask for it", async () => {
  const hand = played("tasks: [{id: A-1, goal: x, risk: low}, {id: A-2, goal: y}]\n", { settings: tiny });
  const run = await hand.say("run", "--json");
  expect(run.code).toBe(0);
  expect(callsOf(run.out)).not.toContain("analyst");
  expect(run.out).not.toContain("main/analysis");
});
