import { expect, test } from "vitest";

import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import { integrationOf, isIntegrationName, type RunBranches } from "../../src/policy/integration-branch.ts";

const { git } = defaultSettings;
const usual = "gandy/integration";

test("the first base has the plain name, each other its own, and a base keeps what it has", () => {
  const runs: RunBranches[] = [];
  const begin = (base: string): string => {
    const integration = integrationOf(git, base, runs.toReversed());
    runs.push({ base, integration });
    return integration;
  };
  expect(["main", "dev", "main", "dev", "fix"].map(begin)).toEqual([
    usual,
    "gandy/onto/dev",
    usual,
    "gandy/onto/dev",
    "gandy/onto/fix",
  ]);
});

test("no two bases have one branch, and none lies below another", () => {
  const bases = ["a", "a/b", "a/b/c", "a%2Fb", "a%b", "a-b", "b", "origin/a"];
  const names = bases.map((base) => integrationOf(git, base, [{ base: "main", integration: usual }]));
  expect(new Set(names).size).toBe(bases.length);
  for (const name of names) {
    expect(isIntegrationName(name)).toBe(true);
    expect(names.some((other) => other.startsWith(`${name}/`))).toBe(false);
  }
});

test("runs of before that merged from two bases into one branch go on with it", () => {
  const mixed = [
    { base: "dev", integration: usual },
    { base: "main", integration: usual },
  ];
  expect([integrationOf(git, "main", mixed), integrationOf(git, "dev", mixed)]).toEqual([usual, usual]);
});

test("what settings name is that of every base, the usual name too", () => {
  const earlier = [{ base: "main", integration: usual }];
  expect(integrationOf({ ...git, mergeInto: "done" }, "dev", earlier)).toBe("done");
  expect(integrationOf({ ...git, everyBase: true }, "dev", earlier)).toBe(usual);
});
