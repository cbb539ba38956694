import * as fc from "fast-check";
import { expect, test } from "vitest";

import { branchName } from "../../src/policy/branch-name.ts";

test.each([
  ["Reject expired tokens", "p/A-1-reject-expired-tokens"],
  ["  Über-prüfe: alles!  ", "p/A-1-u-ber-pru-fe-alles"],
  ["日本語", "p/A-1"],
  [`${"word ".repeat(7)}abcd efgh`, "p/A-1-word-word-word-word-word-word-word-abcd"],
])("the branch of %s", (goal, branch) => {
  expect(branchName("p", { id: "A-1", goal })).toBe(branch);
});

test("no goal makes a name that git refuses", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (goal) => {
      expect(branchName("p", { id: "A", goal })).toMatch(/^p\/A(-[a-z0-9]+)*$/);
    }),
  );
});

test("what is begun anew after its merge has a branch of its own", () => {
  expect(branchName("p", { id: "A-1", goal: "Do it" }, 2)).toBe("p/A-1-do-it-again-2");
});
