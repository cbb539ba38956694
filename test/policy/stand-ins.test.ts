import { expect, test } from "vitest";

import type { ModelSettings, Settings } from "../../src/domain/settings.ts";
import type { Role } from "../../src/domain/task.ts";
import { route, type RouteFacts } from "../../src/policy/route.ts";
import { withStandIns } from "../../src/policy/stand-ins.ts";
import { model, settings, spec } from "./sample.ts";

const one = { parallel: 1, rpm: null, tpm: null };

function standIns(
  models: readonly ModelSettings[],
  role: Role = "implementer",
  { set = {}, facts = {} }: { set?: Partial<Settings>; facts?: Partial<RouteFacts> } = {},
): readonly string[] {
  const limits = { ...settings().limits, perModel: Object.fromEntries(models.map(({ name }) => [name, one])) };
  const question = {
    role,
    spec: spec(),
    risk: "medium" as const,
    settings: settings({ models, limits, budget: { ...settings().budget, meteredFallback: true }, ...set }),
    nowMs: 0,
    facts: {
      adapters: new Map([["scripted", { implements: true }]] as const),
      holds: [],
      breakers: [],
      exhausted: new Map(),
      exclude: [],
      forced: null,
      authors: [],
      escalate: null,
      ...facts,
    },
  };
  const decided = route(question);
  if (decided.kind !== "use") throw new Error(decided.reason);
  return withStandIns(question, decided, decided.models[0]);
}

const plan = { billing: "subscription" } as const;
const metered = { billing: "metered" } as const;

test("who stands in is of the same tier and the same billing", () => {
  const models = [model("a"), model("big", { tier: "large" }), model("b"), model("paid", metered), model("max", plan)];
  expect(standIns(models)).toEqual(["a", "b"]);
  expect(standIns([model("max", plan), model("paid", metered), model("pro", plan)])).toEqual(["max", "pro"]);
  expect(standIns([model("paid", metered), model("free"), model("dear", metered)])).toEqual(["paid", "dear"]);
});

test("nobody does where a person chose, where the settings say wait, and where no place is counted", () => {
  const models = [model("a"), model("b")];
  expect(standIns(models, "implementer", { facts: { forced: "a" } })).toEqual(["a"]);
  expect(standIns(models, "implementer", { set: { whenBusy: "wait" } })).toEqual(["a"]);
  expect(standIns(models, "implementer", { set: { limits: settings().limits } })).toEqual(["a"]);
});

test("whose work was rejected, and who is of no more use, does not", () => {
  const models = [model("a"), model("b"), model("c"), model("d")];
  expect(standIns(models, "implementer", { facts: { exclude: ["b"], exhausted: new Map([["c", "broken"]]) } })).toEqual(
    ["a", "d"],
  );
});

test("a reviewer's stand-in is no nearer to the author", () => {
  const models = [
    model("a", { provider: "x" }),
    model("b", { provider: "y" }),
    model("c", { provider: "x" }),
    model("d", { provider: "z" }),
  ];
  expect(standIns(models, "code_reviewer", { facts: { authors: ["a"] } })).toEqual(["b", "d"]);
});

test("an author's stand-in leaves a reviewer as independent as before", () => {
  const models = [model("a", { provider: "x" }), model("b", { provider: "y" }), model("c", { provider: "x" })];
  const roles = { implementer: ["a", "b", "c"], code_reviewer: ["b"] };
  expect(standIns(models, "implementer", { set: { roles } })).toEqual(["a", "c"]);
  const off = { roles, review: { ...settings().review, independent: "off" as const } };
  expect(standIns(models, "implementer", { set: off })).toEqual(["a", "b", "c"]);
});

test("who has begun the work goes on with it, and a second author is none where that takes the last reviewer away", () => {
  const models = [model("a", { provider: "x" }), model("b", { provider: "y" })];
  expect(standIns(models, "implementer", { facts: { authors: ["b"] } })).toEqual(["b"]);
  const three = [...models, model("c", { provider: "z" })];
  expect(standIns(three, "implementer", { facts: { authors: ["b"] } })).toEqual(["b", "a", "c"]);
});
