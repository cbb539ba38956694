import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { decodePlan, decodeVerdict, decodeOpinion } from "../../src/pipeline/decode-answers.ts";
import { decodeJoined, decodeSplit } from "../../src/pipeline/decode-parts.ts";
import { decodeChanges, decodeRoadmap } from "../../src/pipeline/decode-roadmap.ts";

describe("a plan", () => {
  test("is taken over with its steps renamed and what is extra dropped", () => {
    const answer = {
      summary: " Two steps ",
      steps: [
        { id: "7", title: "First\n  thing", details: "do", files: ["a.ts", " ", "b.ts"], extra: 1 },
        { id: "7", title: "Second", details: "do", files: null },
      ],
      risks: ["slow"],
      confidence: 0.9,
    };
    expect(decodePlan(answer)).toEqual({
      ok: {
        summary: "Two steps",
        steps: [
          { id: "S1", title: "First thing", details: "do", files: ["a.ts", "b.ts"] },
          { id: "S2", title: "Second", details: "do", files: [] },
        ],
        risks: ["slow"],
      },
    });
  });

  test("needs no more than titles", () => {
    expect(decodePlan({ steps: [{ title: "Do it" }] })).toEqual({
      ok: { summary: "", steps: [{ id: "S1", title: "Do it", details: "", files: [] }], risks: [] },
    });
  });

  test("has titles that fit into the subject of a commit", () => {
    const decoded = decodePlan({ steps: [{ title: "x".repeat(500) }] });
    expect("ok" in decoded && decoded.ok.steps[0]?.title).toBe(`${"x".repeat(119)}…`);
  });

  const steps = (count: number) => Array.from({ length: count }, (_, n) => ({ title: `step ${n}` }));
  test.each<[string, unknown, string]>([
    ["nothing", null, "the answer holds no JSON object"],
    ["a text", "plan", "the answer holds no JSON object"],
    ["a list", [], "the answer holds no JSON object"],
    ["no steps", {}, "steps: Invalid input: expected array, received undefined"],
    ["empty steps", { steps: [] }, "steps: a plan has at least one step"],
    ["too many steps", { steps: steps(21) }, "steps: a plan has at most 20 steps; join small ones"],
    ["a step without a title", { steps: [{ title: "a" }, { title: "  " }] }, "steps[1].title: must not be empty"],
    ["a step that is a text", { steps: ["a"] }, "steps[0]: Invalid input: expected object, received string"],
  ])("is not %s", (_what, answer, error) => {
    expect(decodePlan(answer)).toEqual({ error });
  });

  test("may have twenty steps", () => {
    const decoded = decodePlan({ steps: steps(20) });
    expect("ok" in decoded && decoded.ok.steps.at(-1)?.id).toBe("S20");
  });
});

describe("a verdict", () => {
  test("is taken over with what is missing filled in", () => {
    const answer = {
      verdict: "Changes ",
      findings: [
        { id: "[f2]", severity: "MAJOR", file: "a.ts", line: "12-15", text: " wrong " },
        { severity: "nit", text: "style", line: 0, file: "" },
        { id: null, severity: "minor", text: "odd", line: { start: 1 }, suggestion: "x" },
      ],
      closed: ["f1 ", "", "F-3"],
      score: 3,
    };
    expect(decodeVerdict(answer)).toEqual({
      ok: {
        verdict: "changes",
        summary: "",
        findings: [
          { id: "F2", severity: "major", file: "a.ts", line: 12, text: "wrong" },
          { id: null, severity: "nit", file: null, line: null, text: "style" },
          { id: null, severity: "minor", file: null, line: null, text: "odd" },
        ],
        closed: ["F1", "F-3"],
      },
    });
  });

  test("needs no more than its word", () => {
    expect(decodeVerdict({ verdict: "approve", findings: null })).toEqual({
      ok: { verdict: "approve", summary: "", findings: [], closed: [] },
    });
  });

  test.each<[string, unknown, RegExp]>([
    ["nothing", undefined, /^the answer holds no JSON object$/],
    ["a word of its own", { verdict: "lgtm" }, /^verdict: .*"approve"\|"changes"/],
    ["without a word", { findings: [] }, /^verdict: /],
    [
      "a severity of its own",
      { verdict: "changes", findings: [{ severity: "critical", text: "a" }] },
      /^findings\[0\]\.severity: /,
    ],
    [
      "a finding without a text",
      { verdict: "changes", findings: [{ severity: "nit", text: "" }] },
      /^findings\[0\]\.text: must not be empty$/,
    ],
    [
      "a flood",
      { verdict: "changes", findings: Array.from({ length: 101 }, () => ({ severity: "nit", text: "a" })) },
      /^findings: name at most 100 findings/,
    ],
    ["many faults at once", { verdict: "changes", findings: Array.from({ length: 9 }, () => 1) }, /; and 4 more$/],
  ])("is not %s", (_what, answer, error) => {
    const decoded = decodeVerdict(answer);
    expect("error" in decoded ? decoded.error : "").toMatch(error);
  });
});

