import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Finding, ReportedFinding, Verdict } from "../../src/domain/answers.ts";
import type { Severity } from "../../src/domain/settings.ts";
import { blocks, converge, type ReviewRound } from "../../src/policy/review.ts";
import { sameFile, sameText } from "../../src/policy/same-finding.ts";

const says = (
  verdict: Verdict["verdict"],
  findings: readonly Partial<ReportedFinding>[] = [],
  closed: readonly string[] = [],
): Verdict => ({
  verdict,
  summary: "in short",
  findings: findings.map((more) => ({ id: null, severity: "major", file: null, line: null, text: "wrong", ...more })),
  closed,
});
const finding = (id: string, more: Partial<Finding> = {}): Finding => ({
  id,
  subject: "S1",
  severity: "major",
  file: null,
  line: null,
  text: `text of ${id}`,
  state: "open",
  round: 1,
  reviewer: "gpt",
  ...more,
});
const at = (verdict: Verdict, more: Partial<ReviewRound> = {}): ReviewRound => ({
  previous: [],
  subject: "S1",
  verdict,
  round: 1,
  sincePerson: 1,
  rounds: 3,
  reviewer: "gpt",
  blockOn: "major",
  openBefore: null,
  ...more,
});
const second = { round: 2, sincePerson: 2, openBefore: 2 };

describe("new findings", () => {
  test("are numbered after the highest of all subjects", () => {
    const previous = [
      finding("F2", { subject: "plan", state: "closed" }),
      finding("F10", { subject: "S2" }),
      finding("F9", { subject: "S3" }),
    ];
    const done = converge(
      at(says("changes", [{ text: "a", file: "a.ts", line: 3 }, { text: "b" }]), { previous, round: 2 }),
    );
    expect(done.opened).toEqual([
      finding("F11", { text: "a", file: "a.ts", line: 3, round: 2 }),
      finding("F12", { text: "b", round: 2 }),
    ]);
    expect(done.findings.map(({ id }) => id)).toEqual(["F2", "F10", "F9", "F11", "F12"]);
  });

  test("are one where a verdict says the same twice, with the graver word", () => {
    const done = converge(
      at(
        says("changes", [
          { text: "Fix it!", severity: "blocker" },
          { text: "fix it", severity: "nit" },
        ]),
      ),
    );
    expect(done.opened).toEqual([finding("F1", { text: "Fix it!", severity: "blocker" })]);
  });

  test("come from the summary where changes are wanted but none is named", () => {
    const done = converge(at(says("changes"), { blockOn: "minor" }));
    expect(done).toMatchObject({ blocked: true, opened: [{ id: "F1", severity: "minor", text: "in short" }] });
    const wordless = converge(at({ ...says("changes"), summary: " " }));
    expect(wordless.opened[0]?.text).toBe("Changes are requested, but the review does not say which.");
  });

  test("do not come from the summary while something known is open", () => {
    const done = converge(at(says("changes"), { previous: [finding("F1")], ...second }));
    expect(done).toMatchObject({ opened: [], closed: [], blocked: true });
  });
});

describe("blocked is", () => {
  test.each<[Verdict["verdict"], Severity, Severity, boolean]>([
    ["approve", "blocker", "major", true],
    ["approve", "major", "major", true],
    ["changes", "minor", "major", false],
    ["changes", "minor", "minor", true],
    ["changes", "nit", "minor", false],
    ["approve", "nit", "nit", true],
  ])("with %s, a %s and block_on %s: %s", (verdict, severity, blockOn, blocked) => {
    expect(converge(at(says(verdict, [{ severity }]), { blockOn })).blocked).toBe(blocked);
  });

  test("not an approval without findings", () => {
    expect(converge(at(says("approve")))).toEqual({ opened: [], closed: [], findings: [], blocked: false, stop: null });
  });

  test("not what is open elsewhere", () => {
    expect(converge(at(says("approve"), { previous: [finding("F1", { subject: "S2" })] })).blocked).toBe(false);
  });
});

describe("a finding of an earlier round", () => {
  const previous = [finding("F1"), finding("F2", { severity: "minor" })];
  const go = (verdict: Verdict, more: Partial<ReviewRound> = {}) =>
    converge(at(verdict, { previous, ...second, ...more }));

  test("is open while nobody says otherwise", () => {
    const done = go(says("changes", [{ text: "new", severity: "nit" }]));
    expect(done).toMatchObject({ closed: [], blocked: true, opened: [{ id: "F3" }] });
  });
  test("is closed by being named, whoever does it", () => {
    const done = go(says("changes", [{ text: "new", severity: "nit" }], [" F1", "F9"]), { reviewer: "opus" });
    expect(done).toMatchObject({ closed: ["F1"], blocked: false });
  });
  test("is closed by its reviewer's approval", () => {
    expect(go(says("approve"))).toMatchObject({ closed: ["F1", "F2"], blocked: false });
  });
  test("is not closed by another's approval", () => {
    expect(go(says("approve"), { reviewer: "opus" })).toMatchObject({ closed: [], blocked: true });
  });
  test("is open when it is named as both", () => {
    expect(go(says("approve", [{ id: "F1" }], ["F1"]))).toMatchObject({ closed: ["F2"], blocked: true });
  });
  test("keeps its id when it is said again, by id or in the same words", () => {
    expect(go(says("changes", [{ id: "F1", text: "other words" }])).opened).toEqual([]);
    expect(go(says("changes", [{ text: "TEXT of `F1`." }])).opened).toEqual([]);
  });
  test("takes over a new severity", () => {
    const down = go(says("changes", [{ id: "F1", severity: "nit" }]));
    expect(down).toMatchObject({ opened: [{ id: "F1", severity: "nit", text: "text of F1" }], blocked: false });
    expect(go(says("changes", [{ id: "F2", severity: "blocker" }])).opened).toMatchObject([
      { id: "F2", severity: "blocker" },
    ]);
  });
  test("of another subject is neither meant nor closed", () => {
    const elsewhere = [finding("F1", { subject: "S2" })];
    const done = converge(
      at(says("approve", [{ id: "F1", text: "text of F1", severity: "nit" }], ["F1"]), { previous: elsewhere }),
    );
    expect(done).toMatchObject({ closed: [], opened: [{ id: "F2", subject: "S1" }] });
  });
  test("that a person waived stays so", () => {
    const waived = [finding("F1", { state: "waived" })];
    const done = converge(at(says("changes", [{ id: "F1", severity: "blocker" }]), { previous: waived }));
    expect(done).toMatchObject({ opened: [], blocked: false, findings: waived });
  });
});

