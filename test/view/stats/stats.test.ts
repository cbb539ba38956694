import { describe, expect, test } from "vitest";

import { burnOf } from "../../../src/view/stats/burn.ts";
import { attemptFigures, firstPass } from "../../../src/view/stats/figures.ts";
import { ganttRow, tasksInOrder } from "../../../src/view/stats/gantt.ts";
import { statsContent, type StatsFacts } from "../../../src/view/stats/stats-lines.ts";
import { lineText, lineWidth, type Line } from "../../../src/view/text/line.ts";
import { toAscii } from "../../../src/view/text/state-styles.ts";
import { did } from "./did.ts";
import { minute, model, noon, run, runSnapshot, task, usd } from "../fixtures.ts";

describe("what was spent", () => {
  const burn = (more: Partial<Parameters<typeof burnOf>[0]> = {}) =>
    burnOf(
      {
        attempts: [did(0), did(1), did(2)],
        from: noon,
        now: noon + 3 * minute,
        doneAt: noon + 6 * minute,
        totalMicros: 3_000_000,
        capMicros: 5_000_000,
        ...more,
      },
      12,
    );

  test("adds up to what the run cost, and goes on at its pace to when it will be done", () => {
    const { spent, projectedMicros, capAt } = burn();
    expect(spent).toHaveLength(6);
    expect(spent.at(-1)).toBe(3_000_000);
    expect(spent.every((micros, index) => micros >= (spent[index - 1] ?? 0))).toBe(true);
    expect(projectedMicros).toBeCloseTo(6_000_000, -3);
    expect(capAt).toBeCloseTo(noon + 5 * minute, -3);
  });

  test("before the calls that are looked at was spent before them", () => {
    expect(burn({ totalMicros: 9_000_000 }).spent[0]).toBeGreaterThanOrEqual(6_000_000);
  });

  test("of a run that is over there is nothing to come", () => {
    expect(burn({ doneAt: null })).toMatchObject({ projectedMicros: null, capAt: null });
    expect(burn({ doneAt: null }).spent).toHaveLength(12);
  });
});

test("a model is told by its calls: failures, tries, how long and how fast", () => {
  const failure = { type: "api", reason: null, message: "500", retryable: true, retryAfterMs: null, resetAtMs: null };
  const figures = attemptFigures([
    did(0),
    did(1, { durationMs: 3 * minute }),
    did(2, { outcome: "error", failure: { ...failure, type: "api" }, durationMs: 9 }),
    did(3, { attempt: 2, outcome: "cancelled" }),
  ]);
  expect(figures).toMatchObject({ attempts: 4, failed: 1, retried: 1, p50Ms: minute, p95Ms: 3 * minute });
  expect(figures.tokensPerS).toBeCloseTo(50);
  expect(figures.lastFailed?.failure?.message).toBe("500");
});

test("work that was sent back is no first pass, and what nobody reviewed does not count", () => {
  const attempts = [
    did(0),
    did(1, { role: "code_reviewer" }),
    did(2, { task: "B" }),
    did(3, { task: "B", role: "code_reviewer" }),
    did(4, { task: "B", round: 2 }),
    did(5, { task: "C" }),
  ];
  expect(firstPass({ attempts, cut: false, questions: [] })).toEqual({ passed: 1, reviewed: 2 });
  expect(firstPass({ attempts: [did(0)], cut: false, questions: [] })).toBeNull();
});

test("a task's row says what happened when, also that it waited for a person", () => {
  const attempts = [did(0, { role: "planner" }), did(2), did(4, { role: "code_reviewer" }), did(5, { task: "B" })];
  const questions = [{ task: "A", kind: "merge" as const, askedAt: noon + 6 * minute, answeredAt: null }];
  const range = { from: noon, to: noon + 10 * minute };
  const rows = tasksInOrder({ attempts, cut: false, questions }).map((one) => ganttRow(one, range, 10));
  expect(rows.map(({ task: id }) => id)).toEqual(["A", "B"]);
  expect(rows[0]?.spans).toEqual(["plan", "plan", "work", "work", "review", "review", "ask", "ask", "ask", "ask"]);
  expect(rows[1]?.spans.filter((kind) => kind !== "none")).toEqual(["work", "work"]);
});

const statsLines = (facts: StatsFacts, size: { readonly width: number; readonly height: number }): readonly Line[] => {
  const content = statsContent(facts, size);
  return Array.from({ length: content.count }, (_, index) => content.line(index));
};

const facts = {
  run: runSnapshot({
    run: run({ startedAt: noon }),
    cost: usd(2),
    capMicros: 10_000_000,
    doneAt: { from: noon + 20 * minute, to: noon + 30 * minute },
  }),
  rows: [task("A", "One", { state: "DONE", proof: null }), task("B", "Two\x1b[2J", {})],
  models: [model("opus"), model("gpt")],
  stands: false,
  activity: {
    attempts: [did(0), did(1, { task: "evil\x1b[31m", model: "gpt", costMicros: null })],
    cut: false,
    questions: [],
    windows: [],
    at: noon + 10 * minute,
  },
};

describe.each([
  { width: 60, height: 12 },
  { width: 136, height: 40 },
])("at $width columns", (size) => {
  const lines = statsLines(facts, size).map(lineText);
  const text = lines.join("\n");

  test("each chart has its figures as words", () => {
    for (const words of ["$2.00 of $10.00, 20 %", "done at", "opus", "P95", "1 unproven", "planning"])
      expect(text).toContain(words);
  });

  test("no line is too wide, hostile names stay names, and signs of ours have an ASCII form", () => {
    for (const line of statsLines(facts, size)) expect(lineWidth(line)).toBeLessThanOrEqual(size.width);
    expect(text).not.toContain("\x1b");
    expect(toAscii(text)).toMatch(/^[\x20-\x7e\n]*$/);
  });
});

test("where nothing goes on before a person does something, no time of the end is told", () => {
  const said = (stands: boolean): string =>
    statsLines({ ...facts, stands }, { width: 136, height: 40 })
      .map(lineText)
      .find((line) => line.includes("done at")) ?? "";
  expect(said(false)).toMatch(/done at +between 12:20 and 12:30/);
  expect(said(true)).toMatch(/done at +not before you let it go on; then it takes /);
  expect(said(true)).not.toMatch(/\d\d:\d\d/);
});

test("where nothing was paid and nothing may be there is no chart of it", () => {
  const unpaid = { ...facts, run: runSnapshot({ run: run({ startedAt: noon }), cost: usd(0), capMicros: null }) };
  const activity = { ...facts.activity, attempts: [did(0, { costMicros: 0 })] };
  const [, second] = statsLines({ ...unpaid, activity }, { width: 60, height: 12 }).map(lineText);
  expect(second).toMatch(/^\$0\.00 in 10m00s; no budget is set for a run$/);
});

test("before anything is known it says so", () => {
  const say = (more: Partial<typeof facts> | { activity: null }): string =>
    statsLines({ ...facts, ...more }, { width: 60, height: 12 })
      .map(lineText)
      .join("\n");
  expect(say({ run: runSnapshot({ run: null }) })).toContain("No run yet");
  expect(say({ activity: null })).toContain("reading");
});
