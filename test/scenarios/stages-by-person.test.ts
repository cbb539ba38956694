import { expect, test } from "vitest";

import { among, at, having, parsed, parsedLines, played } from "../cli/played.ts";

const stages = ["Read", "Write", "Tell"].map((title, index) => ({
  id: `ST${index + 1}`,
  title,
  goal: `It can ${title.toLowerCase()}`,
  files: [],
  needs: index === 0 ? [] : [`ST${index}`],
  checks: [],
  done_when: [],
  steps: [{ id: "x", title: `${title} it`, details: "", files: [] }],
}));
const answer = (value: unknown): string => `    answer: ${JSON.stringify(value)}\n`;
const wrong = { verdict: "changes", summary: "no", findings: [{ severity: "blocker", text: "it is wrong" }] };

/** A task that asks a person after its first stage, which leaves a blocker, as its supervisor proposes what cannot be. */
const halted = () =>
  played("tasks:\n  - {id: A, goal: Do A, mode: adaptive}\n  - {id: B, goal: Do B, mode: two-loop}\n", {
    rules: [
      `  - on: {role: planner}\n${answer({ summary: "Reading first", facts: ["It is text"], unknown: [], guesses: [], stages, risks: [] })}`,
      `  - on: {role: code_reviewer, stage: ST1, opening: 1}\n${answer(wrong)}`,
      `  - on: {role: supervisor}\n${answer({ changes: [{ op: "skip", stage: "ST9", met_by: "ST1" }], why: "Not needed" })}`,
    ].join(""),
  });

test("a person skips a stage and opens another again while the task waits, and every face says so", async () => {
  const hand = halted();
  expect((await hand.say("run")).code).toBe(3);
  const refused = async (...args: readonly string[]): Promise<unknown> => {
    const said = await hand.say("task", ...args);
    return [said.code, said.err];
  };
  expect(await refused("A", "--skip", "ST9")).toEqual([2, having("There is no stage ST9: there are ST1, ST2, ST3")]);
  expect(await refused("A", "--skip", "st1")).toEqual([2, having("ST1 has begun, so it cannot be skipped")]);
  expect(await refused("A", "--reopen", "ST2", "--because", "x")).toEqual([2, having("ST2 is not done")]);
  expect(await refused("A", "--reopen", "ST1")).toEqual([2, having("because")]);
  expect(await refused("B", "--skip", "ST1")).toEqual([2, having("B is DONE already")]);

  expect(await hand.say("task", "A", "--skip", "ST3")).toMatchObject({ code: 0, out: having("A skips ST3 when") });
  expect((await hand.say("task", "A", "--skip", "st3")).out).toContain("A skips ST3 when");
  await hand.say("task", "A", "--reopen", "ST1", "--because", "It drops the last line");
  await hand.say("task", "A", "--approve");
  const run = await hand.say("run");
  expect([run.code, run.out]).toEqual([0, having("2 of 2 tasks done")]);

  const shown = parsed((await hand.say("task", "A", "--json")).out);
  expect(at(shown, "task")).toMatchObject({ state: "DONE", stage: { id: "ST2", index: 2, count: 2 } });
  expect(at(shown, "roadmap")).toMatchObject({
    rev: 3,
    facts: ["It is text"],
    stages: [
      { id: "ST1", state: "DONE", opening: 2, place: 1, steps: ["S1", "S4"] },
      { id: "ST2", state: "DONE", opening: 1, place: 2, steps: ["S2"] },
      { id: "ST3", state: "SKIPPED", opening: 0, place: 3, steps: ["S3"] },
    ],
    revisions: [
      { by: "ann", why: "Reading first", changes: [] },
      { changes: [{ op: "skip", stage: "ST3" }] },
      { why: "It drops the last line", changes: [{ op: "reopen", stage: "ST1" }] },
    ],
  });
  const { out } = await hand.say("task", "A");
  expect(out).toContain("ST1 done  Read  (opening 2: It drops the last line)");
  expect(out).toMatch(/ST3 skipped {2}Tell {2}\(skipped: not needed\)\n +S3 skipped {2}Tell it\n/);
  expect(out).toMatch(/\n +2 by \S+ via task --skip\n/);
  const why = (await hand.say("why", "A")).out;
  expect(why).toMatch(
    /\nstages +ST1 "Read", opening 2: It drops the last line\n +ST2 ".+", needs ST1\n +ST3 "Tell", needs ST2, skipped: not needed\nroadmap +1 by ann: Reading first\n/,
  );
  expect(why).toContain("- ST1 opened again: It drops the last line");
  expect(why).toMatch(/\nsupervisor +(ann|bob) was asked after ST1, as F1 is open/);
  expect(why).toContain("not asked after ST1 (opening 2), ST2, as nothing called for it");
  expect(why).toMatch(/\n {2}S1 ".+", S4 ".+", coding: (ann|bob), /);
  expect(why).not.toMatch(/g1\/|\/implement\/|chosen/);
  expect(at(parsed((await hand.say("why", "A", "--json")).out), "supervised")).toMatchObject([
    { after: "ST1", reasons: among("F1 is open") },
    { after: "ST1.2", model: null },
    { after: "ST2", model: null },
  ]);
  const events = parsedLines((await hand.say("log", "--json")).out);
  const lines = events.map((line) => at(line, "type"));
  expect((await hand.say("log", "A")).out).not.toContain("is not done: ST3");
  expect(lines).toEqual(expect.arrayContaining(["roadmap.revised", "stage.moved"]));
});
