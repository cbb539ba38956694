import { readFileSync, rmSync } from "node:fs";
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
  const said = await hand.say("add", "Say more", "--needs", "a", "--risk", "low", "--area", "docs", "--priority", "3");
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
  const told = (task: string): string => readFileSync(`${heard}.${task}`, "utf8");
  expect(told("A").split(words).length - 1).toBe(2);
  expect(told("B") + told("Z")).not.toContain("old API");
  expect(await hand.say("note", "A", "too late")).toMatchObject({ code: 2, err: having("A is DONE") });
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
