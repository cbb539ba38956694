import { expect, test } from "vitest";

import { changedLines } from "../../src/models/programs/changed-lines.ts";

test.each([
  ["a new file", "", "one\ntwo\n", ["--- f", "+++ f", "+one", "+two"]],
  ["a file that goes", "one\n", "", ["--- f", "+++ f", "-one"]],
  [
    "a line in the middle",
    "1\n2\n3\n4\n5\n6\n7\n8\n9",
    "1\n2\n3\n4\n5\nsix\n7\n8\n9",
    "--- f|+++ f|@@ line 6 @@| 3| 4| 5|-6|+six| 7| 8| 9".split("|"),
  ],
  ["a line more of the same", "a\na\n", "a\na\na\n", ["--- f", "+++ f", "@@ line 3 @@", " a", " a", "+a"]],
  ["nothing", "a\n", "a\n", ["--- f", "+++ f", "@@ line 2 @@", " a"]],
])("%s", (_name, before, after, lines) => {
  expect(changedLines("f", before, after).split("\n")).toEqual(lines);
});

test("a large change is cut, and says so", () => {
  const shown = changedLines("f", "", "x".repeat(100_000));
  expect(shown.length).toBeLessThan(20_000);
  expect(shown).toMatch(/x\n… and 80113 more characters that are not shown$/);
});
