import { expect, test } from "vitest";

import { workKind } from "../../src/policy/work-kind.ts";

test.each([
  ["Reject expired tokens", null, "feature"],
  ["fix: tokens expire too late", null, "bug"],
  ["The parser crashes on an empty file", null, "bug"],
  ["Fix a typo in the readme", null, "docs"],
  ["Document the settings", null, "docs"],
  ["Add tests for the parser", null, "tests"],
  ["Fix the failing test of the parser", null, "bug"],
  ["Rename User to Account", null, "refactor"],
  ["Bump zod to 4", null, "chore"],
  ["chore(ci): run on Node 24", null, "chore"],
  ["Tokens", "They are refused in the wrong time zone. Add tests and document it.", "bug"],
  ["Tokens", "Accept them. Fix nothing else, and rename nothing.", "feature"],
  ["", "", "feature"],
] as const)("%s (%s) is %s", (goal, details, kind) => {
  expect(workKind(goal, details)).toBe(kind);
});
