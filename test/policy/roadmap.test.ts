import { describe, expect, test } from "vitest";

import type { RoadmapChange } from "../../src/domain/roadmap.ts";
import { decodeRoadmap } from "../../src/pipeline/decode-roadmap.ts";
import { begin, finish, nextStage, roadmapOf, stepsTodo } from "../../src/policy/roadmap-state.ts";
import type { RoadmapLimits, RoadmapState } from "../../src/policy/roadmap-state.ts";
import { applyChanges, type Changed } from "../../src/policy/roadmap.ts";
import { draft, limits, newStep, playRandomTask, sampleState } from "./roadmap-story.ts";

const change = (
  state: RoadmapState,
  changes: readonly RoadmapChange[],
  of: Partial<RoadmapLimits> = {},
  by: "model" | "person" = "model",
): Changed => applyChanges(state, changes, { ...limits, ...of }, by);

function changed(...told: Parameters<typeof change>): RoadmapState {
  const result = change(...told);
  if (result.kind !== "changed") throw new Error(JSON.stringify(result));
  return result.state;
}

const why = (...told: Parameters<typeof change>): string => {
  const result = change(...told);
  return "why" in result ? `${result.kind}: ${result.why}` : result.kind;
};

const shape = (state: RoadmapState): readonly string[] =>
  state.stages.map(({ id, steps }) => `${id}: ${steps.map((step) => step.id).join(" ")}`);

const done = (state: RoadmapState, ...ids: readonly string[]): RoadmapState =>
  ids.reduce((now, id) => finish(begin(now, id), id), state);

describe("a roadmap", () => {
  test("is numbered by us, with its needs", () => {
    const stage = { title: "Parse", id: "a", checks: ["unit"], steps: [newStep("Read"), newStep("Write")] };
    const read = (stages: readonly unknown[]) => decodeRoadmap({ stages }, { mostStages: 12, checks: limits.checks });
    const other = { ...stage, id: " st-2", needs: ["A", "c"], checks: ["e2e"] };
    expect(read([stage, other])).toMatchObject({
      ok: {
        roadmap: {
          stages: [
            { id: "ST1", needs: [], checks: ["unit"], steps: [{ id: "S1" }, { id: "S2" }] },
            { id: "ST2", needs: ["ST1"], checks: [], steps: [{ id: "S3" }, { id: "S4" }] },
          ],
        },
        notes: ["ST2 needs c, which is no stage", "ST2 names the check e2e, which does not exist"],
      },
    });
    const refuse = (stages: readonly unknown[]): string => {
      const given = read(stages);
      return "error" in given ? given.error : "";
    };
    expect(refuse([])).toContain("at least one stage");
    expect(refuse([{ ...stage, steps: [] }])).toContain("at least one step");
    expect(
      refuse([
        { ...stage, needs: ["st2"] },
        { ...other, needs: ["a"] },
      ]),
    ).toContain("ST1 > ST2 > ST1");
    expect(refuse(Array.from({ length: 13 }, (_, at) => ({ ...stage, id: `${at}` })))).toContain("at most 12 stages");
  });

  test("is worked on in its order, as far as what a stage needs is done or skipped", () => {
    let state = sampleState([1, 1, 1], { ST1: ["ST3"] });
    const order: string[] = [];
    for (let stage = nextStage(state); stage !== null; stage = nextStage(state)) {
      order.push(stage.id);
      state = done(state, stage.id);
    }
    expect(order).toEqual(["ST2", "ST3", "ST1"]);
    const skipped = changed(sampleState([1, 1, 1], { ST1: ["ST3"] }), [{ op: "skip", stage: "ST3", metBy: null }]);
    expect(nextStage(skipped)?.id).toBe("ST1");
  });

  test("that an answer leaves alone is no revision", () => {
    expect(change(sampleState([1, 1]), []).kind).toBe("same");
    expect(change(sampleState([1, 1]), [{ op: "reorder", order: ["ST1", "ST2"] }]).kind).toBe("same");
  });
});

