import { expect, test } from "vitest";

import { namesThroughLinks } from "../../src/policy/names-through-links.ts";

const links = [
  ["api/shared", "lib"],
  ["web/one.css", "lib/css/one.css"],
  ["far", "api/shared"],
  ["all", ""],
  ["deep", "vendor/module/src"],
] as const;

const without = (name: string) => links.filter(([link]) => link !== name);

test.each([
  [["readme.md"], ["readme.md"]],
  [["lib/css/one.css"], ["lib/css/one.css", "api/shared/css/one.css", "web/one.css", "far/css/one.css"]],
  [["LIB/a"], ["LIB/a", "api/shared/a", "far/a"]],
  [["library/a"], ["library/a"]],
  [["vendor/module/"], ["vendor/module/", "deep/"]],
  [["vendor/module"], ["vendor/module"]],
])("%j is also called %j", (paths, expected) => {
  expect(namesThroughLinks(paths, without("all"))).toEqual(expected);
});

test("a link to the top gives all that is below it another name, and links in a circle come to an end", () => {
  expect(namesThroughLinks(["readme.md"], links)).toContain("all/readme.md");
  const circle = [
    ["a/b", "b"],
    ["b/a", "a"],
  ] as const;
  expect(namesThroughLinks(["a/x"], circle)).toContain("b/a/x");
  const many = Array.from({ length: 300 }, (_, n) => [`l${n}`, ""] as const);
  expect(
    namesThroughLinks(
      Array.from({ length: 300 }, (_, n) => `f${n}`),
      many,
    ),
  ).toEqual(["/"]);
});
