import { expect, test } from "vitest";

import type { Question } from "../../../src/domain/question.ts";
import { lineText } from "../../../src/view/text/line.ts";
import { reviewPage } from "../../../src/view/screen/pages.ts";
import { factLines, questionHead, requestText } from "../../../src/view/review/review-queue.ts";
import { taskWorld } from "../../../src/view/tasks/derived.ts";
import { overviewLines } from "../../../src/view/tasks/task-detail.ts";
import { entryOf } from "../../../src/view/tasks/task-entry.ts";
import { finding, noon, question, task, taskFacts, tasksSnapshot } from "../fixtures.ts";
import { Person } from "../person.ts";
import { storySource } from "../story.ts";

test("the head of a question names who wrote and who reviewed by its evidence, else by the task", () => {
  const facts = taskFacts(task("T-1", "Add a field", { state: "AWAITING_HUMAN", model: "gpt", risk: "low" }), {
    findings: [finding("F1", "too long", { reviewer: "opus" })],
  });
  const note = (evidence: Parameters<typeof question>[2]): string =>
    lineText(
      questionHead({ question: question("q", "T-1", evidence), answer: null }, facts, { index: 0, count: 1 }, 120).note,
    );
  expect(note({ kind: "plan", evidence: { planner: "sonnet", reviewer: "gpt" } })).toBe(
    "sonnet planned   gpt reviewed",
  );
  expect(note({ kind: "plan", evidence: { planner: "sonnet" } })).toBe("sonnet planned   opus reviewed");
  expect(note({ kind: "merge" })).toBe("gpt wrote   opus reviewed");
  expect(note({ kind: "other", reason: "models" })).toContain("gpt was asked");
});

test("what was asked for in the round before stands over the question, shorter where there is little room", () => {
  const at = (columns: number, rows: number) => {
    const anna = new Person(storySource(), { view: "review" }, { columns, rows }).press("J");
    const page = reviewPage(anna.ui, anna.world);
    if (page === null) throw new Error("no page");
    return page;
  };
  expect(at(140, 45).request).toEqual([
    "you asked 9m ago: Keep reading the old header for one release, and say in the plan how it goes away. The tests come first.",
  ]);
  expect(at(80, 24).request).toEqual(["you asked 9m ago: Keep reading the old header for one release, and say in …"]);
  expect(at(60, 16).request).toEqual([]);
  const facts = at(60, 16);
  expect(facts.layout.question.height).toBeGreaterThan(1);
  const anna = new Person(storySource(), { view: "review" }).press("J", "left");
  const text = Array.from({ length: 6 }, (_, row) =>
    lineText(reviewPage(anna.ui, anna.world)?.content.line(row) ?? []),
  );
  expect(text.join("\n")).toMatch(/you asked +Keep reading .*\n +The tests come first\.\n +\(.*, anna via screen\)/s);
});

test("what was written on a line is told apart from the words before it", () => {
  const request = { kind: "merge", text: "Once more, please\nsrc/a.ts:4: Too long", by: "x", at: noon } as const;
  expect(requestText(request, noon, { columns: 80, rows: 1 })).toEqual([
    "you asked 0s ago: Once more, please · src/a.ts:4: Too long",
  ]);
});

test("a hostile request stays on its lines and hides nothing", () => {
  const request = { kind: "plan", text: "a\n\u001b[2Jb\u202ec", by: "x", at: noon } as const;
  expect(requestText(request, noon, { columns: 80, rows: 2 }).join("|")).not.toMatch(/[\u001b\u202e\n]/);
  expect(requestText(null, noon, { columns: 80, rows: 2 })).toEqual([]);
  expect(requestText({ ...request, text: "word ".repeat(500) }, noon, { columns: 40, rows: 2 })).toHaveLength(2);
});

test("what it goes on with is said in the words of the screen", () => {
  const asked = question("q", "T-1", { kind: "approval", returnState: "IMPLEMENTING" });
  const lines = factLines({ question: asked, answer: null }, null, noon, 80).map(lineText);
  expect(lines).toContainEqual(expect.stringMatching(/^after it +coding$/));
});

test("beside the list stands what a change would be, the beginning of a long one", () => {
  const row = task("T-1", "Add a field", { state: "AWAITING_HUMAN" });
  const entry = entryOf(row, taskWorld([row], null, tasksSnapshot([row])));
  const moment = { now: noon, frame: 0, motion: false };
  const shown = (evidence: Question["evidence"]): string =>
    overviewLines(
      entry,
      null,
      { question: question("q", "T-1", { kind: "approval", evidence }), answer: null },
      moment,
      40,
    )
      .map(lineText)
      .join("\n");
  const short = shown({ tool: "write", diff: "src/a.js\n+x\u001b[2J" });
  expect(short).toContain("  | src/a.js\n  | +x");
  expect(short).not.toMatch(/\u001b|the review has/);
  const long = shown({ tool: "write", diff: `src/a.js${"\n+x".repeat(50)}` });
  expect(long.match(/\| \+x/g)).toHaveLength(7);
  expect(long).toContain("  | … the review has all of it");
  expect(shown({ command: "make" })).not.toContain("|");
});

test("nothing of what is asked for is left out, however many lines it has", () => {
  const command = `make${"\n".repeat(200)}rm -rf build ${"x".repeat(10_000)}`;
  const asked = question("q", "T-1", { kind: "approval", evidence: { command } });
  const lines = factLines({ question: asked, answer: null }, null, noon, 80).map(lineText);
  expect(lines.some((line) => line.includes("rm -rf build"))).toBe(true);
  expect(lines.join("").match(/x{2,}/g)?.join("").length).toBe(10_000);
});

test("what one cause made several tasks ask is asked once, and one answer is for all", () => {
  const text = (id: string): string => `${id} cannot be checked: the service db, which test needs, does not stand.`;
  const questions = ["A-1", "A-2", "B-7"].map((id) => ({
    question: question(`q-${id}`, id, {
      kind: "gate",
      reason: "environment",
      text: text(id),
      actions: ["retry", "keep", "abort"],
    }),
    answer: null,
  }));
  const own = { question: question("q-own", "C-1"), answer: null };
  const source = storySource().set("review", "", { questions: [...questions, own] });
  const anna = new Person(source, { view: "review" });
  const page = reviewPage(anna.ui, anna.world);
  expect(page?.open.map((one) => [one.question.task, page.alike(one)])).toEqual([
    ["A-1", 3],
    ["C-1", 1],
  ]);
  expect(page?.head.map(lineText).join("\n")).toContain("A-2, B-7 ask the same: one answer is for all");
  anna.press("o");
  expect(anna.sent).toMatchObject(["A-1", "A-2", "B-7"].map((id) => ({ kind: "answer", task: id, action: "keep" })));
  expect(anna.ui.review.question).toBe("q-own");
});
