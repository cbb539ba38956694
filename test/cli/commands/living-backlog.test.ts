import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Hand } from "../at-hand.ts";
import { at, having, parsed, parsedLines, played } from "../played.ts";

const low = (id: string, more = ""): string => `{id: ${id}, goal: Say ${id}, risk: low${more}}`;

const stateOf = async (hand: Hand, task: string): Promise<unknown> =>
  at(parsed((await hand.say("task", task, "--json")).out), "task", "state");

/** Tasks in the order in which they began. */
async function begun(hand: Hand): Promise<readonly unknown[]> {
  const events = parsedLines((await hand.say("log", "--json")).out);
  return events.flatMap((event) =>
    at(event, "type") === "task.moved" && at(event, "data", "from") === "NEW" ? [at(event, "task")] : [],
  );
}

test("a task that is added runs with the next run, after what it needs, and the file is never written", async () => {
  const hand = played(`tasks: [${low("A")}]\n`);
  const file = readFileSync(join(hand.top, "tasks.yaml"), "utf8");
  const said = await hand.say(
    "add",
    "Say more",
    "--needs",
    "a",
    "--needs",
    "A",
    "--risk",
    "low",
    "--area",
    "docs",
    "--priority",
    "3",
  );
  expect(said).toMatchObject({ code: 0, err: "" });
  expect(said.out).toContain("DO-1 was added: Say more");
  expect(said.out).toContain("gandy run takes it up");
  const list = parsed((await hand.say("list", "--json")).out);
  expect(at(list, "tasks", 0)).toMatchObject({ id: "DO-1", area: "docs", needs: ["A"], priority: 3, state: "NEW" });

  expect((await hand.say("run")).code).toBe(0);
  expect(await begun(hand)).toEqual(["A", "DO-1"]);
  expect(await stateOf(hand, "DO-1")).toBe("DONE");
  expect(readFileSync(join(hand.top, "tasks.yaml"), "utf8")).toBe(file);

  // After a run that has ended, and with --json.
  const second = await hand.say("add", "Say the rest", "--risk", "low", "--json");
  expect(parsed(second.out)).toEqual({ v: 1, done: "DO-2 was added: Say the rest", effect: "next_run" });
  expect((await hand.say("run")).code).toBe(0);
  expect(await stateOf(hand, "DO-2")).toBe("DONE");
});

test("what was added runs without a backlog too; a run of one task leaves it alone", async () => {
  const hand = played(`tasks: [${low("A")}]\n`);
  await hand.say("add", "Say more", "--risk", "low");
  expect((await hand.say("run", "--task", "A")).code).toBe(0);
  expect(await stateOf(hand, "DO-1")).toBe("NEW");
  await hand.say("add", "Say much more", "--risk", "low");
  rmSync(join(hand.top, "tasks.yaml"));
  expect((await hand.say("run")).code).toBe(0);
  expect([await stateOf(hand, "DO-1"), await stateOf(hand, "DO-2")]).toEqual(["DONE", "DONE"]);
});

test.each([
  [["add", " "], "a goal in words is needed"],
  [["add", "x", "--needs", "B"], 'unknown task "B"'],
  [["add", "x", "--priority", "high"], '"high" is no priority; write a whole number, where higher goes first'],
  [["add", "x", "--model", "bobb"], 'unknown model "bobb"; did you mean "bob"?'],
  [["priority", "A", "1.5"], '"1.5" is no priority'],
  [["note", "A", " "], "a note needs words"],
  [["cancel", "B"], 'unknown task "B"'],
])("%s is refused and changes nothing", async (argv, why) => {
  const hand = played(`tasks: [${low("A", ", approve: [merge]")}]\n`);
  await hand.say("run");
  const before = (await hand.say("list", "--json")).out;
  expect(await hand.say(...argv)).toMatchObject({ code: 2, err: having(why) });
  expect((await hand.say("list", "--json")).out).toBe(before);
});

