import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { toJson, type Json } from "../../../src/domain/json.ts";
import { actions, questionKinds, type Action, type QuestionKind } from "../../../src/domain/question.ts";
import { evidenceFacts, readable } from "../../../src/view/review/evidence-words.ts";
import { questionRows } from "../../../src/view/layout/view-layouts.ts";
import { questionHeadLines, questionLines } from "../../../src/view/review/question-lines.ts";
import { consequenceOf, meaningOfQuestion, ruleOf } from "../../../src/view/review/question-words.ts";
import { reviewSections } from "../../../src/view/review/review-queue.ts";
import { lineText } from "../../../src/view/text/line.ts";
import { check, question, task, taskFacts } from "../fixtures.ts";

describe("every kind of question", () => {
  test.each(questionKinds)("%s says what it means, and what each answer leads to", (kind) => {
    const asked = question("q", "T-1", { kind, reason: "whatever", actions: [...actions] });
    expect(meaningOfQuestion(asked)).toMatch(/\w+ \w+/);
    for (const action of actions) expect(consequenceOf(action, asked)).toMatch(/\w+ \w+/);
    const text = questionLines(asked, null, 100).map(lineText).join("\n");
    expect(text).toContain("what     May this be merged?");
    expect(text.split("\n").length).toBeGreaterThanOrEqual(actions.length + 2);
  });
});

test("a yes says what becomes of it here", () => {
  const evidence = { into: "gandy/integration", raiseMicros: 2_000_000, budget: "run:1" };
  const says = (kind: "merge" | "budget" | "plan", reason = "approval"): string =>
    consequenceOf("approve", question("q", "T-1", { kind, reason, evidence }));
  expect(says("merge")).toBe("it is merged into gandy/integration");
  expect(says("budget", "budget")).toBe("the budget is raised by $2.00 for all tasks");
  expect(says("plan")).toBe("work begins by this plan");
  expect(consequenceOf("abort", question("q", "T-1", { kind: "setup", reason: "setup_failed" }))).toBe(
    "the run stops; nothing is lost",
  );
});

test("an answer says what the engine makes of it, also where that is rare", () => {
  const says = (action: Action, kind: QuestionKind, reason: string, evidence: Record<string, Json> = {}): string =>
    consequenceOf(action, question("q", "T-1", { kind, reason, evidence }));
  expect(says("approve", "budget", "budget", { grantMicros: 1_500_000 })).toBe("this task may spend $1.50 more");
  expect(says("abort", "budget", "budget", { budget: "run:1", raiseMicros: 1 })).toContain("another task asks");
  expect(says("approve", "merge", "approval", { branch: "gandy/T-1" })).toBe(
    "it is done on gandy/T-1, which you merge yourself",
  );
  expect(says("retry", "other", "error", { worktree: "gone" })).toContain("worktree is made again");
  expect(says("retry", "other", "error", {})).toContain("from where it was");
  expect(says("retry", "conflict", "again")).toContain("a model resolves it");
  expect(says("retry", "conflict", "needs")).not.toContain("model");
});

test("a merge says by which rule it asks", () => {
  const asked = (why: readonly string[], risk = "high") => question("q", "T-1", { evidence: { why: [...why], risk } });
  expect(ruleOf(asked([]), { approve: ["merge"], risk: "high" })).toBe("its risk is high");
  expect(ruleOf(asked([], "low"), { approve: ["merge"], risk: "low" })).toBe("the task says approve: [merge]");
  expect(ruleOf(asked(["changes test/a.ts, which no check judges"]), { approve: [], risk: "low" })).toBe(
    "changes test/a.ts, which no check judges",
  );
});

test("a check that is why is seen first, and what proves it stands with its numbers", () => {
  const row = task("T-1", "Add a field", {
    state: "AWAITING_HUMAN",
    author: "gpt",
    reviewer: "opus",
    spec: { details: "With a default." },
  });
  const facts = taskFacts(row, { checks: [check("lint", "pass"), check("test", "fail", { newFailures: ["a", "b"] })] });
  const asked = question("q", "T-1");
  expect(reviewSections(asked, facts, { state: "ready", text: "", note: null }).first).toBe("checks");
  const head = questionHeadLines({ question: asked, answer: null }, facts, { columns: 100, rows: 14 }).map(lineText);
  expect(head).toContain("proof    1 of 2 checks not green: test, 2 new failures; opus reviewed, nothing open");
  expect(head).toContain("task     With a default.");
});

