import { expect, test } from "vitest";

import { bareFolders, isLeadingOut } from "../../src/policy/led-out.ts";

test.each([
  ["a", "/etc/passwd", true],
  ["a", "..", true],
  ["a/b", "../../x", true],
  ["a/b/c", "../../x", false],
  ["a/b", "../x/../../y", true],
  ["a/b", "./c/../d", false],
  ["a", "..x/y", false],
  ["a", ".git/config", true],
  ["a/b", "../.GIT", true],
  ["a", ".github/x", false],
])("the link %s to %s leads out: %s", (path, target, leads) => {
  expect(isLeadingOut(path, target)).toBe(leads);
});

test("a folder may become a repository by each part of one", () => {
  expect(
    bareFolders(["x/HEAD", "x/refs/heads/main", "config", "y/objects/aa/bb", "z/HEAD.md", "w/src/refs.ts"]),
  ).toEqual(["x", "", "y"]);
});
