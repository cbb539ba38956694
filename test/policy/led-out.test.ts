import { expect, test } from "vitest";

import { bareFolders, climbedFrom, isLeadingOut } from "../../src/policy/led-out.ts";

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
  ["a", "module/.git/hooks", true],
])("the link %s to %s leads out: %s", (path, target, leads) => {
  expect(isLeadingOut(path, target)).toBe(leads);
});

test("a folder may become a repository by each part of one", () => {
  expect(
    bareFolders(["x/HEAD", "x/refs/heads/main", "config", "y/objects/aa/bb", "z/HEAD.md", "w/src/refs.ts"]),
  ).toEqual(["x", "", "y"]);
});

test.each([
  ["a/b", "../x/y", []],
  ["a/b", "c/d/..", ["a/c", "a/c/d"]],
  ["a/b", "../up/./../../x/y", ["up"]],
  ["a/b", "c/../d/../../..", ["a/c", "a/d"]],
  ["b", "..", []],
])("the link %s to %s climbs from %j", (path, target, from) => {
  expect(climbedFrom(path, target)).toEqual(from);
});
