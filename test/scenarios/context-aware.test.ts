import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import { at, parsed, parsedLines, played } from "../cli/played.ts";

const tiny = "  tiny: {adapter: scripted, scenario: play.yaml, tier: small}\nroles: {analyst: tiny}\n";
const task = (more: string): string =>
  `tasks: [{id: A-1, goal: Say hello in hello.txt, mode: context-aware, ${more}}]\n`;

const callsOf = (text: string): readonly string[] =>
  parsedLines(text).flatMap((line) => (at(line, "type") === "call.started" ? [String(at(line, "data", "role"))] : []));

test("a small task of low risk is not planned, and no model is asked how hard it is where none is small", async () => {
  const hand = played(task("risk: low"));
  const run = await hand.say("run", "--json");
  expect([run.code, callsOf(run.out)]).toEqual([0, ["implementer", "code_reviewer"]]);
  expect(hand.git("log", "--format=%s", brand.integrationBranch)).toContain("A-1: Say hello in hello.txt");
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

test("why says in plain words what was chosen and why, of tasks of any mode; plan says it before, and asks nobody", async () => {
  const text = `tasks:
  - {id: A-1, goal: Say hello in hello.txt, risk: low, mode: context-aware}
  - {id: A-2, goal: Fix the greeting, risk: low}
  - {id: A-3, goal: Rename hello, risk: low, mode: three-loop}
`;
  const hand = played(text, { settings: tiny });
  const before = await hand.say("plan");
  expect(before.out).toContain(
    "two-loop, as its text is now: low risk, complexity 2 of 5, 1 file: no plan is needed (low risk, complexity at most 2",
  );
  const planned = parsed((await hand.say("plan", "--json")).out);
  expect(at(planned, "tasks", 0, "chosenMode", "mode")).toBe("two-loop");
  expect(at(planned, "tasks", 1, "chosenMode")).toBeUndefined();
  expect((await hand.say("run")).code).toBe(0);
  const why = (await hand.say("why", "A-1")).out;
  for (const words of [
    "mode        two-loop, chosen by rules: low risk, complexity 2 of 5, ",
    "complexity  2 of 5, a feature: ",
    "models      small models first, as its complexity is 2 of 5 at low risk",
    "2 by rules, 1 by tiny",
    "review      all of it together at the end",
  ])
    expect(why).toContain(words);
  expect((await hand.say("why", "A-2")).out).toContain("two-loop, the mode of low risk where nothing else is said");
  const other = (await hand.say("why", "A-3")).out;
  expect(other).toContain("three-loop, as the backlog says");
  expect(other).toContain("a refactoring: no file is known yet (by its text alone; nothing goes by it)");
  const json = parsed((await hand.say("why", "A-1", "--json")).out);
  expect(json).toMatchObject({
    analysis: { complexity: 2, byRules: 2, byModel: 1, analyst: "tiny", kind: "feature" },
    chosenMode: { mode: "two-loop", tier: "small", reviewPer: "task" },
    reasons: { review: "all of it together at the end" },
  });
  expect(parsed((await hand.say("task", "A-1", "--json")).out)).toMatchObject({ chosenMode: { mode: "two-loop" } });
  expect(parsed((await hand.say("task", "A-2", "--json")).out)).toMatchObject({ analysis: null, chosenMode: null });
  expect((await hand.say("task", "A-1")).out).toContain("complexity 2 of 5, a feature");
  const types = parsedLines((await hand.say("log", "--json")).out).map((line) => at(line, "type"));
  expect(types).toEqual(expect.arrayContaining(["task.analysed", "mode.chosen", "context.found"]));
});

test("do and add take a mode", async () => {
  const hand = played("tasks: []\n");
  expect((await hand.say("add", "Say hello in hello.txt", "--risk", "low", "--mode", "context-aware")).code).toBe(0);
  expect((await hand.say("do", "Say more in readme.md", "--mode", "two-loop")).code).toBe(0);
  expect((await hand.say("task", "DO-2")).out).toContain("two-loop");
  expect((await hand.say("why", "DO-1")).out).toContain("context-aware: what it is done with is chosen when it begins");
});

test("nobody is analysed who did not ask for it", async () => {
  const hand = played("tasks: [{id: A-1, goal: x, risk: low}, {id: A-2, goal: y}]\n", { settings: tiny });
  const run = await hand.say("run", "--json");
  expect(run.code).toBe(0);
  expect(callsOf(run.out)).not.toContain("analyst");
  expect(run.out).not.toContain("main/analysis");
});