test("no JSON makes a decoder throw, and what it takes fits", () => {
  const shaped = fc.record(
    {
      verdict: fc.oneof(fc.constantFrom("approve", "changes"), fc.jsonValue()),
      findings: fc.oneof(
        fc.array(
          fc.record({ severity: fc.constant("nit"), text: fc.string(), line: fc.jsonValue(), id: fc.jsonValue() }),
        ),
        fc.jsonValue(),
      ),
      closed: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
      steps: fc.oneof(fc.array(fc.record({ title: fc.string(), files: fc.jsonValue() })), fc.jsonValue()),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(shaped, fc.jsonValue()), (answer) => {
      const plan = decodePlan(answer);
      if ("ok" in plan) {
        expect(plan.ok.steps.map(({ id }) => id)).toEqual(plan.ok.steps.map((_, index) => `S${index + 1}`));
        for (const { title } of plan.ok.steps) expect(title).toMatch(/^\S.*$/);
      }
      const verdict = decodeVerdict(answer);
      if ("ok" in verdict) for (const { line } of verdict.ok.findings) expect(line === null || line >= 1).toBe(true);
    }),
  );
});

test("what an analyst wants known is told in lines of a title's length, and a number out of range is no opinion", () => {
  const opinion = decodeOpinion({ complexity: 3, needs: ["who\n\nasks", "x".repeat(19_000)] });
  const needs = "ok" in opinion ? opinion.ok.needs : [];
  expect(needs[0]).toBe("who asks");
  expect(needs[1]?.length).toBeLessThanOrEqual(120);
  for (const complexity of [99, -3, 1e300, "hard", null]) expect(decodeOpinion({ complexity })).toHaveProperty("error");
});

describe("an answer that goes on and on", () => {
  const known = { mostStages: 12, checks: [] };
  const long = Array.from({ length: 2_000 }, (_, n) => `${"words ".repeat(40)}${n}`);

  test("is refused in a sentence, whatever it is an answer to", () => {
    const step = { title: "Do", details: "", files: long };
    const error: unknown = expect.stringMatching(/^the answer has \d+ letters, .* be brief$/);
    for (const decoded of [
      decodePlan({ steps: [step] }),
      decodeRoadmap({ stages: [{ title: "Do", steps: [step] }] }, known),
      decodeChanges({ changes: [], why: "", aside: long }),
      decodeVerdict({ verdict: "approve", closed: long }),
      decodeSplit({ parts: [{ goal: "a", files: long }] }),
      decodeJoined({ summary: "s", claims: long.map((text) => ({ text, sources: [] })) }),
    ])
      expect(decoded).toEqual({ error });
  });

  test("has of each list what a person can read, and one line for all that it names and that is not there", () => {
    const names = Array.from({ length: 300 }, (_, n) => `no-${n}${"o".repeat(200)}`);
    const stage = { title: "Do", checks: names, needs: names, done_when: names, steps: [{ title: "Do" }] };
    const read = decodeRoadmap({ stages: [stage] }, known);
    if ("error" in read) throw new Error(read.error);
    expect(read.ok.roadmap.stages[0]?.doneWhen).toHaveLength(30);
    expect(read.ok.notes).toHaveLength(6);
    expect(read.ok.notes.every((note) => note.length <= 160)).toBe(true);
    expect(read.ok.notes.at(-1)).toBe("55 more of what it names do not exist");
    const sentences = { goal: "word ".repeat(3_000), facts: ["fact\n".repeat(3_000)] };
    const part = decodeSplit({ parts: [{ goal: sentences.goal }] });
    expect("ok" in part && part.ok[0]?.goal).toHaveLength(400);
    const fact = decodeRoadmap({ facts: sentences.facts, stages: [stage] }, known);
    expect("ok" in fact && fact.ok.roadmap.facts[0]).toHaveLength(400);
    const claims = names.map((text) => ({ text, sources: ["A-1.1"] }));
    expect(decodeJoined({ summary: "s", claims, unmet: [] })).toMatchObject({ ok: { claims: { length: 40 } } });
  });

  test("names what it changes by ids as they are written everywhere, however it writes them", () => {
    const of = (stage: string): unknown => decodeChanges({ changes: [{ op: "skip", stage, met_by: " [st2] " }] });
    const shortId: unknown = expect.stringMatching(/^ST2JX[\dA-Z]{95}$/);
    const lacking: unknown = expect.stringContaining("a skip names its `stage`");
    expect(of("st-1")).toMatchObject({ ok: { changes: [{ op: "skip", stage: "ST1", metBy: "ST2" }] } });
    expect(of(`st${"\u001b[2Jx".repeat(2_000)}`)).toMatchObject({ ok: { changes: [{ stage: shortId }] } });
    expect(of("\u001b")).toMatchObject({ error: lacking });
  });
});
