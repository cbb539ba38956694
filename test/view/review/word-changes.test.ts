import * as fc from "fast-check";
import { expect, test } from "vitest";

import { wordChanges, type Range } from "../../../src/view/review/word-changes.ts";

const parts = (text: string, ranges: readonly Range[]): readonly string[] =>
  ranges.map(([from, to]) => text.slice(from, to));

test.each([
  ["const limit = 10;", "const limit = 20;", ["10"], ["20"]],
  ["return a + b;", "return a + b + c;", [], [" + c"]],
  ["if (ok) run();", "if (ok && ready) run();", [], [" && ready"]],
])("%j to %j", (before, after, removed, added) => {
  const changes = wordChanges(before, after);
  expect([parts(before, changes?.removed ?? []), parts(after, changes?.added ?? [])]).toEqual([removed, added]);
});

test("lines that have nothing in common are two lines", () => {
  expect(wordChanges("const limit = 10;", "export default function run() {}")).toBeNull();
});

test("a line as long as an attack is not compared", () => {
  expect(wordChanges("a ".repeat(5_000), "b ".repeat(5_000))).toBeNull();
});

test("what is not marked is the same on both sides", () => {
  const text = fc
    .array(fc.constantFrom("a", "b", "foo", " ", "(", ")", "1"), { maxLength: 30 })
    .map((all) => all.join(""));
  fc.assert(
    fc.property(text, text, (before, after) => {
      const changes = wordChanges(before, after);
      if (changes === null) return;
      const rest = (line: string, ranges: readonly Range[]): string =>
        ranges.toReversed().reduce((kept, [from, to]) => kept.slice(0, from) + kept.slice(to), line);
      expect(rest(before, changes.removed)).toBe(rest(after, changes.added));
    }),
  );
});
