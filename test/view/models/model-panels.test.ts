import { expect, test } from "vitest";

import { modelHealth, panelLines } from "../../../src/view/models/model-panels.ts";
import { lineText } from "../../../src/view/text/line.ts";
import { attempt, call, hold, model, noon, totals } from "../fixtures.ts";

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

const quiet = { text: "", tool: null, rates: [] };
const panel = (of: ReturnType<typeof model>): string =>
  panelLines(of, quiet, moment, 60, 4)
    .map((line) => lineText(line).trim())
    .join("\n");

test("a model at its first call is not said to have had none", () => {
  const running = [{ call: call("c1", "A-1"), attempt: attempt("c1", "opus"), asks: false }];
  expect(panel(model("opus", { totals: null }))).toContain("not called yet");
  expect(panel(model("opus", { totals: null, running }))).toContain("its first call");
  expect(panel(model("opus", { totals: null, running }))).not.toContain("not called yet");
  expect(panel(model("opus", { totals: totals("opus"), running }))).not.toContain("first call");
});

test("a hold whose end is past holds nothing, though the engine has not taken it away", () => {
  const word = (...untils: readonly (number | null)[]): string =>
    modelHealth(model("opus", { holds: untils.map((untilMs) => hold("opus", { untilMs })) }), moment).word;
  expect(word(noon - 20_000)).toBe("idle");
  expect(word(noon)).toBe("idle");
  expect(word(noon - 20_000, noon + 60_000)).toBe("held 1:00");
  expect(word(noon - 20_000, null)).toBe("held");
  expect(panel(model("opus", { holds: [hold("opus", { untilMs: noon - 1 })] }))).not.toContain("retry now");
});