describe("stages that have not begun", () => {
  test("are merged into a new one with all their steps, checks and what they are done by, and are needed through it", () => {
    const state = sampleState([1, 2, 1, 1], { ST3: ["ST1"], ST4: ["ST2", "ST3"] });
    const next = changed(state, [{ op: "merge", stages: ["ST2", "ST3"], into: draft("Both") }]);
    expect(shape(next)).toEqual(["ST1: S1", "ST5: S2 S3 S4", "ST4: S5"]);
    expect(next.stages[1]).toMatchObject({
      needs: ["ST1"],
      checks: ["lint", "unit"],
      doneWhen: ["ST2 is seen to work", "ST3 is seen to work"],
    });
    expect(next.stages[2]?.needs).toEqual(["ST5"]);
  });

  test("keep their steps in a merge unless a new step says that it replaces them", () => {
    const into = draft("Both", { steps: [newStep("Do all at once", ["S2", "S3"])] });
    const next = changed(sampleState([1, 2, 1]), [{ op: "merge", stages: ["ST3", "ST2"], into }]);
    expect(shape(next)).toEqual(["ST1: S1", "ST4: S4 S5"]);
  });

  test("are split into parts that say where each step goes", () => {
    const state = sampleState([3, 1], { ST2: ["ST1"] });
    const split = (...into: ReturnType<typeof draft>[]): RoadmapChange[] => [{ op: "split", stage: "ST1", into }];
    const next = changed(state, split(draft("A", { keeps: ["S2"] }), draft("B", { keeps: ["S1", "S3"] })));
    expect(shape(next)).toEqual(["ST3: S2", "ST4: S1 S3", "ST2: S4"]);
    expect(next.stages.map(({ needs }) => needs)).toEqual([[], [], ["ST3", "ST4"]]);
    expect(next.stages.map(({ doneWhen }) => doneWhen.length)).toEqual([0, 1, 1]);
    expect(why(state, split(draft("A", { keeps: ["S1"] }), draft("B", { steps: [newStep("New", ["S2"])] })))).toBe(
      'refused: S3 would be lost: name each in "keeps" of one part, or in "replaces" of the step that does its work.',
    );
    expect(why(state, split(draft("A", { keeps: ["S1", "S2", "S3"] }), draft("B")))).toMatch(/"B" has no step/);
    expect(why(state, split(draft("A", { keeps: ["S1"] }), draft("B", { keeps: ["S1", "S2", "S3"] })))).toMatch(
      /twice/,
    );
    expect(why(state, split(draft("A", { keeps: ["S4"] }), draft("B", { keeps: ["S1"] })))).toMatch(/S4 is no step/);
    expect(why(state, split(draft("A")))).toBe("refused: ST1 is split into two parts or more.");
  });

  test("are moved in between those that have", () => {
    const state = done(sampleState([1, 1, 1, 1]), "ST2");
    expect(shape(changed(state, [{ op: "reorder", order: ["ST4", "ST1", "ST3"] }]))).toEqual([
      "ST4: S4",
      "ST2: S2",
      "ST1: S1",
      "ST3: S3",
    ]);
    expect(why(state, [{ op: "reorder", order: ["ST4", "ST1"] }])).toMatch(/lacks ST3/);
    expect(why(state, [{ op: "reorder", order: ["ST4", "ST1", "ST2", "ST3"] }])).toMatch(/ST2 has begun/);
    expect(why(state, [{ op: "reorder", order: ["ST4", "ST1", "ST3", "ST3"] }])).toMatch(/twice/);
  });

  test("are skipped for a reason, at high risk only for another stage or by a person", () => {
    const state = done(sampleState([1, 1, 1]), "ST1");
    const skip = (stage: string, metBy: string | null): RoadmapChange[] => [{ op: "skip", stage, metBy }];
    expect(change(state, skip("ST3", null)).kind).toBe("changed");
    expect(why(state, skip("ST3", null), { risk: "high" })).toMatch(/^refused: ST3 may not be skipped/);
    expect(change(state, skip("ST3", null), { risk: "high" }, "person").kind).toBe("changed");
    expect(change(state, skip("ST3", "ST1"), { risk: "high" })).toMatchObject({
      moves: [{ stage: "ST3", from: "PENDING", to: "SKIPPED", opening: 0, reason: "ST1 meets it" }],
    });
    expect(change(state, skip("ST3", "ST2"), { risk: "high" }).kind).toBe("changed");
    expect(why(state, skip("ST2", "ST3"))).toMatch(/neither done nor before it/);
    expect(why(state, skip("ST1", null), {}, "person")).toBe("refused: ST1 has begun, so it cannot be skipped.");
    expect(why(sampleState([1]), skip("ST1", null), {}, "person")).toMatch(/nothing would be done/);
    expect(why(state, skip("ST9", null), {}, "person")).toBe(
      "refused: There is no stage ST9: there are ST1, ST2, ST3.",
    );
  });

  test("get others before, between and after them", () => {
    const state = done(sampleState([1, 1]), "ST1");
    const stage = draft("Docs", { steps: [newStep("Write")], needs: ["ST1"] });
    expect(shape(changed(state, [{ op: "add", stage, after: null }]))).toEqual(["ST1: S1", "ST3: S3", "ST2: S2"]);
    expect(shape(changed(state, [{ op: "add", stage, after: "ST2" }]))).toEqual(["ST1: S1", "ST2: S2", "ST3: S3"]);
    expect(why(state, [{ op: "add", stage, after: "ST7" }])).toMatch(/no stage ST7/);
    expect(why(state, [{ op: "add", stage: draft("Nothing"), after: null }])).toMatch(/has no step/);
    expect(why(state, [{ op: "add", stage: { ...stage, keeps: ["S2"] }, after: null }])).toMatch(
      /keeps and replaces no/,
    );
    expect(why(state, [{ op: "add", stage: { ...stage, checks: ["e2e"] }, after: null }])).toMatch(/no check e2e/);
  });
});

