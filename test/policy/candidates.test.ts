import { describe, expect, test } from "vitest";

import type { RoutingRule } from "../../src/domain/settings.ts";
import type { Risk, Role, TaskSpec } from "../../src/domain/task.ts";
import { candidatesOf } from "../../src/policy/candidates.ts";
import { model, settings, spec } from "./sample.ts";

const models = ["opus", "sonnet", "gpt", "local"].map((name) => model(name));
const rule = (when: RoutingRule["when"], use: RoutingRule["use"], why: string | null = null): RoutingRule => ({
  when,
  use,
  why,
});

function names(
  role: Role,
  more: { spec?: Partial<TaskSpec>; risk?: Risk; routing?: readonly RoutingRule[]; roles?: object },
): string[] {
  return candidatesOf({
    role,
    spec: spec(more.spec),
    risk: more.risk ?? "medium",
    settings: settings({ models, routing: more.routing ?? [], roles: more.roles ?? {} }),
  }).map(({ model }) => model.name);
}

test("without an entry every model is asked in order", () => {
  expect(names("planner", {})).toEqual(["opus", "sonnet", "gpt", "local"]);
});

test("an entry is all there is", () => {
  expect(names("planner", { roles: { planner: ["gpt", "opus"] } })).toEqual(["gpt", "opus"]);
});

test("the task's own come first, then the rule's, then the role's, each once", () => {
  const more = {
    spec: { models: { planner: ["local"] } },
    routing: [rule({}, { planner: ["gpt", "local"] })],
    roles: { planner: ["opus", "gpt"] },
  };
  expect(names("planner", more)).toEqual(["local", "gpt", "opus"]);
});

describe("of the routing rules the first that fits counts", () => {
  const routing = [
    rule({ risk: ["low"], area: ["docs"] }, { implementer: ["local"] }),
    rule({ risk: ["low", "high"] }, { planner: ["gpt"] }),
    rule({ risk: ["low"] }, { implementer: ["sonnet"] }),
    rule({ role: ["implementer"] }, { implementer: ["gpt"] }),
  ];
  const roles = { implementer: ["opus"] };
  test.each<[string, Risk, string | null, string[]]>([
    ["all of its keys", "low", "docs", ["local", "opus"]],
    ["not one without the role", "low", "auth", ["sonnet", "opus"]],
    ["no area is no area of the rule", "low", null, ["sonnet", "opus"]],
    ["the role as a key", "medium", null, ["gpt", "opus"]],
  ])("%s", (_what, risk, area, expected) => {
    expect(names("implementer", { risk, spec: { area }, routing, roles })).toEqual(expected);
  });
});

test("each says where it was named", () => {
  const named = candidatesOf({
    role: "implementer",
    spec: spec({ models: { implementer: ["opus"] } }),
    risk: "low",
    settings: settings({
      models,
      routing: [rule({}, { planner: ["opus"] }), rule({ risk: ["low"] }, { implementer: ["local"] }, "cheap first")],
      roles: { implementer: ["gpt", "sonnet"] },
    }),
  });
  expect(named.map(({ why }) => why)).toEqual([
    "1st of the task's models.implementer",
    "1st of routing rule 2 (cheap first)",
    "1st of roles.implementer",
    "2nd of roles.implementer",
  ]);
});
