import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { modes, stepStates, taskStates } from "../../src/domain/task.ts";
import { isKept, keptBody, keptOf, keptReview, keptText, sayMode, withSaidMode } from "../../src/policy/kept-keys.ts";
import { having } from "../cli/played.ts";
import { spec } from "./sample.ts";

const change = {
  id: "A",
  from: "three-loop",
  to: "adaptive",
  state: "IMPLEMENTING",
  isPart: false,
  hasParts: false,
  body: "three-loop",
  isPlanAgreed: true,
  steps: [],
} as const;
const steps = [
  { id: "S1", state: "COMPLETED" },
  { id: "S2", state: "CODE_REVIEW" },
] as const;

describe("what stays of a task whose mode is changed", () => {
  test.each([
    [{}, "nothing"],
    [{ to: "context-aware" }, "plan"],
    [{ to: "context-aware", isPlanAgreed: false }, "nothing"],
    [{ to: "two-loop" }, "nothing"],
    [{ from: "adaptive", body: "adaptive", to: "three-loop" }, "plan"],
    [{ from: "context-aware", body: "adaptive", to: "adaptive" }, "plan"],
    [{ from: "two-loop", body: "two-loop", to: "three-loop" }, "nothing"],
    [{ from: "context-aware", body: null, to: "three-loop" }, "nothing"],
    [{ steps }, "steps"],
    [{ to: "two-loop", steps }, "steps"],
  ] as const)("%o: %s", (more, kind) => {
    expect(keptOf({ ...change, ...more }).kind).toBe(kind);
  });

  test.each([
    [{ to: "three-loop" }, "done in three-loop already"],
    [{ state: "DONE" }, "changes nothing any more"],
    [{ isPart: true }, "a part of another task"],
    [{ hasParts: true }, "its parts are under way"],
    [{ hasParts: true, state: "FAILED" }, "--retry goes on with them"],
    [{ steps: [steps[0]] }, "is the same in every mode"],
  ] as const)("is refused with a sentence: %o", (more, words) => {
    expect(keptOf({ ...change, ...more })).toMatchObject({ kind: "refused", why: having(words) });
  });

  test("never loses a step that is done, and never keeps a key of one that is not", () => {
    const step = fc.record({ id: fc.constantFrom("S1", "S2", "S3"), state: fc.constantFrom(...stepStates) });
    fc.assert(
      fc.property(
        fc.record({
          from: fc.constantFrom(...modes),
          to: fc.constantFrom(...modes),
          state: fc.constantFrom(...taskStates),
          body: fc.constantFrom("two-loop" as const, "three-loop" as const, "adaptive" as const, null),
          isPlanAgreed: fc.boolean(),
          steps: fc.uniqueArray(step, { selector: ({ id }) => id }),
        }),
        (given) => {
          const kept = keptOf({ ...change, ...given });
          if (kept.kind === "refused") return;
          expect(keptText(kept)).not.toBe("");
          const done = given.steps.filter(({ state }) => state === "COMPLETED");
          const open = given.steps.find(({ state }) => state !== "COMPLETED");
          if (open === undefined || done.length === 0) return;
          for (const { id } of done) expect(isKept(kept)(`main/${id}/implement/1`)).toBe(true);
          expect(isKept(kept)(`main/${open.id}/implement/1`)).toBe(false);
        },
      ),
    );
  });

  test("says by what it goes on, and how its steps are reviewed", () => {
    const plan = ["main/start", "main/plan/1", "main/plan/1/review", "main/base/1", "main/steps"];
    expect(keptBody("two-loop", plan)).toBeNull();
    expect(keptBody("two-loop", [...plan, "main/S1/implement/1"])).toBe("three-loop");
    expect(keptBody("adaptive", [...plan, "main/S1/implement/1"])).toBe("adaptive");
    expect(keptBody("three-loop", ["main/plan/1", "road/1", "main/S1/implement/1"])).toBe("adaptive");
    expect(keptBody("two-loop", ["main/S1/implement/1"])).toBe("two-loop");
    expect(keptReview(["main/S1/implement/1", "main/S1/complete"])).toBe("task");
    expect(keptReview(["main/S1/implement/1", "main/S1/review/1"])).toBe("step");
    expect(keptReview(plan)).toBeNull();
  });
});

test("a mode that a person said stays until the file says another than it said then", () => {
  const before = sayMode(spec({ mode: "three-loop" }), "adaptive", "anna via task --mode");
  expect(withSaidMode(before, spec({ goal: "other", mode: "three-loop" }))).toMatchObject({
    goal: "other",
    mode: "adaptive",
    modeInstead: { file: "three-loop", by: "anna via task --mode" },
  });
  expect(withSaidMode(before, spec({ mode: "two-loop" })).mode).toBe("two-loop");
  expect(sayMode(before, "two-loop", "bob").modeInstead).toEqual({ file: "three-loop", by: "bob" });
  expect(sayMode(before, "three-loop", "bob")).not.toHaveProperty("modeInstead");
});
