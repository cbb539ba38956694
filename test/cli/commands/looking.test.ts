import { describe, expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import { among, at, having, oneTask, parsed, parsedLines, played, some } from "../played.ts";
import { atHand } from "../at-hand.ts";
import { until } from "../../until.ts";

describe("after a run", () => {
  test("every window shows it, to people and to scripts", async () => {
    const hand = played(
      'tasks:\n  - {id: A-1, goal: "Say \\e[31mhello", area: words}\n  - {id: B-1, goal: Say more, risk: low, approve: [merge]}\n',
      {
        rules:
          "  - {on: {task: A-1, role: code_reviewer, round: 1}, n: 1, answer: {verdict: changes, summary: no, findings: [{severity: major, file: readme.md, line: 1, text: greet louder}]}}\n  - {on: {task: B-1, role: implementer}, n: 1, error: {type: overloaded, message: busy, retry_after: 1ms}}\n",
      },
    );
    expect((await hand.say("run", "--plain")).code).toBe(3);

    const list = await hand.say("list-tasks");
    expect(list.out).toMatch(/A-1 +✓ done +Say hello/);
    const json = parsed((await hand.say("list", "--json", "--state", "Awaiting-Human,done")).out);
    expect(at(json, "v")).toBe(1);
    expect(at(json, "tasks", 0)).toMatchObject({
      id: "A-1",
      goal: "Say \u001b[31mhello",
      state: "DONE",
      derived: null,
      risk: "medium",
      area: "words",
      question: null,
    });
    expect(at(json, "tasks", 1)).toMatchObject({
      id: "B-1",
      state: "AWAITING_HUMAN",
      question: { kind: "merge", actions: among("approve") },
    });
    expect((await hand.say("list", "--area", "words", "--json")).out).not.toContain("B-1");
    expect((await hand.say("list", "--all")).out).toContain(hand.top);
    expect(at(parsed((await hand.say("list", "--all", "--json")).out), "tasks", 0, "id")).toBe("A-1");
    expect((await hand.say("list", "--state", "faild")).err).toContain('unknown state "faild"; did you mean "FAILED"?');

    expect((await hand.say("active")).out).toBe("nothing is running\nin the way: 1 task waits for you\n");
    expect(at(parsed((await hand.say("active", "--json")).out), "tasks")).toEqual([]);

    const summary = parsed((await hand.say("summary", "--json")).out);
    expect(summary).toMatchObject({
      v: 1,
      run: { state: "waiting", exitCode: 3 },
      tasks: { total: 2, done: 1, waiting: 1 },
      retries: 1,
      costUsd: 0,
    });
    expect((await hand.say()).out).toBe((await hand.say("summary")).out);

    const task = await hand.say("task", "A-1");
    expect(task.out).toMatch(/F1 major, closed readme.md:1: greet louder/);
    expect(task.out).toContain("Steps\n  S1 done");
    const detail = parsed((await hand.say("task", "A-1", "--json")).out);
    expect(detail).toMatchObject({
      v: 1,
      task: { id: "A-1" },
      steps: [{ id: "S1", state: "COMPLETED" }],
      findings: [{ id: "F1", state: "closed", round: 1 }],
    });
    expect((await hand.say("task", "A-1", "--diff")).out).toMatch(/^diff --git /);

    expect((await hand.say("why", "B-1")).out).toMatch(/\nwho does what:\n(?: .*\n)* {2}all of it, review: .+\n/);
    expect(at(parsed((await hand.say("why", "B-1", "--json")).out), "decisions", 0, "type")).toBe("route.decided");
    const log = parsedLines((await hand.say("log", "--json")).out);
    expect(log.filter((event) => at(event, "type") === "run.ended")).toHaveLength(1);
    expect((await hand.say("log", "B-1")).out).toMatch(/\[WARN\] \[ann\] B-1: .*overloaded/);

    const stats = parsed((await hand.say("stats", "--json")).out);
    expect(stats).toMatchObject({
      v: 1,
      errors: { overloaded: 1 },
      retries: { calls: 1, succeeded: 1 },
      tasks: { done: 1, failed: 0, neededPerson: 0.5 },
    });
    expect((await hand.say("stats")).out).toMatch(/^MODEL +ATTEMPTS/m);

    expect(await hand.say("models", "ann")).toMatchObject({ code: 2, err: having('"ann" (FILE) goes with --explain') });
  });
});

test("before a run everything says so, and shows what would be done", async () => {
  const hand = played(
    "tasks: [{id: A, goal: x, risk: low}, {id: B, goal: y, needs: [A]}, {id: C, goal: z, risk: low}]\n",
  );
  expect((await hand.say("list")).out).toContain(`${brand.bin} run takes over`);
  expect((await hand.say("summary")).out).toContain("nothing ran here yet");
  expect(parsed((await hand.say("summary", "--json")).out)).toEqual({ v: 1, run: null });
  expect((await hand.say("watch")).err).toContain("nothing ran here yet");
  expect((await hand.say("land")).err).toContain("nothing ran here yet");
  expect((await hand.say("stop")).out).toBe("nothing runs here\n");
  expect((await hand.say("resume")).err).toContain("there is no run to resume here");
  const plan = await hand.say("plan");
  expect(plan.out).toMatch(/^checks: none; nothing proves .*\nwave 1: A, C\nwave 2: B\ncritical path: A > B\n/);
  expect(plan.out).toMatch(/planning +ann +ann: 1st of models/);
  expect(parsed((await hand.say("plan", "--json")).out)).toMatchObject({
    v: 1,
    waves: [["A", "C"], ["B"]],
    criticalPath: ["A", "B"],
    costUsd: 0,
    calls: { least: some },
  });
  expect((await hand.say("list")).out).toContain("no tasks");
});

test("the plan says what a touched test costs", async () => {
  const hand = played(oneTask, { settings: "checks: [{name: quick, run: 'true'}]\n" });
  expect((await hand.say("plan")).out).toMatch(/touches tests.* twice: quick$/m);
  expect((await hand.say("run")).code).toBe(0);
  expect((await hand.say("plan")).out).toMatch(/touches tests.* twice: quick \(.+\)$/m);
  expect(parsed((await hand.say("plan", "--json")).out)).toMatchObject({ checks: [{ name: "quick", lastMs: some }] });
});

test("in a terminal without a run the program says what to do first", async () => {
  const hand = atHand({});
  const { out } = await hand.begin([], { terminal: true }).end;
  expect(out).toContain(`${brand.bin} demo`);
  hand.write("tasks.yaml", oneTask);
  expect((await hand.begin([], { terminal: true }).end).out).toContain(`${brand.bin} plan`);
});

test("the log is followed over runs until somebody leaves", async () => {
  const hand = played("tasks: [{id: A-1, goal: Say hello, risk: low, approve: [merge]}]\n");
  await hand.say("run");
  const following = hand.begin(["log", "--follow", "--json"]);
  await until("what was", () => following.out().includes("question.asked"));
  await hand.say("run", "--yes-to", "merge");
  await until("what is", () => following.out().includes("merge.done"));
  following.signal("SIGINT");
  const { code, out } = await following.end;
  expect(code).toBe(0);
  expect(parsedLines(out).filter((event) => at(event, "type") === "run.ended")).toHaveLength(2);
});

test("words for shells to complete", async () => {
  const hand = played(oneTask);
  await hand.say("run");
  expect((await hand.say("words", "task")).out).toBe("A-1\n");
  expect((await hand.say("words", "model")).out).toBe("ann\nbob\n");
  expect((await hand.say("words", "branch")).out).toContain(`${brand.integrationBranch}\n`);
});