test("a higher priority goes first, until the backlog says something else of the task", async () => {
  const hand = played(
    `tasks: [${low("A", ", needs: [Z]")}, ${low("B", ", needs: [Z]")}, ${low("Z", ", approve: [merge]")}]\n`,
    {
      settings: "limits: {parallel: 1}\n",
    },
  );
  expect((await hand.say("run")).code).toBe(3);
  expect((await hand.say("priority", "b", "5")).out).toContain("B has priority 5");
  expect(at(parsed((await hand.say("task", "B", "--json")).out), "task", "priority")).toBe(5);
  await hand.say("task", "Z", "--approve");
  expect((await hand.say("run")).code).toBe(0);
  expect(await begun(hand)).toEqual(["Z", "B", "A"]);
  expect(await hand.say("priority", "B", "1")).toMatchObject({ code: 2, err: having("B is DONE already") });
});

test("a note stands word for word in the prompts of the task from the next one on, and in no other's", async () => {
  const words = "Mind the old API:\n  `hello()` stays.";
  const agent = [
    "#!/bin/sh",
    'cat "$GANDY_PROMPT_FILE" >> "$HEARD.$GANDY_TASK"',
    'case "$GANDY_ROLE" in',
    'code_reviewer) echo \'{"verdict":"approve","summary":"ok","findings":[]}\' ;;',
    '*) echo "$GANDY_TASK" > "$GANDY_TASK.txt" ;;',
    "esac",
  ];
  const waits = `${low("A", ", needs: [Z]")}, ${low("B", ", needs: [Z]")}`;
  const hand = played(`tasks: [${waits}, ${low("Z", ", approve: [merge]")}]\n`, {
    files: { "agent.sh": agent.join("\n") },
  });
  const heard = join(hand.home, "heard");
  const model = (name: string): string =>
    `  ${name}: {adapter: command, argv: [./agent.sh], billing: free, env: {set: {HEARD: "${heard}"}}}\n`;
  hand.write("gandy.yaml", `models:\n${model("ann")}${model("bob")}`);
  hand.git("commit", "--all", "--message", "agents");
  expect((await hand.say("run")).code).toBe(3);
  expect((await hand.say("note", "A", words)).out).toContain("A reads it in its next prompt");
  await hand.say("task", "Z", "--approve");
  expect((await hand.say("run")).code).toBe(0);
  const told = (task: string): string =>
    existsSync(`${heard}.${task}`) ? readFileSync(`${heard}.${task}`, "utf8") : "";
  expect(told("A").split(words).length - 1).toBe(2);
  expect(told("B") + told("Z")).not.toContain("old API");
  expect(await hand.say("note", "A", "too late")).toMatchObject({ code: 2, err: having("A is DONE") });
  // What the backlog drops and names anew is another task.
  const waiting = (goal: string): string =>
    `${low("Y", ", approve: [merge]")}, {id: C, goal: ${goal}, risk: low, needs: [Y]}`;
  const backlog = (tasks: string): void => hand.write("tasks.yaml", `tasks: [${tasks}]\n`);
  backlog(waiting("One"));
  await hand.say("run");
  await hand.say("note", "C", words);
  backlog(low("Y", ", approve: [merge]"));
  await hand.say("run");
  backlog(waiting("Another"));
  await hand.say("task", "Y", "--approve");
  expect((await hand.say("run")).code).toBe(0);
  expect(told("C")).toContain("Another");
  expect(told("C")).not.toContain("old API");
});

test("a task that is cancelled is given up with the reason, whether it waits or has not begun; its branch stays", async () => {
  const hand = played(`tasks: [${low("A", ", needs: [Z]")}, ${low("Z", ", approve: [merge]")}]\n`);
  expect((await hand.say("run")).code).toBe(3);
  expect((await hand.say("cancel", "A", "--message", "no longer wanted")).out).toContain("A is cancelled");
  expect((await hand.say("cancel", "Z")).code).toBe(0);
  expect((await hand.say("run")).code).toBe(1);
  const a = parsed((await hand.say("task", "A", "--json")).out);
  expect(at(a, "task")).toMatchObject({ state: "FAILED", failure: { type: "aborted", message: "no longer wanted" } });
  expect(await stateOf(hand, "Z")).toBe("FAILED");
  expect(await hand.say("cancel", "Z")).toMatchObject({ code: 2, err: having("Z is FAILED already") });
});

