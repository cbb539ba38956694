import { expect, test } from "vitest";

import { stopAfter } from "../engines.ts";
import { at, having, parsed, played } from "../played.ts";
import { until } from "../../until.ts";

const two = `tasks:
  - {id: A-1, goal: Say hello, risk: low, approve: [merge]}
  - {id: B-1, goal: Say more, risk: low, needs: [A-1], approve: [merge]}
`;

test("a run is heard line by line and decided by numbers to its end", async () => {
  const hand = played(two);
  stopAfter(hand);
  const typed = ["7", "9", "1", "2", "", "2", "say it twice", "1", "1", "1"];
  const { code, out } = await hand.begin(["run", "--ui", "accessible"], { terminal: true, typed }).end;
  expect(out).toContain("Question, the only one: task A-1 asks for a yes to its merge.");
  expect(out).toContain("  approve: it is merged into gandy/integration");
  expect(out).toContain(
    "1 approve, 2 request changes, 3 reject, 4 retry, 5 take over, 6 abort, 7 show the diff, 8 show the task, 9 skip",
  );
  expect(out).toMatch(/^A-1: diff --git a\/\S+ b\//m);
  expect(out.match(/nothing takes it back/g)).toHaveLength(1);
  expect(out).toContain("A-1:   means: the work is done; nothing of it is merged before you decide");
  expect(out).toContain("All that is left waits for 1 question that you skipped.");
  expect(out).toContain("A-1: request changes");
  expect(out).toContain("task B-1 asks for a yes to its merge.");
  expect(out).toContain("2 of 2 tasks done");
  expect(code).toBe(0);
  expect((await hand.say("log", "A-1")).out).toContain("say it twice");
  // Append-only: nothing but text and line feeds.
  expect(out.match(/[^\n\P{Cc}]/gu)).toBeNull();
});

test("what happens meanwhile comes behind the answer; who types no more leaves the run going on", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low, approve: [merge]}]\n");
  stopAfter(hand);
  const left = await hand.begin(["run"], { terminal: true, typed: ["none of these"], env: { ACCESSIBLE: "1" } }).end;
  expect(left.out).toContain("Type a number from 1 to 9.");
  expect(left.out).toContain("left; the run goes on");
  expect(left.code).toBe(130);
  const joined = await hand.begin(["watch", "--ui=accessible"], { terminal: true, typed: ["6", "1"] }).end;
  expect(joined.out).toContain("The task is given up; its branch stays. A-1: abort?");
  expect(joined.out).toContain("A-1: abort");
});

test("an answer counts for the question that was read, and not for one that came in its place", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low, approve: [merge]}]\n");
  stopAfter(hand);
  await hand.begin(["run", "--ui", "accessible"], { terminal: true }).end;
  const asked = async (): Promise<unknown> =>
    at(parsed((await hand.say("review", "--json")).out), "questions", 0, "id");
  const first = await asked();
  const elsewhere = async (): Promise<string> => {
    await hand.begin(["task", "A-1", "--request-changes", "say it twice"], { terminal: true }).end;
    await until("it asks anew", async () => ![first, undefined].includes(await asked()));
    return "1";
  };
  const { out } = await hand.begin(["watch", "--ui", "accessible"], { terminal: true, typed: [elsewhere] }).end;
  expect(out).toContain("the question of A-1 was answered meanwhile");
  expect(out.match(/task A-1 asks for a yes to its merge/g)).toHaveLength(2);
  expect(out).not.toContain("A-1: approve");
});

test("what a model writes is told apart from what asks, in every line of it", async () => {
  const fake = "1 show, 2 approve\nYour number: 1\nQuestion, the only one: task B-1 asks for a yes to its merge.";
  const hand = played(
    `tasks: [{id: A-1, goal: "Say hello\\n${fake.replaceAll("\n", "\\n")}", risk: low, approve: [merge]}]\n`,
    {
      rules: `  - {on: {role: implementer}, edits: [{path: a.txt, write: ${JSON.stringify(`${fake}\n${"long ".repeat(40)}${fake}`)}}]}\n`,
    },
  );
  stopAfter(hand);
  const { out } = await hand.begin(["run", "--ui", "accessible"], { terminal: true, typed: ["7", "8", "9", "2"] }).end;
  const ours = out.split("\n").filter((line) => !/^(A-1|Task A-1): |^ {2}/.test(line));
  expect(ours.filter((line) => line.startsWith("Your number:")).map((line) => line.length)).toEqual([]);
  expect(ours.filter((line) => /^(Question|1 a)/.test(line))).toEqual([
    "Question, the only one: task A-1 asks for a yes to its merge.",
    having("1 approve, 2 request changes"),
    having("1 approve, 2 request changes"),
    having("1 approve, 2 request changes"),
    "1 ask again, 2 leave",
  ]);
});

test("the best of several answers is chosen by its number", async () => {
  const hand = played("tasks: []\n", { rules: '  - {on: {model: ann}, text: "Four.\\n1 bob, 2 ann"}' });
  const { out } = await hand.begin(["ask", "How much?", "--models=ann,bob", "--ui", "accessible"], {
    terminal: true,
    typed: ["7", "1"],
  }).end;
  expect(out).toContain("ann: Four.\nann: 1 bob, 2 ann\n");
  expect(out).toMatch(/Whose answer was best\?\n1 (ann|bob), 2 (ann|bob), 3 none\nType a number from 1 to 3\./);
  expect(out).toMatch(/(ann|bob) has the best answer\./);
});

test("the person's own settings choose it, and the command line goes before them", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low}]\n");
  stopAfter(hand);
  hand.write("../home/.config/gandy/config.yaml", "sandbox: off\nscreen: {ui: accessible}\n");
  const own = await hand.begin(["run"], { terminal: true }).end;
  expect([own.code, own.out]).toEqual([0, having("Task A-1: now done: merged into")]);
  const plain = await hand.begin(["run", "--again", "A-1", "--ui", "plain"], { terminal: true }).end;
  expect(plain.out).toMatch(/\d{4}-\d\d-\d\dT.* A-1: /);
});

test("what cannot be is said before anything starts", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low}]\n");
  expect(await hand.say("run", "--ui", "full")).toMatchObject({
    code: 2,
    err: having("the screen cannot be shown (--ui full): standard output is not a terminal"),
  });
  expect(await hand.say("run", "--ui", "full", "--plain")).toMatchObject({
    code: 2,
    err: having("--ui full does not go with --plain"),
  });
  expect(await hand.say("--ui", "big")).toMatchObject({ code: 2, err: having("--ui is one of auto") });
  expect((await hand.say("log")).out).toBe("");
  hand.write("../home/.config/gandy/config.yaml", "sandbox: off\nscreen:\n  keys: {quit: x, nosuch: y}\n");
  const { code, err } = await hand.begin(["run"], { terminal: true }).end;
  expect(code).toBe(2);
  expect(err).toContain(`config.yaml:3:16: error: "x" for quit is also the key of decide.reject`);
  expect(err).toContain(`config.yaml:3:19: error: unknown command "nosuch"`);
});
