import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import { atHand } from "../at-hand.ts";
import { at, oneTask, parsed, parsedLines, played, some } from "../played.ts";
import { until } from "../../until.ts";

/** Numbered by themselves. */
const ofAccount: readonly string[] = ["budget.settled", "outcome.recorded"];

describe("a run in the foreground", () => {
  test("says what it is going to do, does it, and says how to go on", async () => {
    const hand = played(
      "tasks:\n  - {id: B, goal: Then this, needs: [A], risk: low}\n  - {id: A, goal: First this, risk: low}\n",
    );
    hand.write("scrap.txt", "not committed");
    const { code, out, err } = await hand.say("run");
    expect([code, err]).toEqual([0, ""]);
    expect(out).toContain(`2 tasks from main, merged into ${brand.integrationBranch}`);
    expect(out).toContain("1 uncommitted change in your checkout: models do not see them");
    expect(out).toContain("model ann (scripted), free");
    expect(out).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z \[INFO\] \[ann\] A: /m);
    expect(out.indexOf("A: merged into")).toBeLessThan(out.indexOf("B: works on"));
    expect(out).toContain("2 of 2 tasks done");
    expect(out).toContain(`git diff main...${brand.integrationBranch}`);
    expect(hand.git("log", "--format=%s", brand.integrationBranch)).toBe("B: Then this\nA: First this\nstart\n");
    expect((await hand.say("land")).out).toContain("2 tasks landed on main");
    expect(hand.git("log", "-1", "--format=%s", "main")).toBe("B: Then this\n");
    expect((await hand.say("land")).out).toContain(`main has all of ${brand.integrationBranch} already`);
  });

  test("its own files are not counted as changes that models do not see: they are read where they are", async () => {
    const hand = played(oneTask);
    hand.write("tasks.yaml", `${oneTask}# a word more\n`);
    hand.write(brand.settingsFile, `${readFileSync(join(hand.top, brand.settingsFile), "utf8")}# a word more\n`);
    expect((await hand.say("run")).out).not.toContain("uncommitted");
  });

  test("prints events and nothing else with --json; the last is the end", async () => {
    const hand = played(oneTask);
    const { code, out, err } = await hand.say("run", "--json");
    const events = parsedLines(out);
    expect(code).toBe(0);
    expect(err).toContain("1 task from main");
    expect(events.map((event) => at(event, "v"))).toEqual(events.map(() => 1));
    expect(events.slice(0, 2).map((event) => at(event, "type"))).toEqual(["run.started", "task.added"]);
    expect(at(events.at(-1), "type")).toBe("run.ended");
    expect(at(events.at(-1), "data")).toEqual({ exitCode: 0, summary: { total: 1, done: 1, failed: 0, open: 0 } });
    const seqs = events
      .filter((event) => !ofAccount.includes(String(at(event, "type"))))
      .map((event) => Number(at(event, "seq")));
    expect(seqs).toEqual(seqs.toSorted((a, b) => a - b));
  });

  test("writes its log for people and for log services, readable by nobody else", async () => {
    const hand = played(oneTask, { settings: "checks: [{name: test, run: 'true'}]\n", files: { "x.md": "x" } });
    hand.env["LOG_LEVEL"] = "debug";
    hand.env["SOME_TOKEN"] = "hello-hello";
    hand.write("tasks.yaml", 'tasks: [{id: A-1, goal: "Say *hello-hello* <b>", risk: low}]\n');
    const { out } = await hand.say("run", "--json");
    const folder = join(hand.home, "state", "runs", String(at(parsedLines(out)[0], "run")));
    const markdown = readFileSync(join(folder, "log.md"), "utf8");
    expect(markdown).toContain("| A\\-1 | done |".replace("\\-", "-"));
    expect(markdown).toContain("## A-1: Say \\*[redacted]\\* \\<b\\>");
    expect(markdown).toMatch(/check test passed/);
    expect(markdown).toMatch(/merged into/);
    const lines = parsedLines(readFileSync(join(folder, "log.ndjson"), "utf8"));
    expect(
      lines.some(
        (line) =>
          at(line, "level") === "debug" && at(line, "type") === "attempt.started" && at(line, "correlation") !== null,
      ),
    ).toBe(true);
    for (const file of ["log.md", "log.ndjson"]) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  test("1: a task failed", async () => {
    const hand = played(oneTask, {
      rules: "  - {on: {role: implementer}, error: {type: auth, message: who are you}}\n",
      settings: "budget: {on_limit: stop}\n",
    });
    const first = await hand.say("run");
    expect(first.code).toBe(3);
    expect(first.out).toContain("A-1: asks for a decision");
    expect((await hand.say("task", "A-1", "--abort")).out).toContain(`takes effect at the next \`${brand.bin} run\``);
    const { code, out } = await hand.say("run");
    expect(code).toBe(1);
    expect(out).toContain("1 failed");
  });

  test("2: nothing is started where a file has problems; all of them are told, sorted", async () => {
    const hand = atHand({});
    hand.write("tasks.yaml", "tasks:\n  - {id: A, goal: x, needs: [B]}\n  - {id: a, gaol: y}\n");
    hand.write(brand.settingsFile, "models: {m: {adapter: comand, argv: [x]}}\n");
    const { code, err, out } = await hand.say("run");
    expect([code, out]).toEqual([2, ""]);
    const lines = err.trim().split("\n");
    expect(lines).toHaveLength(5);
    expect(lines).toEqual(lines.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })));
    expect(lines).toContain('tasks.yaml:2:30: error: unknown need "B"; no task of this file has that id');
    for (const line of lines)
      expect(line).toMatch(new RegExp(`^(?:tasks.yaml|${brand.settingsFile}):\\d+:\\d+: error: `));
    expect(lines.filter((line) => line.startsWith(brand.settingsFile)).length).toBeGreaterThan(0);
    const json = await hand.say("run", "--json");
    expect([json.code, json.err, at(parsed(json.out), "v")]).toEqual([2, "", 1]);
    expect(at(parsed(json.out), "problems", 0)).toEqual({
      file: brand.settingsFile,
      line: 1,
      column: 23,
      code: "wrong_value",
      message: some,
      hint: 'did you mean "command"?',
    });
    expect((await hand.say("list")).out).toContain("no tasks");
  });

  test("2: not a repository, no backlog, no model", async () => {
    const nowhere = await atHand().say("run");
    expect([nowhere.code, nowhere.err]).toEqual([2, expect.stringContaining("git init")]);
    expect(nowhere.err).toContain("git add -A && git commit -m start");
    const hand = atHand({});
    expect((await hand.say("run")).err).toContain("there is no tasks.yaml here");
    expect((await hand.say("run", "other.yaml")).err).toContain("there is no other.yaml");
    hand.write("tasks.yaml", oneTask);
    const { code, err } = await hand.say("run");
    expect([code, err]).toEqual([
      2,
      `${brand.bin}: no model found; \`${brand.bin} demo\` shows it work, \`${brand.bin} init\` sets one up\n`,
    ]);
    hand.env["USE_MOCK_MODELS"] = "true";
  });

  test("3: only a question is left; --yes-to answers it, and --again does the task over", async () => {
    const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low, approve: [merge]}]\n");
    expect((await hand.say("run")).code).toBe(3);
    expect((await hand.say("run", "--yes-to", "merge")).code).toBe(0);
    const again = await hand.say("run", "--again", "a-1", "--yes-to", "merge");
    expect(again.code).toBe(0);
    expect(again.out).toContain("A-1: starts over");
    expect(hand.git("log", "--format=%s", brand.integrationBranch).match(/A-1/g)).toHaveLength(2);
  });

  test("130: a signal stops it at once, what was done is kept, and it goes on where it was", async () => {
    const hand = played(oneTask, { rules: "  - {on: {role: code_reviewer}, n: 1, delay: 700ms}\n" });
    const running = hand.begin(["run"]);
    await until("the review", () => running.out().includes("chosen for review"));
    running.signal("SIGINT");
    const { code, out } = await running.end;
    expect([code, out]).toEqual([130, expect.stringContaining(`go on:   ${brand.bin} run`)]);
    const next = await hand.say("resume");
    expect(next.code).toBe(0);
    expect(next.out).toContain("run resumed");
    expect(next.out).not.toContain("chosen for coding");
  });

  test("only the named tasks run", async () => {
    const hand = played("tasks: [{id: A, goal: x, risk: low}, {id: B, goal: y, risk: low}]\n");
    expect((await hand.say("run", "--task", "b")).code).toBe(0);
    expect((await hand.say("list", "--state", "done", "--json")).out).toMatch(/"id":"B"/);
    expect((await hand.say("list", "--state", "new", "--json")).out).toMatch(/"id":"A"/);
    expect((await hand.say("run", "--task", "C")).err).toContain('unknown task "C"');
  });
});

