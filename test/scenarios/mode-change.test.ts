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
  // What is said and not taken up yet counts: it can be taken back, and is not said twice.
  expect((await hand.say("task", "A-1", "--mode", "two-loop")).err).toContain("A-1 is done in two-loop already");
  expect((await hand.say("task", "A-1", "--mode", "three-loop")).code).toBe(0);
  expect((await hand.say("task", "A-1", "--mode", "two-loop")).code).toBe(0);
  const lost = await hand.say("task", "A-1", "--approve");
  expect([lost.code, lost.err]).toEqual([2, expect.stringContaining("said before (do A-1 in two-loop)")]);
  const run = await hand.say("run", "--json");
  expect([run.code, rolesAsked(run.out)]).toEqual([0, ["implementer S1", "code_reviewer null"]]);
  const why = (await hand.say("why", "A-1")).out;
  expect(why).toMatch(/two-loop, set by .+ via task --mode; the backlog says three-loop/);
  expect((await hand.say("run")).code).toBe(0);
  expect((await hand.say("list")).out).not.toContain("changed in the backlog");
  expect(parsed((await hand.say("task", "A-1", "--json")).out)).toMatchObject({
    task: { state: "DONE", mode: "two-loop" },
  });
  const late = await hand.say("task", "A-1", "--mode", "adaptive");
  expect([late.code, late.err]).toEqual([2, expect.stringContaining("A-1 is done: its mode changes nothing any more")]);
});

test("a task that a change of mode is to begin anew can be given up before any engine does that", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, approve: [plan]}]\n");
  expect((await hand.say("run")).code).toBe(3);
  expect((await hand.say("task", "A-1", "--mode", "two-loop")).code).toBe(0);
  expect((await hand.say("task", "A-1", "--abort")).code).toBe(0);
  const { code, out } = await hand.say("run", "--json");
  expect([code, rolesAsked(out)]).toEqual([1, []]);
  expect(parsed((await hand.say("task", "A-1", "--json")).out)).toMatchObject({ task: { state: "FAILED" } });
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

const large = `goal: Migrate the schema, risk: medium, details: "Change src/a/x.ts, lib/b.ts, web/c.ts and api/d.ts: it must a, must b, must c"`;
const small = "goal: Say hello, risk: low";
test.each([
  [small, ["three-loop", "context-aware"], "three-loop"],
  [large, ["three-loop", "context-aware"], "three-loop"],
  [large, ["adaptive", "context-aware"], "adaptive"],
  [small, ["adaptive", "three-loop", "context-aware"], "adaptive"],
])(
  "an agreed plan is gone by in the mode that looks first, and nothing is taken apart: %s, %s",
  async (text, to, chosen) => {
    const noKey = (n: number): string => `  - {on: {role: implementer}, n: ${n}, error: {type: auth, message: no}}\n`;
    const hand = played(`tasks: [{id: A-1, mode: ${String(to[0])}, ${text}}]\n`, {
      rules: Array.from({ length: 2 * (to.length - 1) }, (_none, at) => noKey(at + 1)).join(""),
    });
    let asked: readonly string[] = [];
    for (const mode of to) {
      if (mode !== to[0])
        expect((await hand.say("task", "A-1", "--mode", mode)).out).toContain(
          `A-1 is done in ${mode}: its plan is kept`,
        );
      asked = rolesAsked((await hand.say("run", "--json")).out);
    }
    expect(asked.filter((one) => one.startsWith("plan"))).toEqual([]);
    const task = parsed((await hand.say("task", "A-1", "--json")).out);
    expect(at(task, "task", "mode")).toBe("context-aware");
    expect((await hand.say("why", "A-1")).out).toContain(`${chosen}, chosen by rules: its plan was agreed on before`);
  },
);

test("hints that a mode had are told of no longer where the next has none", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, mode: adaptive, approve: [plan]}]\n");
  await hand.say("run");
  expect((await hand.say("context", "A-1")).out).toMatch(/^1 file stands as a hint in the prompts of A-1 \(about/);
  await hand.say("task", "A-1", "--mode", "two-loop");
  await hand.say("run");
  expect((await hand.say("context", "A-1")).out).toMatch(/^1 file found now for A-1, which is two-loop/);
});

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
  await hand.say("task", "A-2", "--mode", "context-aware");
  expect((await hand.say("run")).code).toBe(3);
  expect((await hand.say("why", "A-2")).out).toMatch(
    /^mode +context-aware \(set by .+ via task --mode; the backlog says\s+three-loop\)/,
  );
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
