import { expect, test } from "vitest";

import { checksOfTask, likelyChecks, touchedChecks } from "../../src/policy/check-scope.ts";

const api = { name: "api", when: ["packages/api/**"] };
const web = { name: "web", when: ["packages/web/**", "shared/*.css"] };
const all = { name: "lint" };
const docs = { name: "links", when: ["**/*.md"], always: true };
const checks = [api, web, all, docs];
const names = (found: readonly { readonly name: string }[]): string => found.map(({ name }) => name).join(" ");

test.each([
  [null, "api web lint links"],
  [["lint"], "lint links"],
  [[], "links"],
])("a task that names %j has these: %s", (named, expected) => {
  expect(names(checksOfTask(checks, named))).toBe(expected);
});

test.each([
  [null, ["packages/api/a.ts"], "api lint links"],
  [null, ["Packages/API/deep/a.ts", "shared/a.css"], "api web lint links"],
  [null, ["packages/apis/a.ts"], "lint links"],
  [null, [], "lint links"],
  [["api"], ["docs/a.md"], "api lint links"],
  [null, ["packages/api/odd\nname.ts", "shared/a\u2028.css"], "api web lint links"],
  [null, ["packages/api/"], "api lint links"],
  [null, ["packages/"], "api web lint links"],
  [null, ["packages/api/deep/module/"], "api lint links"],
  [null, ["packages/other/"], "lint links"],
  [null, ["/"], "api web lint links"],
])("a change by a task that names %j of %j has to pass %s", (named, paths, expected) => {
  expect(names(touchedChecks(checks, named, paths))).toBe(expected);
});

test.each(["./packages/api/**", "/packages/api/", " packages/API "])("%s names the folder of an area too", (glob) => {
  const its = [{ name: "api", when: [glob] }];
  expect(names(likelyChecks(its, { checks: null, area: "api" }, areas))).toBe("api");
});

const areas = { api: ["packages/api/**"], packages: ["packages"], page: ["shared/page.css"], any: ["**/*.ts"] };

test.each([
  [null, "api web lint links"],
  ["api", "api lint links"],
  ["packages", "api web lint links"],
  ["page", "web lint links"],
  ["any", "api web lint links"],
  ["unknown", "api web lint links"],
  ["constructor", "api web lint links"],
])("a task of the area %s is likely to have to pass %s", (area, expected) => {
  expect(names(likelyChecks(checks, { checks: null, area }, areas))).toBe(expected);
});
