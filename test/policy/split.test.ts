import * as fc from "fast-check";
import { expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import { criteriaOf } from "../../src/policy/criteria.ts";
import { mayBeSplit, sharesOf, specsOfParts, splitOf, type ProposedPart } from "../../src/policy/split.ts";
import { cosine, termsOf } from "../../src/policy/term-vector.ts";
import { taskSpec } from "../simulation/backlogs.ts";

const spec = taskSpec("T-12", {
  goal: "Replace labels by tags",
  details: "- The api gives the tags of an account\n- The page shows tags\n- The table of labels is gone",
});
const ids = { from: 1, taken: new Set<string>() };
const part = (n: number, more: Partial<ProposedPart> = {}): ProposedPart => ({
  goal: ["The api gives tags", "The page shows tags of labels", "The table of labels is gone"][n] ?? "",
  covers: [`A${n + 1}`],
  quote: ["gives the tags", "page shows tags", "table of labels"][n] ?? "",
  files: [`src/${n}.ts`],
  needs: [],
  complexity: 2,
  ...more,
});
const all = [part(0), part(1), part(2)];

test("criteria are the items of the list, else the sentences, else the goal", () => {
  const of = (details: string | null): readonly string[] =>
    criteriaOf({ goal: "Do it", details }).map(({ text }) => text);
  expect(of("Before:\n- one\n  goes on\n2. two\n* [ ] three\nafter")).toEqual(["one goes on", "two", "three"]);
  expect(of("First this. Then that; at last the rest.")).toEqual(["First this.", "Then that;", "at last the rest."]);
  expect(of(null)).toEqual(["Do it"]);
  expect(criteriaOf(spec).map(({ id }) => id)).toEqual(["A1", "A2", "A3"]);
});

test("only a large task is thought of, never a part", () => {
  const points = (count: number): typeof spec => ({ ...spec, details: "- a point\n".repeat(count) });
  const whole = { git: defaultSettings.git };
  const of = (complexity: number, features = {}): Parameters<typeof mayBeSplit>[1] => ({ complexity, features });
  expect(mayBeSplit(spec, of(5, { split: 1 }), whole)).toBe(true);
  expect(mayBeSplit(points(9), of(4), whole)).toBe(true);
  expect(mayBeSplit(points(8), of(4), whole)).toBe(false);
  expect(mayBeSplit(points(20), of(3), whole)).toBe(false);
  expect(mayBeSplit({ ...spec, parent: "T-1" }, of(5), whole)).toBe(false);
  // Its parts would have ids that no task may have.
  expect(mayBeSplit({ ...spec, id: "T".repeat(61) }, of(5), whole)).toBe(false);
  expect(mayBeSplit(spec, of(5, { split: 0 }), whole)).toBe(false);
  expect(mayBeSplit(spec, of(5), { git: { ...defaultSettings.git, merge: "none" } })).toBe(false);
});

test("what fits becomes parts with ids of the task, in the order of the proposal", () => {
  const { parts } = splitOf(spec, all, { from: 4, taken: new Set() });
  expect(parts.map(({ id, covers, needs }) => [id, covers, needs])).toEqual([
    ["T-12.4", ["A1"], []],
    ["T-12.5", ["A2"], []],
    ["T-12.6", ["A3"], []],
  ]);
});

test.each<[string, readonly ProposedPart[], string]>([
  ["none", [], "nothing of it can be done by itself"],
  ["one", [part(0, { covers: ["A1", "A2", "A3"] })], "one part is the whole task"],
  ["seven", Array.from({ length: 7 }, () => part(0)), "7 parts are more than 6"],
  ["a criterion that is left out", [part(0), part(1)], "no part covers A3 (The table of labels is gone)"],
  [
    "one that is not asked for",
    [...all.slice(1), part(0, { covers: ["A9"] })],
    "part 3 covers A9, which the task does not ask for",
  ],
  [
    "a part for nothing",
    [...all, part(1, { goal: "Page of a page", covers: [] })],
    "part 4 covers nothing that the task asks for",
  ],
  [
    "made up words",
    [part(0, { quote: "drops the database" }), part(1), part(2)],
    "part 1 quotes words that the task does not have",
  ],
  ["no words", [part(0, { quote: " " }), part(1), part(2)], "part 1 quotes words that the task does not have"],
  [
    "something else",
    [part(0, { goal: "Upgrade the compiler" }), part(1), part(2)],
    "part 1 is about something else than the task",
  ],
  ["twins", [part(0), part(1), part(2, { goal: "The page shows tags of labels" })], "parts 2 and 3 are the same"],
  ["an unknown need", [part(0), part(1, { needs: ["P7"] }), part(2)], "part 2 needs P7, which is no part"],
  [
    "a circle",
    [part(0, { needs: ["P3"] }), part(1), part(2, { needs: ["P1"] })],
    "part 1 needs itself, by way of others",
  ],
  ["itself", [part(0, { needs: ["P1"] }), part(1), part(2)], "part 1 needs itself, by way of others"],
  ["the same files", all.map((one) => ({ ...one, files: ["src/**"] })), "all parts would change the same files"],
  ["no files", all.map((one) => ({ ...one, files: [] })), "all parts would change the same files"],
])("kept whole for %s", (_, proposed, why) => {
  expect(splitOf(spec, proposed, ids)).toEqual({ parts: [], why });
});

test("an id that the backlog has keeps it whole", () => {
  expect(splitOf(spec, all, { from: 1, taken: new Set(["T-12.2"]) })).toEqual({
    parts: [],
    why: "the backlog has a task T-12.2 of its own",
  });
});

test("parts that change the same file come one after the other, unless they do already", () => {
  const needs = (proposed: readonly ProposedPart[]): readonly (readonly string[])[] =>
    splitOf(spec, proposed, ids).parts.map((one) => one.needs);
  expect(needs([part(0), part(1, { files: ["src/0.ts"] }), part(2)])).toEqual([[], ["T-12.1"], []]);
  expect(needs([part(0, { needs: ["P2"] }), part(1, { files: ["src/0.ts"] }), part(2)])).toEqual([["T-12.2"], [], []]);
  expect(needs([part(0), part(1), part(2, { files: ["./src/"] })])).toEqual([[], [], ["T-12.1", "T-12.2"]]);
});

const names = fc.constantFrom("src/a.ts", "src/b.ts", "src/c.ts", "src", "web/**");
const proposals = fc.array(
  fc.record({
    goal: fc.constantFrom("tags of an account", "page of tags", "labels are gone", "api of tags", "tests"),
    covers: fc.subarray(["A1", "A2", "A3", "A4"]),
    quote: fc.constantFrom("tags", "labels", "nothing"),
    files: fc.uniqueArray(names, { maxLength: 3 }),
    needs: fc.subarray(["P1", "P2", "P3", "P9"]),
    complexity: fc.double({ min: -3, max: 9, noNaN: true }),
  }),
  { maxLength: 8 },
);

test("whatever is proposed, parts cover all that is asked for, in an order that has no circle, and none shares a file with one beside it", () => {
  fc.assert(
    fc.property(proposals, (proposed) => {
      const { parts, why } = splitOf(spec, proposed, ids);
      if (parts.length === 0) {
        expect(why).not.toBe("");
        return;
      }
      expect(new Set(parts.flatMap(({ covers }) => covers))).toEqual(new Set(["A1", "A2", "A3"]));
      const before = new Map(parts.map(({ id, needs }) => [id, needs]));
      const reach = (id: string, seen: readonly string[]): readonly string[] =>
        (before.get(id) ?? []).flatMap((need) => {
          expect(seen).not.toContain(need);
          return [need, ...reach(need, [...seen, need])];
        });
      for (const one of parts) reach(one.id, [one.id]);
      for (const one of parts)
        for (const other of parts) {
          if (one === other || !one.files.some((file) => other.files.includes(file))) continue;
          expect(reach(one.id, []).includes(other.id) || reach(other.id, []).includes(one.id)).toBe(true);
        }
    }),
    { numRuns: 2_000, seed: 1 },
  );
});

test("shares go by weight and never come to more than there is", () => {
  expect(sharesOf(100, [1, 2, 1])).toEqual([25, 50, 25]);
  expect(sharesOf(null, [1, 2])).toEqual([null, null]);
  fc.assert(
    fc.property(
      fc.nat(),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 6 }),
      (amount, weights) => {
        const shares = sharesOf(amount, weights).map((share) => share ?? Infinity);
        expect(shares.reduce((sum, share) => sum + share, 0)).toBeLessThanOrEqual(amount);
      },
    ),
    { seed: 1 },
  );
});

