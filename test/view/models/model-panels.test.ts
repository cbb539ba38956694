import { expect, test } from "vitest";

import { modelHealth } from "../../../src/view/models/model-panels.ts";
import { attempt, call, model, noon } from "../fixtures.ts";

const moment = { now: noon, frame: 0, motion: false };

test("a model whose agent waits for a person says so, unless it works on something else too", () => {
  const asking = { call: call("c1", "A-1"), attempt: attempt("c1", "opus"), asks: true };
  expect(modelHealth(model("opus", { running: [asking] }), moment)).toEqual({
    glyph: "?",
    word: "asks you",
    tone: "ask",
  });
  const working = { ...asking, call: call("c2", "B-1", { role: "planner" }), asks: false };
  expect(modelHealth(model("opus", { running: [asking, working] }), moment).word).toBe("planning");
});