test("the plan and the start of a run count what was added, and the report says to run it; also without a backlog", async () => {
  const hand = played(`tasks: [${low("A")}]\n`);
  await hand.say("add", "Say more", "--risk", "low", "--needs", "A");
  const waves = async (): Promise<unknown> => at(parsed((await hand.say("plan", "--json")).out), "waves");
  expect(await waves()).toEqual([["A"], ["DO-1"]]);
  const report = parsed((await hand.say("report", "--json")).out);
  expect(at(report, "repositories", 0)).toMatchObject({ repository: hand.top, run: null, next: [] });
  await hand.say("add", "Say all", "--risk", "low");
  expect((await hand.say("report")).out).toContain("next: gandy run");
  const file = readFileSync(join(hand.top, "tasks.yaml"), "utf8");
  rmSync(join(hand.top, "tasks.yaml"));
  expect(await waves()).toEqual([["DO-1", "DO-2"]]);
  hand.write("tasks.yaml", file);
  const said = await hand.say("run");
  expect(said).toMatchObject({ code: 0, out: having("3 tasks from main") });
  expect(said.out).toContain("3 of 3 tasks done");
  // What is over is not what a run would have.
  expect(await waves()).toEqual([]);
  rmSync(join(hand.top, "tasks.yaml"));
  expect(await hand.say("plan")).toMatchObject({ code: 2, err: having("there is no tasks.yaml here") });
});

test("no task takes the id of one that stands in the backlog; where the backlog takes it later, that is said", async () => {
  const hand = played(`tasks: [${low("do-4")}, ${low("DO-2")}]\n`);
  expect((await hand.say("add", "Say mine", "--risk", "low")).out).toContain("DO-5 was added: Say mine");
  hand.write("tasks.yaml", `tasks: [${low("DO-2")}, ${low("DO-5")}]\n`);
  const { code, out } = await hand.say("run");
  expect(code).toBe(0);
  expect(out).toContain(
    "the backlog has a task DO-5 of its own, which takes the place of the one that was added: Say mine",
  );
});

test("what needs a failed task says so where it is added, and a run that cannot begin it says why", async () => {
  const hand = played(`tasks: [${low("A", ", approve: [merge]")}]\n`);
  expect((await hand.say("run")).code).toBe(3);
  await hand.say("cancel", "A");
  expect((await hand.say("run")).code).toBe(1);
  const added = await hand.say("add", "Say more", "--risk", "low", "--needs", "A");
  expect(added.out).toContain("it waits for A, which failed: gandy task A --retry");
  await hand.say("add", "Say all", "--risk", "low", "--needs", "DO-1");
  const { code, out } = await hand.say("run");
  expect(code).toBe(1);
  expect(out).toContain("DO-1, DO-2 wait for A, which failed: gandy task A --retry");
  expect(out).not.toContain("go on:");
  await hand.say("task", "A", "--retry");
  await hand.say("run");
  await hand.say("task", "A", "--approve");
  expect((await hand.say("run")).code).toBe(0);
  expect(await stateOf(hand, "DO-2")).toBe("DONE");
});

test.each([["priority", "3"], ["note", "words"], ["cancel"]])(
  "%s of what only the backlog knows yet is said to belong there",
  async (name, ...more) => {
    const hand = played(`tasks: [${low("A")}]\n`);
    expect(await hand.say(name, "a", ...more)).toMatchObject({
      code: 2,
      err: having("no run has read A yet: change it in the backlog"),
    });
  },
);

test("a note that every call would pay for dearly is refused, and a priority stays a whole number", async () => {
  const hand = played("tasks: []\n");
  await hand.say("add", "Say more", "--priority", String(Number.MAX_SAFE_INTEGER));
  expect(await hand.say("note", "DO-1", "x".repeat(20_001))).toMatchObject({
    code: 2,
    err: having("a note of 20001 characters is too long"),
  });
  expect(await hand.say("note", "DO-1", "x".repeat(20_000))).toMatchObject({ code: 0 });
  expect(await hand.say("cancel", "DO-1")).toMatchObject({ code: 0, out: having("DO-1 is cancelled; takes effect") });
});
