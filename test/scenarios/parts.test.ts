import { existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

import type { Hand } from "../cli/at-hand.ts";
import { at, having, parsed, parsedLines, played } from "../cli/played.ts";

const settings = (log: string): string => `
areas: {api: [packages/api/**], web: [packages/web/**]}
checks:
  - {name: api, run: "sh test.sh", cwd: packages/api, when: [packages/api/**], report: {junit: out.xml}}
  - {name: web, run: "echo web >> ${log}; test ! -e broken", cwd: packages/web/, when: [packages/web/**]}
  - {name: all, run: "echo all >> ${log}", when: ["*.lock"], always: true}
`;

const edit = (task: string, path: string, text = "x"): string =>
  `  - {on: {role: implementer, task: ${task}}, edits: [{path: "${path}", write: "${text}"}]}\n`;

/** Two packages, each with its check, and one check for every change. */
function packages(tasks: string, rules: string): { readonly hand: Hand; readonly ran: () => string } {
  const hand = played(tasks, {
    rules,
    files: { "packages/api/a.txt": "a\n", "packages/web/a.txt": "a\n", "lib/run.sh": "exit 0\n" },
  });
  const log = join(hand.home, "ran.log");
  const report = '<testsuite><testcase classname="api" name="one"/></testsuite>';
  hand.write("packages/api/test.sh", `echo api >> ${log}\necho '${report}' > out.xml\nsh ../../lib/run.sh\n`);
  hand.write("gandy.yaml", readFileSync(join(hand.top, "gandy.yaml"), "utf8") + settings(log));
  hand.git("add", "--all");
  hand.git("commit", "--message", "packages");
  return { hand, ran: () => (existsSync(log) ? readFileSync(log, "utf8").trim().split("\n").join(" ") : "") };
}

const proofOf = async (hand: Hand, task: string): Promise<unknown> =>
  at(parsed((await hand.say("task", task, "--json")).out), "task", "proof");

async function checksOf(hand: Hand, task: string): Promise<readonly unknown[]> {
  const events = parsedLines((await hand.say("log", task, "--json")).out);
  return events.flatMap((event) => (at(event, "type") === "check.ended" ? [at(event, "data", "name")] : []));
}

test("a task pays only for the checks that its change touches, at the base too where its area says so; the plan shows which", async () => {
  const { hand, ran } = packages(
    "tasks: [{id: A, goal: One, risk: low, area: api}]\n",
    edit("A", "packages/api/b.txt"),
  );
  const plan = parsed((await hand.say("plan", "--json")).out);
  expect(at(plan, "tasks", 0, "checks")).toEqual(["api", "all"]);
  expect(at(plan, "measuredFirst")).toMatchObject([{ name: "api" }, { name: "all" }]);
  expect((await hand.say("plan")).out).toContain("checks     api, all");
  expect((await hand.say("run")).code).toBe(0);
  expect(await checksOf(hand, "A")).toEqual(["api", "all"]);
  expect(ran()).not.toContain("web");
  expect(await proofOf(hand, "A")).toBe("checks");
});

test("a change outside of its area, and one that a task's own list names, are judged all the same", async () => {
  const { hand } = packages(
    "tasks: [{id: A, goal: One, risk: low, area: api}, {id: B, goal: Two, risk: low, checks: [web]}]\n",
    edit("A", "packages/web/b.txt") + edit("B", "readme.md"),
  );
  expect((await hand.say("run")).code).toBe(0);
  expect(await checksOf(hand, "A")).toEqual(["web", "all"]);
  expect(await checksOf(hand, "B")).toEqual(["web", "all"]);
});

test("a check runs where its own script is touched, wherever that lies", async () => {
  const { hand } = packages("tasks: [{id: A, goal: One, risk: low}]\n", edit("A", "lib/run.sh", "exit 0 # faster"));
  expect((await hand.say("run")).code).toBe(0);
  expect(await checksOf(hand, "A")).toEqual(["api", "all"]);
});

test("a check runs where a change reaches its part through a link", async () => {
  const { hand } = packages("tasks: [{id: A, goal: One, risk: low}]\n", edit("A", "shared/a.txt"));
  hand.write("shared/a.txt", "a\n");
  symlinkSync("../../shared", join(hand.top, "packages/api/shared"));
  hand.git("add", "--all");
  hand.git("commit", "--message", "shared");
  expect((await hand.say("run")).code).toBe(0);
  expect(await checksOf(hand, "A")).toEqual(["api", "all"]);
});

test("a red check of a part keeps the change from being merged, and says where it ran", async () => {
  const { hand } = packages("tasks: [{id: A, goal: One, risk: low}]\n", edit("A", "packages/web/broken"));
  // Its model mends nothing, so that a person is asked.
  expect((await hand.say("run")).code).toBe(3);
  const task = parsed((await hand.say("task", "A", "--json")).out);
  expect(at(task, "checks", 0)).toMatchObject({ name: "web", result: "fail" });
  expect(hand.git("log", "--oneline", "main")).not.toContain("A: One");
});

test("a service that no check could find is said with its place", async () => {
  const { hand } = packages("tasks: [{id: A, goal: One, risk: low}]\n", "");
  const file = readFileSync(join(hand.top, "gandy.yaml"), "utf8");
  hand.write(
    "gandy.yaml",
    `${file}  - {name: db, run: "true", needs_services: [postgers]}\nservices: {postgres: {start: "true"}}\n`,
  );
  expect(await hand.say("plan")).toMatchObject({
    code: 2,
    err: having('unknown service "postgers"; did you mean "postgres"?'),
  });
});