describe("a stage that is done", () => {
  test("is opened again with steps of new ids, and goes before what has not begun", () => {
    const state = done(sampleState([2, 1]), "ST1");
    const next = change(state, [
      { op: "reopen", stage: "ST1", finding: "Loses the last line. It should not.", steps: [] },
    ]);
    expect(next).toMatchObject({
      moves: [{ stage: "ST1", opening: 2, from: "DONE", to: "ACTIVE", reason: "Loses the last line. It should not." }],
    });
    const stage = next.kind === "changed" ? nextStage(next.state) : null;
    expect(stage).toMatchObject({ id: "ST1", opening: 2 });
    expect(stage === null ? [] : stepsTodo(stage)).toMatchObject([{ id: "S4", title: "Loses the last line." }]);
  });

  test("is opened again so often and no oftener, except by a person", () => {
    let state = done(sampleState([3, 1]), "ST1");
    const again = (title: string): RoadmapChange[] => [
      { op: "reopen", stage: "ST1", finding: "Not yet", steps: [newStep(title)] },
    ];
    for (const title of ["Again", "And again"]) state = finish(changed(state, again(title)), "ST1");
    expect(why(state, again("Third"))).toMatch(/^refused: ST1 was opened again 2 times already/);
    expect(change(state, again("Third"), {}, "person").kind).toBe("changed");
    expect(why(sampleState([1]), again("First"), {}, "person")).toBe(
      "refused: ST1 is not done, so it cannot be opened again (it is PENDING).",
    );
    expect(why(state, [{ op: "reopen", stage: "ST1", finding: " ", steps: [] }], {}, "person")).toMatch(
      /opened again for/,
    );
  });
});

describe("it ends", () => {
  test("for needs may not go in a circle, not even through a merge", () => {
    const state = sampleState([1, 1, 1], { ST2: ["ST1"], ST3: ["ST2"] });
    expect(why(state, [{ op: "merge", stages: ["ST1", "ST3"], into: draft("Ends") }])).toMatch(
      /^refused: The needs of the stages go in a circle/,
    );
  });

  test("for an answer is taken whole or not at all, and only so many are", () => {
    let state = sampleState([1, 1, 1]);
    const bad: RoadmapChange = { op: "skip", stage: "ST9", metBy: null };
    expect(change(state, [{ op: "skip", stage: "ST3", metBy: null }, bad]).kind).toBe("refused");
    state = changed(state, [{ op: "reorder", order: ["ST2", "ST1", "ST3"] }], { changes: 1 });
    expect(why(state, [{ op: "skip", stage: "ST3", metBy: null }], { changes: 1 })).toMatch(
      /^refused: .* once already/,
    );
    expect(change(state, [{ op: "skip", stage: "ST3", metBy: null }], { changes: 1 }, "person").kind).toBe("changed");
  });

  test("or a person is asked: when the work grows, and when it goes in a circle", () => {
    const state = sampleState([2, 2]);
    const add = (count: number): RoadmapChange[] => [
      { op: "add", stage: draft("More", { steps: Array.from({ length: count }, () => newStep("More")) }), after: null },
    ];
    expect(change(state, add(2)).kind).toBe("changed");
    expect(why(state, add(3))).toBe("person: 7 steps would be open, and the whole task was thought to have 4");
    expect(change(state, add(3), {}, "person").kind).toBe("changed");
    expect(why(state, add(1), { stages: 2 })).toMatch(/^refused: That makes 3 stages/);
    const turned = changed(state, [{ op: "reorder", order: ["ST2", "ST1"] }]);
    expect(why(turned, [{ op: "reorder", order: ["ST1", "ST2"] }])).toMatch(/^person: .*circle/);
    const merged = changed(state, [{ op: "merge", stages: ["ST1", "ST2"], into: draft("All") }]);
    const parts = [draft("A", { keeps: ["S1", "S2"] }), draft("B", { keeps: ["S3", "S4"] })];
    expect(why(merged, [{ op: "split", stage: "ST3", into: parts }])).toMatch(/^person: .*circle/);
  });

  test("and is not opened again for what it was opened for before without a person", () => {
    const again: RoadmapChange[] = [{ op: "reopen", stage: "ST1", finding: "Not yet", steps: [] }];
    const once = finish(changed(done(sampleState([1, 1]), "ST1"), again), "ST1");
    expect(why(once, again)).toMatch(/^person: .*circle/);
  });

  test("whatever a model answers, with no step lost or done twice, and no id given again", () => {
    const played = Array.from({ length: 2_000 }, (_, seed) => playRandomTask(seed));
    expect(played.flatMap(({ wrong }) => wrong)).toEqual([]);
    const sum = (key: "revisions" | "refused" | "asked"): number => played.reduce((all, one) => all + one[key], 0);
    expect([sum("revisions") > 2_000, sum("refused") > 2_000, sum("asked") > 20]).toEqual([true, true, true]);
  });

  test("and what is shown of it is what is worked by", () => {
    const state = sampleState([1, 2]);
    expect(roadmapOf(state).stages.map(({ id, steps }) => [id, steps.length])).toEqual([
      ["ST1", 1],
      ["ST2", 2],
    ]);
  });
});
