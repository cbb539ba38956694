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