test("a backlog that changes while it is worked on is taken over; a bad one is told and the good one stays", async () => {
  const hand = played(oneTask, { rules: "  - {on: {role: code_reviewer}, n: 1, delay: 1500ms}\n" });
  const running = hand.begin(["run"]);
  await until("the review", () => running.out().includes("chosen for review"));
  hand.write("tasks.yaml", "tasks: [{id: A-1, goal: Say hello, risk: lo}]\n");
  await until("the problem", () => running.out().includes("the last good backlog stays: tasks.yaml:1:"));
  hand.write("tasks.yaml", "tasks: [{id: A-1, goal: Say hello, risk: low}, {id: A-2, goal: Say more, risk: low}]\n");
  const { code, out } = await running.end;
  expect(code).toBe(0);
  expect(out).toContain("A-2: added: Say more");
  expect(out).toContain("2 of 2 tasks done");
});

test("a task without a file, with the models that are there; what is left of it is resumed without the backlog", async () => {
  const hand = played(oneTask);
  const { code, out } = await hand.say("do", "Greet the reader", "--risk", "high", "--model", "bob");
  expect(code).toBe(3);
  expect(out).toContain("[bob] DO-1: chosen for coding");
  expect((await hand.say("do", "x", "--model", "bop")).err).toContain('unknown model "bop"; did you mean "bob"?');
  const resumed = await hand.say("resume", "--yes-to", "merge");
  expect(resumed.code).toBe(0);
  expect(resumed.out).toMatch(/^1 task from main/);
  expect((await hand.say("list", "--json")).out).not.toContain("A-1");
});