test("parts have their parent's rules, its place, and shares of its budget, or of what any task may spend", () => {
  const parent = { ...spec, risk: "medium", area: "web", checks: ["unit"], approve: ["merge"], priority: 3 } as const;
  const { parts } = splitOf(parent, [part(0, { complexity: 4 }), part(1), part(2)], ids);
  const made = specsOfParts(parent, parts, 8_000_000);
  expect(made.map(({ budget }) => budget.usdMicros)).toEqual([4_000_000, 2_000_000, 2_000_000]);
  for (const one of made)
    expect(one).toMatchObject({
      parent: "T-12",
      risk: "medium",
      area: "web",
      checks: ["unit"],
      approve: ["merge"],
      priority: 3,
      needs: [],
      mode: "three-loop",
    });
  expect(made[0]?.details).toContain("- A1: The api gives the tags of an account");
  expect(made[0]?.details).not.toContain("A2");
});

test("terms: names in pieces, plural as singular, the commonest left out", () => {
  expect([...termsOf("The openScratch of HTTP_headers, and headers").entries()]).toEqual([
    ["open", 1],
    ["scratch", 1],
    ["http", 1],
    ["header", 2],
  ]);
  expect(cosine(termsOf("tags and labels"), termsOf("labels and tags"))).toBeCloseTo(1);
  expect(cosine(termsOf("tags"), termsOf(""))).toBe(0);
});
