import { expect, test } from "vitest";

import type { Hand } from "../cli/at-hand.ts";
import { at, having, parsed, parsedLines, played } from "../cli/played.ts";

const settings = "areas: {api: [api/**], web: [web/**], db: [db/**]}\n";
const points = [
  "api/list.ts gives the tags of an account",
  "api/add.ts takes a new tag",
  "web/list.ts shows the tags",
  "web/form.ts has a form for a new tag",
  "db/table.ts has a table of tags",
  "db/move.ts moves the old labels over",
];
const tasks = `tasks:
  - id: T-12
    goal: Migration of labels to tags
    mode: context-aware
    risk: low
    details: |
${points.map((point) => `      - ${point}`).join("\n")}
  - {id: D-1, goal: Say that tags are there, risk: low, needs: [T-12]}
`;

interface Proposed {
  readonly goal: string;
  readonly covers: readonly string[];
  readonly quote: string;
  readonly files: readonly string[];
}
const parts: readonly Proposed[] = [
  {
    goal: "The api gives and takes tags",
    covers: ["A1", "A2"],
    quote: "gives the tags of an account",
    files: ["api/list.ts", "api/add.ts"],
  },
  {
    goal: "The web pages show tags and a form",
    covers: ["A3", "A4"],
    quote: "shows the tags",
    files: ["web/list.ts", "web/form.ts"],
  },
  {
    goal: "A table of tags has the old labels",
    covers: ["A5", "A6"],
    quote: "moves the old labels over",
    files: ["db/table.ts", "db/move.ts"],
  },
];

const edits = (task: string, path: string): string =>
  `  - {on: {role: implementer, task: ${task}}, edits: [{path: "${path}", write: "of ${task}"}]}\n`;
const asked = (proposed: readonly Proposed[]): string =>
  `  - {on: {role: planner, task: T-12}, answer: ${JSON.stringify({ parts: proposed, keep_whole: false })}}\n`;
const usual =
  asked(parts) + edits("T-12.1", "api/list.ts") + edits("T-12.2", "web/list.ts") + edits("T-12.3", "db/table.ts");

const files = Object.fromEntries(points.map((point) => [point.split(" ")[0] ?? "", "// to come\n"]));
const project = (rules: string, more = ""): Hand => played(tasks, { settings: settings + more, rules, files });

test("a large task is done in parts below it, and every face says so", async () => {
  const hand = project(usual);
  const run = await hand.say("run", "--json");
  expect(run.code).toBe(0);
  const events = parsedLines(run.out);
  expect(
    at(
      events.find((line) => at(line, "type") === "task.split"),
      "data",
      "parts",
    ),
  ).toMatchObject([{ id: "T-12.1", covers: ["A1", "A2"], needs: [] }, { id: "T-12.2" }, { id: "T-12.3" }]);
  expect(at(events.at(-1), "data", "summary")).toMatchObject({ total: 2, done: 2, parts: { total: 3, done: 3 } });

  const list = (await hand.say("list")).out.split("\n").map((line) => line.slice(0, 10).trimEnd());
  expect(list.slice(1, 6)).toEqual(["  T-12", "    T-12.1", "    T-12.2", "    T-12.3", "  D-1"]);
  const task = (await hand.say("task", "T-12")).out;
  expect(task).toContain("T-12.2 done  The web pages show tags and a form  (A3, A4)");
  expect(task).not.toContain("it needs a roadmap");
  expect(task).toContain("+ A table of tags has the old labels (T-12.3)");
  expect((await hand.say("task", "T-12.2")).out).toContain("a part of T-12");
  expect((await hand.say("why", "T-12.2")).out).toContain(
    "three-loop, the mode of a task of its size: it is a part of",
  );
  const log = (await hand.say("log", "T-12.2")).out;
  expect(log.split("works on").length).toBe(2);
  const json = parsed((await hand.say("task", "T-12", "--json")).out);
  expect(json).toMatchObject({ unmet: [], claims: [{ sources: ["T-12.1"] }, {}, {}] });
  expect(at(json, "parts", 0)).toEqual({ id: "T-12.1", goal: parts[0]?.goal, state: "DONE", covers: ["A1", "A2"] });
  expect(at(parsed((await hand.say("task", "T-12.1", "--json")).out), "task", "parent")).toBe("T-12");
  expect((await hand.say("why", "T-12")).out).toContain("T-12.3  A table of tags has the old labels (A5, A6)");
  expect(at(parsed((await hand.say("summary", "--json")).out), "tasks")).toMatchObject({ total: 2, done: 2, parts: 3 });
  expect(hand.git("log", "--format=%s", "gandy/integration")).toContain("T-12.3: A table of tags has the old labels");
});

