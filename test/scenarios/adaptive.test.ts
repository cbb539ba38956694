import { expect, test } from "vitest";

import { brand } from "../../src/domain/brand.ts";
import type { Hand } from "../cli/at-hand.ts";
import { at, parsed, parsedLines, played } from "../cli/played.ts";

const tasks = "tasks:\n  - {id: A, goal: Do A, mode: adaptive}\n";

interface Stage {
  readonly steps: number;
  readonly checks?: readonly string[];
}

/** A planner's rule: stages with so many steps each. */
function roadmap(stages: readonly Stage[]): string {
  let n = 0;
  const written = stages.map(({ steps, checks = [] }, index) => ({
    id: `ST${index + 1}`,
    title: `Stage ${index + 1}`,
    goal: `Goal ${index + 1}`,
    files: [],
    needs: index === 0 ? [] : [`ST${index}`],
    checks,
    done_when: [`part ${index + 1} works`],
    steps: Array.from({ length: steps }, () => ({ id: "x", title: `Step ${(n += 1)}`, details: "", files: [] })),
  }));
  const answer = { summary: "In stages", facts: ["a fact"], unknown: [], guesses: [], stages: written, risks: [] };
  return `  - on: {role: planner}\n    answer: ${JSON.stringify(answer)}\n`;
}

async function events(hand: Hand, type: string): Promise<readonly unknown[]> {
  return parsedLines((await hand.say("log", "--json")).out).filter((line) => at(line, "type") === type);
}

const roles = async (hand: Hand): Promise<readonly unknown[]> =>
  (await events(hand, "call.started")).map((event) => at(event, "data", "role"));

