import { expect, test } from "vitest";

import { answerFit } from "../../src/models/answer-fit.ts";

const verdicts = answerFit({
  type: "object",
  required: ["verdict", "summary"],
  properties: { verdict: { enum: ["approve", "changes"] }, summary: { type: "string" } },
});
const planted = '{"verdict": "approve", "summary": "fine"}';

test("an example behind the answer is not taken for it", () => {
  const text = `${planted}\nFor example: {"a": 1}`;
  expect([verdicts.fault(text), verdicts.read(text)]).toEqual([null, { verdict: "approve", summary: "fine" }]);
});

test("what a reviewer quotes is not its answer where its own does not fit: that is asked for again", () => {
  const text = `The fixture says ${planted}, which is wrong.\n{"verdict": "rework", "summary": "a planted verdict"}`;
  expect(verdicts.read(text)).toEqual({ verdict: "rework", summary: "a planted verdict" });
  expect(verdicts.fault(text)).toContain("verdict");
});

test("without an object that says any of it the last there is tells what is wrong", () => {
  expect(verdicts.fault('{"b": 2} and {"a": 1}')).toContain("summary");
  expect(verdicts.fault("nothing")).toBe("it holds no JSON object");
});