test("a check that was red before the work says nothing of it: the change is seen first", () => {
  const row = task("T-1", "Add a field", { state: "AWAITING_HUMAN", reviewer: "opus" });
  const facts = taskFacts(row, { checks: [check("lint", "known"), check("test", "pass")] });
  const asked = question("q", "T-1", { kind: "merge" });
  expect(reviewSections(asked, facts, { state: "ready", text: "", note: null }).first).toBe("diff");
  const head = questionHeadLines({ question: asked, answer: null }, facts, { columns: 100, rows: 14 }).map(lineText);
  expect(head.join("\n")).toContain("1 of 2 checks green, red before the work too: lint");
});

test("with few rows each part keeps its first line", () => {
  const row = task("T-1", "Add a field", { state: "AWAITING_HUMAN", spec: { details: "word ".repeat(90) } });
  const asked = question("q", "T-1", { text: "long ".repeat(90) });
  for (let rows = 1; rows < 20; rows += 1) {
    const head = questionHeadLines({ question: asked, answer: null }, taskFacts(row), { columns: 60, rows });
    expect(head.length).toBeLessThanOrEqual(rows);
    if (rows >= 4)
      expect(head.map((line) => lineText(line).slice(0, 9).trim()).filter((label) => label !== "")).toContain("task");
  }
});

test("on a usual terminal the head leaves most rows to the evidence, and names each key with what it leads to", () => {
  const row = task("T-1", "Add a field", { state: "AWAITING_HUMAN", spec: { details: "word ".repeat(90) } });
  const asked = question("q", "T-1", { text: "It may go to the branch.", actions: ["approve", "reject", "abort"] });
  const size = { columns: 140, rows: 40 };
  expect(questionRows(size)).toBeLessThanOrEqual(size.rows / 5);
  const head = questionHeadLines({ question: asked, answer: null }, taskFacts(row), {
    columns: size.columns,
    rows: questionRows(size),
  }).map(lineText);
  expect(head.join("\n")).toMatch(/keys +a approve: .+ · x reject: .+ · X abort: .+/);
  expect(head.join("\n")).toContain("task     word word");
});

test("what others wrote stands in rows of its own", () => {
  const row = task("T-1", "Add a field", { state: "AWAITING_HUMAN", spec: { details: "Small." } });
  const asked = question("q", "T-1", { text: "Fine   means    all is well" });
  const [first, second] = questionHeadLines({ question: asked, answer: null }, taskFacts(row), {
    columns: 140,
    rows: 7,
  }).map(lineText);
  expect(first).toBe("what     Fine   means    all is well");
  expect(second).toMatch(/^means {4}/);
});

/** Names of the evidence that the sources give their questions. */
const givenNames = (): readonly string[] => {
  const root = join(import.meta.dirname, "../../..");
  const files = ["src/engine/task", "src/engine/attempt", "src/pipeline"].flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => readFileSync(join(root, folder, name), "utf8")),
  );
  return files.flatMap((text) =>
    [...text.matchAll(/^ +evidence: \{\n?([^]*?)^ {2,8}\},$/gm)].flatMap(([, body = ""]) =>
      [...body.matchAll(/^ {6,10}(\w+)[:,]/gm)].flatMap(([, name = ""]) => [name]),
    ),
  );
};

describe("facts are words", () => {
  test("every field that the sources give has a label and a text without JSON", () => {
    const names = givenNames();
    expect(names).toEqual(expect.arrayContaining(["risk", "round", "worktree", "why", "reviewer"]));
    for (const name of names) {
      const [fact] = evidenceFacts({ [name]: [{ id: "F1", aName: [1, 2], text: "so" }] });
      expect(fact?.label).toMatch(/^[a-z]/);
      expect(fact?.text).not.toMatch(/[{}"[\]]/);
    }
  });

  test("what nobody knows is readable key by key", () => {
    expect(readable({ a_name: { twoWords: [1, "b"], no: null }, yes: true })).toBe(
      "a name:\n  two words: 1, b\n  no: -\nyes: yes",
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = readable(toJson(value));
        expect(typeof text).toBe("string");
        expect(text).not.toContain("[object");
      }),
    );
  });

  test("commits are short, money is money, and what is not said is left out", () => {
    const facts = evidenceFacts({ from: "1a2b3c4d5e6f7a8b9c", wantedMicros: 1_500_000, step: null, proof: "none" });
    expect(facts).toEqual([
      { label: "proof", text: "no check proves it" },
      { label: "next call wants", text: "$1.50" },
      { label: "from commit", text: "1a2b3c4d5e6f" },
    ]);
  });
});