describe("a person is asked", () => {
  const previous = [finding("F1"), finding("F2", { state: "closed" })];
  const go = (verdict: Verdict, more: Partial<ReviewRound> = {}) =>
    converge(at(verdict, { previous, ...second, ...more })).stop;
  const still = says("changes", [{ id: "F1" }]);

  test("at the limit of rounds", () => {
    expect(go(still)).toBeNull();
    expect(go(still, { sincePerson: 3 })).toEqual({
      reason: "rounds",
      text: "after 3 rounds F1 is open",
      findings: ["F1"],
    });
    expect(go(still, { round: 9, sincePerson: 1, openBefore: null })).toBeNull();
  });
  test("when a closed finding returns, by id or in the same words", () => {
    const stop = {
      reason: "repeated_finding",
      text: "F2 came back after it was closed; F1, F2 are open",
      findings: ["F1", "F2"],
    };
    expect(go(says("changes", [{ id: "F2" }]))).toEqual(stop);
    expect(go(says("changes", [{ text: "Text of F2" }]))).toEqual(stop);
  });
  test("not when what returns does not block", () => {
    expect(go(says("changes", [{ id: "F2", severity: "nit" }]))).toBeNull();
  });
  test("when more is open than before", () => {
    const more = says("changes", [{ text: "a" }, { text: "b" }]);
    expect(go(more)).toMatchObject({
      reason: "growth",
      text: "more is open than a round ago (3, was 2): F1, F3, F4 are open",
    });
    expect(go(more, { openBefore: 3 })).toBeNull();
    expect(go(more, { openBefore: null })).toBeNull();
  });
  test("never about an approved work", () => {
    expect(go(says("approve"), { sincePerson: 99, openBefore: 0 })).toBeNull();
  });
});

test("the same words", () => {
  expect([
    sameText("Use `a`.", "use  A"),
    sameText("use a", "use b"),
    sameText("!!", "??"),
    sameText("!!", " !! "),
  ]).toEqual([true, false, false, true]);
  expect([sameFile("./a.ts", "a.ts"), sameFile(null, ""), sameFile("a.ts", "b.ts")]).toEqual([true, true, false]);
});

const severity = fc.constantFrom<Severity>("blocker", "major", "minor", "nit");
const id = fc.constantFrom("F1", "F2", "F3", "F9");
const reported = fc.record({ id: fc.option(id), severity, text: fc.constantFrom("a", "b", "c", "d") });
const verdict = fc
  .record({
    verdict: fc.constantFrom("approve", "changes"),
    findings: fc.array(reported, { maxLength: 4 }),
    closed: fc.array(id, { maxLength: 3 }),
  })
  .map(({ verdict, findings, closed }) => says(verdict === "approve" ? "approve" : "changes", findings, closed));

test("over any reviews: ids are unique and stay, nothing vanishes, events tell the whole change, and the rounds end", () => {
  const reviews = fc.array(fc.tuple(verdict, fc.constantFrom("gpt", "opus")), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(reviews, severity, fc.integer({ min: 1, max: 5 }), (history, blockOn, rounds) => {
      let findings: readonly Finding[] = [];
      let openBefore: number | null = null;
      for (const [index, [said, reviewer]] of history.entries()) {
        const round = index + 1;
        const done = converge(
          at(said, { previous: findings, reviewer, round, sincePerson: round, rounds, blockOn, openBefore }),
        );
        expect(new Set(done.findings.map((one) => one.id)).size).toBe(done.findings.length);
        expect(done.findings.slice(0, findings.length).map((one) => one.id)).toEqual(findings.map((one) => one.id));
        const folded = new Map(findings.map((one) => [one.id, one]));
        for (const one of done.opened) folded.set(one.id, one);
        for (const closed of done.closed)
          folded.set(closed, { ...finding(closed), ...folded.get(closed), state: "closed" });
        expect([...folded.values()]).toEqual([...done.findings]);
        expect(done.blocked).toBe(done.findings.some((one) => blocks(one, blockOn)));
        if (!done.blocked) expect(done.stop).toBeNull();
        if (done.blocked && round >= rounds) expect(done.stop).not.toBeNull();
        if (said.verdict === "changes" && said.findings.length === 0) expect(done.findings.length).toBeGreaterThan(0);
        findings = done.findings;
        openBefore = findings.filter((one) => blocks(one, blockOn)).length;
      }
    }),
    { numRuns: 300 },
  );
});
