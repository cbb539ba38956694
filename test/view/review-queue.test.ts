import { expect, test } from "vitest";

import { lineText } from "../../src/view/line.ts";
import { questionHead } from "../../src/view/review-queue.ts";
import { finding, question, task, taskFacts } from "./fixtures.ts";

test("the head of a question names who wrote and who reviewed by its evidence, else by the task", () => {
  const facts = taskFacts(task("T-1", "Add a field", { state: "AWAITING_HUMAN", model: "gpt", risk: "low" }), {
    findings: [finding("F1", "too long", { reviewer: "opus" })],
  });
  const note = (evidence: Parameters<typeof question>[2]): string =>
    lineText(
      questionHead({ question: question("q", "T-1", evidence), answer: null }, facts, { index: 0, count: 1 }, 120).note,
    );
  expect(note({ kind: "plan", evidence: { planner: "sonnet", reviewer: "gpt" } })).toBe("sonnet wrote   gpt reviewed");
  expect(note({ kind: "plan", evidence: { planner: "sonnet" } })).toBe("sonnet wrote   opus reviewed");
  expect(note({ kind: "merge" })).toBe("gpt wrote   opus reviewed");
});