test.each([
  ["a point that no part covers", parts.slice(0, 2), "no part covers A5 (db/table.ts has a table of tags)"],
  [
    "words that it does not have",
    [{ ...parts[0], quote: "deletes all labels" }, ...parts.slice(1)],
    "part 1 quotes words that the task does not have",
  ],
])("with %s it is kept whole, and says why", async (_, proposed, why) => {
  const answer = JSON.stringify({ parts: proposed, keep_whole: false });
  const plan = `  - {on: {role: planner, task: T-12}, n: 1, answer: ${answer}}\n`;
  const hand = project(plan + edits("T-12", "api/list.ts"));
  expect((await hand.say("run", "--plain")).code).toBe(0);
  expect((await hand.say("why", "T-12")).out).toContain(`done as a whole: ${why}`);
  expect(at(parsed((await hand.say("task", "T-12", "--json")).out), "parts")).toBeUndefined();
});

test("undone, all of its parts are, the last first; who needs it waits until it is done again, in other parts", async () => {
  const hand = project(
    usual + edits("T-12.4", "api/list.ts") + edits("T-12.5", "web/list.ts") + edits("T-12.6", "db/table.ts"),
    "limits: {parallel: 1}\n",
  );
  expect((await hand.say("run", "--plain", "--task", "T-12")).code).toBe(0);
  const reverted = await hand.say("revert", "T-12");
  expect(reverted).toMatchObject({
    code: 0,
    out: having("T-12 is undone on gandy/integration, with T-12.3, T-12.2, T-12.1"),
  });
  const subjects = hand.git("log", "--format=%s", "-3", "gandy/integration").trim().split("\n");
  expect(subjects.map((subject) => subject.slice(0, 14))).toEqual([
    "T-12.1: revert",
    "T-12.2: revert",
    "T-12.3: revert",
  ]);
  expect((await hand.say("run", "--plain")).code).toBe(3);
  expect(at(parsed((await hand.say("task", "D-1", "--json")).out), "task", "blockedBy")).toEqual(["T-12"]);
  expect((await hand.say("revert", "T-12")).code).not.toBe(0);
  expect((await hand.say("run", "--plain", "--again", "T-12")).code).toBe(0);
  // What it was split into before is told of no more.
  expect(at(parsed((await hand.say("task", "T-12", "--json")).out), "parts")).toMatchObject([
    { id: "T-12.4" },
    { id: "T-12.5" },
    { id: "T-12.6" },
  ]);
  expect((await hand.say("why", "T-12")).out).toMatch(/^mode +in 3 parts below[^]*\nparts +3, [^]*T-12\.6/);
  expect((await hand.say("why", "T-12")).out).not.toContain("T-12.1 ");
  expect((await hand.say("log", "T-12")).out).not.toContain("taken up again");
  expect(at(parsed((await hand.say("task", "D-1", "--json")).out), "task", "state")).toBe("DONE");
});

test("landed by its name, all of its parts are", async () => {
  const hand = project(usual);
  expect((await hand.say("run", "--plain", "--task", "T-12")).code).toBe(0);
  hand.git("branch", "release");
  const landed = await hand.say("land", "--task", "T-12");
  expect(landed).toMatchObject({ code: 0, out: having("3 tasks landed on main") });
  expect(landed.out).not.toContain("came along");
  expect(hand.git("show", "main:db/table.ts")).toBe("of T-12.3");
  // Without its name its parts count with it.
  expect((await hand.say("land", "--into", "release")).out).toContain("1 task landed on release");
});

test("a task waits for its parts where these wait for a person, and they move with it", async () => {
  const fails =
    "  - {on: {role: implementer, task: T-12.2}, n: 2, error: {type: auth, reason: bad_key, message: no}}\n";
  const hand = project(fails + usual);
  expect((await hand.say("run", "--plain", "--task", "T-12")).code).toBe(3);
  expect((await hand.say("list")).out).toContain("waits for 1 of 3 parts");
  expect((await hand.say("plan", "--json")).out).toMatch(/"id":"T-12","calls":{"least":0,"expected":0,"most":0}/);
  expect((await hand.say("plan")).out).toContain("\nT-12: in parts, which are told of by themselves\n");
  expect((await hand.say("priority", "T-12", "5")).code).toBe(0);
  expect(at(parsed((await hand.say("task", "T-12.2", "--json")).out), "task", "priority")).toBe(5);
  expect((await hand.say("task", "T-12.2", "--retry")).code).toBe(0);
  expect((await hand.say("run", "--plain", "--task", "T-12")).code).toBe(0);
});

const failsFor = (task: string): string =>
  `  - {on: {role: implementer, task: ${task}}, n: 2, error: {type: auth, reason: bad_key, message: no}}\n`;
const stateOf = async (hand: Hand, id: string): Promise<unknown> =>
  at(parsed((await hand.say("task", id, "--json")).out), "task", "state");

test("a part that failed and is tried again by its own name is asked about no more", async () => {
  const hand = project(failsFor("T-12.2") + usual);
  const run = async (): Promise<number> => (await hand.say("run", "--plain", "--task", "T-12")).code;
  expect(await run()).toBe(3);
  await hand.say("task", "T-12.2", "--abort");
  expect(await run()).not.toBe(0);
  expect((await hand.say("review")).out).toContain("T-12.2 failed, of the parts of T-12");
  expect((await hand.say("task", "T-12.2", "--retry")).code).toBe(0);
  expect(await run()).toBe(0);
  expect(await stateOf(hand, "T-12")).toBe("DONE");
  expect(at(parsed((await hand.say("task", "T-12", "--json")).out), "unmet")).toEqual([]);
});

