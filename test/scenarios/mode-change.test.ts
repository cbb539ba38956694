import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import { at, parsed, parsedLines, played } from "../cli/played.ts";

const rolesAsked = (text: string): readonly string[] =>
  parsedLines(text).flatMap((line) =>
    at(line, "type") === "call.started" ? [`${String(at(line, "data", "role"))} ${String(at(line, "step"))}`] : [],
  );

const refuses = (n: number): string =>
  `  - {on: {role: code_reviewer, step: S2}, n: ${n}, answer: {verdict: changes, summary: no, findings: [{severity: major, text: flaw ${n}}]}}\n`;
const twoSteps =
  "  - {on: {role: planner}, answer: {summary: two, steps: [{title: first, details: a}, {title: second, details: b}], risks: []}}\n";

test("a task that waits with its plan is done without one when a person says so, and the file asks nothing", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, approve: [plan]}]\n");
  expect((await hand.say("run")).code).toBe(3);
  const said = await hand.say("task", "a-1", "--mode", "Two-loop");
  expect(said.out).toContain("A-1 is done in two-loop: it begins again from the base");
  expect(said.out).toContain(`takes effect at the next \`${brand.bin} run\``);
  const run = await hand.say("run", "--json");
  expect([run.code, rolesAsked(run.out)]).toEqual([0, ["implementer S1", "code_reviewer null"]]);
  const why = (await hand.say("why", "A-1")).out;
  expect(why).toMatch(/two-loop, as .+ via task --mode said; the backlog says three-loop/);
  expect((await hand.say("run")).code).toBe(0);
  expect((await hand.say("list")).out).not.toContain("changed in the backlog");
  expect(parsed((await hand.say("task", "A-1", "--json")).out)).toMatchObject({
    task: { state: "DONE", mode: "two-loop" },
  });
  const late = await hand.say("task", "A-1", "--mode", "adaptive");
  expect([late.code, late.err]).toEqual([2, expect.stringContaining("A-1 is done: its mode changes nothing any more")]);
});

test.each(["two-loop", "context-aware", "adaptive"])(
  "a finished step stays what it was when the rest is done in %s",
  async (mode) => {
    const hand = played("tasks: [{id: A-1, goal: Say hello}]\n", {
      settings: "review: {per: step, rounds: 2}\n",
      rules: `${twoSteps}${refuses(1)}${refuses(2)}`,
    });
    expect((await hand.say("run")).code).toBe(3);
    const before = parsed((await hand.say("task", "A-1", "--json")).out);
    expect(at(before, "steps", 0, "state")).toBe("COMPLETED");
    const said = await hand.say("task", "A-1", "--mode", mode);
    expect(said.out).toContain(`A-1 is done in ${mode}: S1 is done and kept`);
    const run = await hand.say("run", "--json");
    expect(run.code).toBe(0);
    const asked = rolesAsked(run.out);
    expect(asked).toContain("implementer S2");
    expect(asked.filter((one) => one.endsWith("S1") || one.startsWith("planner"))).toEqual([]);
    const after = parsed((await hand.say("task", "A-1", "--json")).out);
    expect(at(after, "steps", 0, "commit")).toBe(at(before, "steps", 0, "commit"));
    expect(at(after, "task", "state")).toBe("DONE");
  },
);

test("before it begins its text is another; what makes no sense is refused with a sentence", async () => {
  const hand = played(
    "tasks: [{id: A-1, goal: Say hello, approve: [plan]}, {id: A-2, goal: Say more, needs: [A-1]}]\n",
  );
  expect((await hand.say("task", "A-2", "--mode", "two-loop")).err).toContain("change it in the backlog");
  expect((await hand.say("run")).code).toBe(3);
  expect((await hand.say("task", "A-2", "--mode", "fast")).err).toContain(
    'there is no mode "fast"; there are two-loop',
  );
  expect((await hand.say("task", "A-2", "--mode", "three-loop")).err).toContain("A-2 is done in three-loop already");
  expect((await hand.say("task", "A-2", "--mode", "two-loop")).out).toContain("it has not begun");
  expect((await hand.say("task", "A-1", "--approve")).code).toBe(0);
  const run = await hand.say("run", "--json");
  expect(run.code).toBe(0);
  expect(parsed((await hand.say("task", "A-2", "--json")).out)).toMatchObject({
    task: { mode: "two-loop" },
    plan: null,
  });
});

test("a mode of the file that changes later holds again, also one that changes with the rest of the text", async () => {
  const hand = played(
    "tasks: [{id: A-1, goal: Say hello}, {id: A-2, goal: Say more, needs: [A-1], approve: [plan]}]\n",
    {
      rules: "  - {on: {role: planner, task: A-1}, error: {type: auth, message: no}}\n",
    },
  );
  await hand.say("run");
  await hand.say("task", "A-2", "--mode", "two-loop");
  hand.write(
    "tasks.yaml",
    "tasks: [{id: A-1, goal: Say hello}, {id: A-2, goal: Say less, needs: [A-1], approve: [plan]}]\n",
  );
  await hand.say("run");
  const task = async () => at(parsed((await hand.say("task", "A-2", "--json")).out), "task");
  expect(await task()).toMatchObject({ goal: "Say less", mode: "two-loop" });
  hand.write(
    "tasks.yaml",
    "tasks: [{id: A-1, goal: Say hello}, {id: A-2, goal: Say less, needs: [A-1], mode: adaptive}]\n",
  );
  await hand.say("run");
  expect(await task()).toMatchObject({ mode: "adaptive" });
});