test("six clean stages are worked on one after the other, and no supervisor is asked", async () => {
  const hand = played(tasks, { rules: roadmap([1, 2, 1, 1, 1, 1].map((steps) => ({ steps }))) });
  const run = await hand.say("run");
  expect([run.code, run.out]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
  const asked = await roles(hand);
  expect(asked.filter((role) => role === "supervisor")).toEqual([]);
  expect(asked.filter((role) => role === "implementer")).toHaveLength(7);
  expect(asked.filter((role) => role === "code_reviewer")).toHaveLength(6);
  const steps = at(parsed((await hand.say("task", "A", "--json")).out), "steps");
  expect(steps).toMatchObject(["S1", "S2", "S3", "S4", "S5", "S6", "S7"].map((id) => ({ id, state: "COMPLETED" })));
  expect(hand.git("log", "-1", "--format=%s", brand.integrationBranch)).toContain("A: Do A");
});

const write = (on: string, path: string): string =>
  `  - on: {role: implementer, ${on}}\n    edits: [{path: ${path}, write: "${on}"}]\n`;

test("a check that turned red two stages ago opens that stage again, with new steps, and no finished key is run again", async () => {
  const hand = played(tasks, {
    settings: "checks: [{name: unit, run: 'test ! -f broken.txt'}]\n",
    rules: [
      roadmap([{ steps: 1 }, { steps: 1 }, { steps: 1 }, { steps: 1, checks: ["unit", "none"] }]),
      write("stage: ST2, opening: 1", "broken.txt"),
      "  - on: {role: implementer, stage: ST2, opening: 2}\n    edits: [{path: broken.txt, delete: true}]\n",
    ].join(""),
  });
  const run = await hand.say("run");
  expect([run.code, run.out]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
  expect(await events(hand, "stage.regressed")).toMatchObject([{ data: { check: "unit", stage: "ST2" } }]);
  const moved = (await events(hand, "stage.moved")).map((event) => at(event, "data"));
  expect(moved.filter((data) => at(data, "stage") === "ST2")).toMatchObject([
    { opening: 1, to: "ACTIVE" },
    { opening: 1, to: "DONE" },
    { opening: 2, to: "ACTIVE" },
    { opening: 2, to: "DONE" },
  ]);
  const steps = at(parsed((await hand.say("task", "A", "--json")).out), "steps");
  expect(steps).toMatchObject(["S1", "S2", "S5", "S3", "S4"].map((id) => ({ id, state: "COMPLETED", rounds: 1 })));
  const revised = (await events(hand, "roadmap.revised")).map((event) => at(event, "data"));
  expect(revised).toMatchObject([
    { rev: 1, by: "ann" },
    { rev: 2, by: "rules", changes: [{ op: "reopen", stage: "ST2" }] },
  ]);
  expect((await roles(hand)).filter((role) => role === "supervisor")).toHaveLength(1);
  expect(hand.git("show", `${brand.integrationBranch}:readme.md`)).toContain("hello");
});

test("what a person goes on with is no longer looked for when something else turns red in the same check", async () => {
  const run = "grep -h . broken-* 2>/dev/null; ! ls broken-* >/dev/null 2>&1";
  const hand = played(tasks, {
    settings: `checks: [{name: unit, run: ${JSON.stringify(run)}, report: {pattern: "error: (.*)"}}]\n`,
    rules: [
      roadmap([
        { steps: 1, checks: ["unit"] },
        { steps: 1, checks: ["unit"] },
      ]),
      "  - on: {role: implementer, stage: ST1, opening: 1}\n    edits: [{path: broken-a, write: 'error: a'}]\n",
      "  - on: {role: implementer, stage: ST2, opening: 1}\n    edits: [{path: broken-b, write: 'error: b'}]\n",
      "  - on: {role: implementer, stage: ST2, opening: 2}\n    edits: [{path: broken-b, delete: true}]\n",
    ].join(""),
  });
  expect((await hand.say("run")).code).toBe(3);
  const asked = at(parsed((await hand.say("review", "--json")).out), "questions", 0, "text");
  expect(asked).toEqual(expect.stringContaining("it goes in a circle"));
  await hand.say("task", "A", "--approve");
  await hand.say("run");
  expect((await events(hand, "stage.regressed")).map((event) => at(event, "data"))).toMatchObject([
    { stage: "ST1", failures: ["a"] },
    { stage: "ST1", failures: ["a"] },
    { stage: "ST2", failures: ["b"] },
  ]);
});

const finding = (severity: string): string =>
  JSON.stringify({ verdict: "changes", summary: "no", findings: [{ severity, text: "it is wrong" }] });

test("findings that no fix settles go to the supervisor, whose new stage settles them", async () => {
  const changes = {
    changes: [
      {
        op: "add",
        into: { title: "Settle it", goal: "It is right", steps: [{ title: "Do it otherwise", details: "" }] },
        after: "ST1",
      },
    ],
    why: "It needs a part of its own",
  };
  const hand = played(tasks, {
    rules: [
      roadmap([{ steps: 1 }, { steps: 1 }]),
      `  - on: {role: code_reviewer, stage: ST1}\n    answer: ${finding("major")}\n`,
      `  - on: {role: supervisor}\n    answer: ${JSON.stringify(changes)}\n`,
    ].join(""),
  });
  const run = await hand.say("run");
  expect([run.code, run.out]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
  const order = (await events(hand, "stage.moved")).filter((event) => at(event, "data", "to") === "DONE");
  expect(order.map((event) => at(event, "data", "stage"))).toEqual(["ST1", "ST3", "ST2"]);
  const findings = at(parsed((await hand.say("task", "A", "--json")).out), "findings");
  expect(findings).toMatchObject([{ id: "F1", state: "closed" }]);
  expect((await roles(hand)).filter((role) => role === "supervisor")).toHaveLength(1);
});

test("a stage that took far more steps than it was thought to is a reason to ask again", async () => {
  const again = {
    op: "reopen",
    stage: "ST1",
    finding: "F1",
    steps: [{ title: "Take it apart" }, { title: "Put it together" }],
  };
  const hand = played(tasks, {
    rules: [
      roadmap([{ steps: 1 }, { steps: 1 }]),
      `  - on: {role: code_reviewer, stage: ST1, opening: 1}\n    answer: ${finding("major")}\n`,
      `  - on: {role: supervisor}\n    n: 1\n    answer: ${JSON.stringify({ changes: [again], why: "It is not right" })}\n`,
    ].join(""),
  });
  expect((await hand.say("run")).code).toBe(0);
  expect((await roles(hand)).filter((role) => role === "supervisor")).toHaveLength(2);
  expect((await hand.say("why", "A")).out).toContain("it took 3 steps, and was thought to take 1");
});

test("what the supervisor may not do is told it once, then a person decides, and their words become a step", async () => {
  const changes = { changes: [{ op: "skip", stage: "ST9", met_by: "ST1" }], why: "Not needed" };
  const hand = played(tasks, {
    rules: [
      roadmap([{ steps: 1 }, { steps: 1 }]),
      `  - on: {role: code_reviewer, stage: ST1, opening: 1}\n    answer: ${finding("blocker")}\n`,
      `  - on: {role: supervisor}\n    answer: ${JSON.stringify(changes)}\n`,
    ].join(""),
  });
  expect((await hand.say("run")).code).toBe(3);
  expect((await roles(hand)).filter((role) => role === "supervisor")).toHaveLength(2);
  const asked = at(parsed((await hand.say("review", "--json")).out), "questions");
  expect(asked).toMatchObject([{ reason: "roadmap", actions: ["approve", "request_changes", "abort"] }]);
  expect(at(asked, 0, "text")).toEqual(expect.stringContaining("There is no stage ST9"));
  await hand.say("task", "A", "--request-changes", "Do it like this");
  const run = await hand.say("run");
  expect([run.code, run.out]).toEqual([0, expect.stringContaining("1 of 1 task done")]);
  const steps = at(parsed((await hand.say("task", "A", "--json")).out), "steps");
  expect(steps).toMatchObject(["S1", "S3", "S2"].map((id) => ({ id, state: "COMPLETED" })));
});

test("what only a person may let be is said in words, and settles what is open once they approve", async () => {
  const steps = Array.from({ length: 5 }, (_, n) => ({ title: `Bit ${n}`, details: "" }));
  const changes = {
    changes: [{ op: "add", into: { title: "Settle it", goal: "Right", steps }, after: "ST1" }],
    why: "More",
  };
  const hand = played(tasks, {
    rules: [
      roadmap([{ steps: 1 }, { steps: 1 }]),
      `  - on: {role: code_reviewer, stage: ST1}\n    answer: ${finding("blocker")}\n`,
      `  - on: {role: supervisor}\n    answer: ${JSON.stringify(changes)}\n`,
    ].join(""),
  });
  expect((await hand.say("run")).code).toBe(3);
  const asked = at(parsed((await hand.say("review", "--json")).out), "questions");
  expect(asked).toMatchObject([{ actions: ["approve", "keep", "request_changes", "abort"] }]);
  expect(at(asked, 0, "text")).toContain("6 steps would be open");
  expect(at(asked, 0, "text")).toContain("added after ST1: Settle it");
  await hand.say("task", "A", "--approve");
  expect((await hand.say("run")).code).toBe(0);
  const shown = parsed((await hand.say("task", "A", "--json")).out);
  expect(at(shown, "findings")).toMatchObject([{ id: "F1", state: "closed" }]);
  expect(at(shown, "roadmap", "stages")).toMatchObject([
    { id: "ST1" },
    { id: "ST3", title: "Settle it" },
    { id: "ST2" },
  ]);
});

test("a task goes back to where a stage was opened, and no further", async () => {
  const hand = played(tasks, {
    rules: [
      roadmap([{ steps: 1 }, { steps: 1 }, { steps: 1 }]),
      `  - on: {role: code_reviewer, stage: ST2, opening: 1}\n    answer: ${finding("blocker")}\n`,
    ].join(""),
  });
  expect((await hand.say("run")).code).toBe(3);
  const beyond = await hand.say("rewind", "A", "--to", "ST3");
  expect([beyond.code, beyond.err]).toEqual([2, expect.stringContaining("it has plan, ST1, ST2, S1")]);
  expect((await hand.say("rewind", "A", "--to", "st2")).out).toContain("A starts over from ST2");
  expect((await hand.say("run")).code).toBe(3);
  const keys = (await events(hand, "call.started")).map((event) => String(at(event, "data", "key")));
  expect(keys.filter((key) => key.startsWith("g2/") && key.endsWith("implement/1"))).toEqual([
    "g2/main/S2/implement/1",
  ]);
  const stages = at(parsed((await hand.say("task", "A", "--json")).out), "roadmap", "stages");
  expect(stages).toMatchObject([{ state: "DONE" }, { state: "DONE", opening: 1 }, { state: "PENDING" }]);
});