test("who keeps going without a part that was tried again meanwhile has it all the same", async () => {
  const hand = project(failsFor("T-12.2") + usual);
  const run = async (): Promise<number> => (await hand.say("run", "--plain", "--task", "T-12")).code;
  await run();
  await hand.say("task", "T-12.2", "--abort");
  await run();
  await hand.say("task", "T-12.2", "--retry");
  expect((await hand.say("review")).out).toContain("restart: T-12 does itself, as a whole, what is not done by then;");
  expect((await hand.say("task", "T-12", "--skip", "ST1")).err).toContain(
    "T-12 has no stages: it is done in parts (T-12.1, T-12.2, T-12.3)",
  );
  await hand.say("task", "T-12", "--answer", "keep");
  expect(await run()).toBe(0);
  expect((await hand.say("why", "T-12")).out.match(/^parts /gm)).toHaveLength(1);
  expect(at(parsed((await hand.say("task", "T-12", "--json")).out), "unmet")).toEqual([]);
});

test("an answer that two questions of a task allow is about its text, which it waits for", async () => {
  const hand = project(failsFor("T-12.2") + usual);
  const run = async (): Promise<number> => (await hand.say("run", "--plain", "--task", "T-12")).code;
  const asked = async (): Promise<readonly unknown[]> => {
    const questions = at(parsed((await hand.say("review", "--json")).out), "questions");
    return Array.isArray(questions) ? questions.map((question) => at(question, "kind")) : [];
  };
  await run();
  await hand.say("task", "T-12.2", "--abort");
  await run();
  hand.write("tasks.yaml", tasks.replace("labels to tags", "labels to good tags"));
  await run();
  expect(await asked()).toEqual(["parts", "backlog"]);
  await hand.say("task", "T-12", "--answer", "keep");
  expect(await asked()).toEqual(["parts"]);
  expect((await hand.say("list")).out).not.toContain("decided");
  await hand.say("task", "T-12", "--answer", "keep");
  await run();
  expect(at(parsed((await hand.say("task", "T-12", "--json")).out), "unmet")).toEqual(["A3", "A4"]);
});

test("with one part undone its task is undone too: who needs it waits, and only the whole is done again", async () => {
  const hand = project(usual);
  expect((await hand.say("run", "--plain", "--task", "T-12")).code).toBe(0);
  const { out } = await hand.say("revert", "T-12.1");
  expect(out).toContain("it is needed by D-1");
  expect(out).toContain("do it again: gandy run --again T-12\n");
  expect((await hand.say("task", "T-12")).out).toContain("T-12.1 reverted  The api");
  expect(at(parsed((await hand.say("task", "T-12", "--json")).out), "task", "reverted")).toBe(true);
  expect(at(parsed((await hand.say("task", "D-1", "--json")).out), "task", "blockedBy")).toEqual(["T-12"]);
  expect(await hand.say("run", "--plain", "--again", "T-12.1")).toMatchObject({
    code: 2,
    err: having("T-12.1 is a part of T-12, which is done; gandy run --again T-12 does all of that over"),
  });
  expect((await hand.say("revert", "T-12")).code).toBe(0);
});

test("a part that is undone while its task waits for the others counts as not done", async () => {
  const hand = project(failsFor("T-12.2") + usual);
  const run = async (): Promise<number> => (await hand.say("run", "--plain", "--task", "T-12")).code;
  expect(await run()).toBe(3);
  expect(await hand.say("revert", "T-12.1")).toMatchObject({ code: 0, out: having("run --again T-12.1") });
  await hand.say("task", "T-12.2", "--retry");
  const again = await hand.say("run", "--plain");
  expect(again).toMatchObject({ code: 3, out: having("2 tasks from main") });
  expect(at(parsed((await hand.say("task", "T-12", "--json")).out), "unmet")).toEqual(["A1", "A2"]);
});

test("an analyst that takes it for one piece of work has it done as a whole, and nobody is asked for parts", async () => {
  const opinion = "{complexity: 5, kind: feature, needs: [], split: false}";
  const model = "{adapter: scripted, scenario: play.yaml";
  const hand = project(`  - {on: {role: analyst}, answer: ${opinion}}\n${edits("T-12", "api/list.ts")}`);
  hand.write(
    "gandy.yaml",
    `models: {ann: ${model}}, bob: ${model}}, tiny: ${model}, tier: small}}\n${settings}roles: {analyst: tiny}\n`,
  );
  await hand.say("run", "--plain", "--task", "T-12");
  const events = parsedLines((await hand.say("log", "--json")).out);
  expect(events.filter((line) => at(line, "type") === "task.split")).toEqual([]);
  expect((await hand.say("why", "T-12")).out).toContain("one piece of work, says tiny");
});
