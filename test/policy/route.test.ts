import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Hold } from "../../src/domain/question.ts";
import type { BreakerRow } from "../../src/domain/rows.ts";
import type { AdapterName, Billing, ModelSettings, Settings, Tier } from "../../src/domain/settings.ts";
import type { Role } from "../../src/domain/task.ts";
import { newBreaker } from "../../src/policy/breaker.ts";
import { route, type Route, type RouteFacts } from "../../src/policy/route.ts";
import { model, settings, spec } from "./sample.ts";

const nowMs = 1_000_000;
const opus = model("opus", {
  provider: "anthropic",
  account: "max",
  tier: "large",
  billing: "subscription",
  adapter: "claude-code",
});
const sonnet = model("sonnet", { provider: "anthropic", account: "api", billing: "metered", adapter: "anthropic" });
const haiku = model("haiku", {
  provider: "anthropic",
  account: "max",
  tier: "small",
  billing: "subscription",
  adapter: "claude-code",
});
const gpt = model("gpt", { provider: "openai", account: "plus", billing: "subscription", adapter: "codex" });
const models = [opus, sonnet, haiku, gpt];

const facts = (more: Partial<RouteFacts> = {}): RouteFacts => ({
  adapters: new Map<AdapterName, { implements: boolean }>([
    ["claude-code", { implements: true }],
    ["codex", { implements: true }],
    ["anthropic", { implements: false }],
  ]),
  holds: [],
  breakers: [],
  exhausted: new Map(),
  exclude: [],
  forced: null,
  authors: [],
  escalate: null,
  ...more,
});

const ask = (role: Role, more: Partial<RouteFacts> = {}, set: Partial<Settings> = {}): Route =>
  route({ role, spec: spec(), risk: "medium", settings: settings({ models, ...set }), nowMs, facts: facts(more) });

const order = (found: Route): readonly string[] => (found.kind === "use" ? found.models : []);
const whyOf = (found: Route, name: string): string | undefined =>
  found.candidates.find((one) => one.model === name)?.why;

const hold = (scope: Hold["scope"], target: string, untilMs: number | null): Hold => ({
  id: "h",
  scope,
  target,
  reason: "plan_limit",
  untilMs,
  by: "limit",
  setAt: 0,
  resumes: 0,
});
const open = (name: string, openedAt = nowMs): BreakerRow => ({ ...newBreaker(name), state: "open", openedAt });

const anyone = { budget: { ...settings().budget, meteredFallback: true } };

test("the first is chosen and the rest are next, each with its reason", () => {
  const found = ask("planner", {}, { ...anyone, roles: { planner: ["gpt", "opus"] } });
  expect(found).toEqual({
    kind: "use",
    models: ["gpt", "opus"],
    candidates: [
      { model: "gpt", state: "chosen", why: "1st of roles.planner" },
      { model: "opus", state: "next", why: "2nd of roles.planner" },
    ],
    reason: "gpt: 1st of roles.planner",
  });
});

describe("nobody is asked who cannot", () => {
  test("edit files, as an implementer", () => {
    const found = ask("implementer", {}, anyone);
    expect(order(found)).toEqual(["opus", "haiku", "gpt"]);
    expect(whyOf(found, "sonnet")).toBe("its adapter anthropic cannot edit files");
  });
  test("be reached", () => {
    const found = ask("planner", { adapters: new Map([["codex", { implements: true }]]) });
    expect(order(found)).toEqual(["gpt"]);
    expect(whyOf(found, "opus")).toBe("its adapter claude-code is not there");
  });
  test("be of use any more", () => {
    const found = ask("implementer", { exhausted: new Map([["opus", "api after 3 tries"]]) });
    expect(order(found)).toEqual(["haiku", "gpt"]);
    expect(whyOf(found, "opus")).toBe("api after 3 tries");
  });
});

describe("money", () => {
  test("a metered model is no fall-back of a subscription", () => {
    const found = ask("planner");
    expect(order(found)).toEqual(["opus", "haiku", "gpt"]);
    expect(whyOf(found, "sonnet")).toBe("metered, where opus is subscription (budget.metered_fallback: false)");
  });
  test("also not when the subscription is held", () => {
    const found = ask(
      "planner",
      { holds: [hold("account", "max", nowMs + 5)] },
      { roles: { planner: ["opus", "sonnet"] } },
    );
    expect(found).toMatchObject({ kind: "held", by: "hold", untilMs: nowMs + 5 });
  });
  test("but where it is allowed, and where it is named first", () => {
    expect(order(ask("planner", {}, anyone))).toContain("sonnet");
    expect(order(ask("planner", {}, { roles: { planner: ["sonnet", "opus"] } }))).toEqual(["sonnet", "opus"]);
  });
});

describe("a free model's place", () => {
  const local = model("local", { adapter: "openai-compatible", tier: "medium" });
  const withLocal = (roles: Settings["roles"], more: Partial<Settings> = {}): Partial<Settings> => ({
    models: [local, opus, sonnet],
    roles,
    ...more,
  });
  const can = new Map<AdapterName, { implements: boolean }>(
    (["claude-code", "anthropic", "openai-compatible"] as const).map((name) => [name, { implements: true }]),
  );
  const named = (set: Partial<Settings>, more: Partial<RouteFacts> = {}): Route =>
    ask("implementer", { adapters: can, ...more }, set);

  test("may be taken by a metered model that was listed for the role, in whatever way", () => {
    const rule = { when: {}, use: { implementer: ["local", "sonnet"] }, why: null };
    const models = [local, sonnet];
    expect(order(named(withLocal({ implementer: ["local", "sonnet"] })))).toEqual(["local", "sonnet"]);
    expect(
      order(
        named({ models, roles: { implementer: ["sonnet"] }, routing: [{ ...rule, use: { implementer: ["local"] } }] }),
      ),
    ).toEqual(["local", "sonnet"]);
    expect(order(named({ models, routing: [rule] }))).toEqual(["local", "sonnet"]);
    const held = named(withLocal({ implementer: ["local", "sonnet"] }), { holds: [hold("model", "local", null)] });
    expect(held).toMatchObject({ kind: "use", models: ["sonnet"] });
  });
  test("but not by one that nobody listed", () => {
    expect(order(named({ models: [local, sonnet] }))).toEqual(["local"]);
    expect(
      order(named({ models: [local, sonnet], routing: [{ when: {}, use: { implementer: ["local"] }, why: null }] })),
    ).toEqual(["local"]);
  });
  test("and a plan's by none, whoever was listed before it", () => {
    for (const implementer of [
      ["opus", "sonnet"],
      ["local", "opus", "sonnet"],
      ["opus", "local", "sonnet"],
    ]) {
      const found = named(withLocal({ implementer }));
      expect(order(found)).not.toContain("sonnet");
      expect(whyOf(found, "sonnet")).toBe("metered, where opus is subscription (budget.metered_fallback: false)");
    }
    expect(order(named(withLocal({ implementer: ["local", "sonnet", "opus"] })))).toEqual(["local", "sonnet", "opus"]);
  });
  test("a plan that cannot do it does not count", () => {
    const found = named(withLocal({ implementer: ["local", "opus", "sonnet"] }), {
      adapters: new Map([...can].filter(([name]) => name !== "claude-code")),
    });
    expect(order(found)).toEqual(["local", "sonnet"]);
  });
});

describe("holds", () => {
  test("of an account take all its models out, and say until when", () => {
    const found = ask("implementer", { holds: [hold("account", "max", nowMs + 1000)] });
    expect(order(found)).toEqual(["gpt"]);
    expect(found.candidates[0]).toEqual({
      model: "opus",
      state: "held",
      why: "account max is held until 1970-01-01T00:16:41.000Z: plan_limit",
    });
  });
  test.each<[Hold, readonly string[]]>([
    [hold("provider", "openai", null), ["opus", "haiku"]],
    [hold("model", "haiku", null), ["opus", "gpt"]],
    [hold("task", "opus", null), ["opus", "haiku", "gpt"]],
    [hold("account", "max", nowMs), ["opus", "haiku", "gpt"]],
  ])("%o leaves %o", (held, left) => {
    expect(order(ask("implementer", { holds: [held] }))).toEqual(left);
  });
  test("of everybody wait for the first that ends", () => {
    const holds = [
      hold("account", "max", nowMs + 9000),
      hold("provider", "openai", nowMs + 400),
      hold("model", "gpt", nowMs + 800),
    ];
    const found = ask("implementer", { holds });
    expect(found).toMatchObject({ kind: "held", by: "hold", untilMs: nowMs + 800 });
    expect(found.reason).toContain("gpt: ");
    expect(found.candidates.map(({ state }) => state)).toEqual(["held", "held", "held", "excluded"]);
  });
  test("without an end wait for a person", () => {
    expect(
      ask("implementer", { holds: [hold("account", "max", null)] }, { roles: { implementer: ["opus"] } }),
    ).toMatchObject({
      kind: "held",
      untilMs: null,
    });
  });
});

describe("breakers", () => {
  test("an open one is passed over", () => {
    const found = ask("implementer", { breakers: [open("opus")] });
    expect(order(found)).toEqual(["haiku", "gpt"]);
    expect(whyOf(found, "opus")).toBe("its breaker rests until 1970-01-01T00:17:40.000Z");
  });
  test("one whose pause is over is tried", () => {
    expect(order(ask("implementer", { breakers: [open("opus", nowMs - 60_000)] }))[0]).toBe("opus");
  });
  test("the only candidate's is waited for, and said", () => {
    const found = ask("implementer", { breakers: [open("opus")] }, { roles: { implementer: ["opus"] } });
    expect(found).toMatchObject({ kind: "held", by: "breaker", untilMs: nowMs + 60_000 });
    expect(found.reason).toBe("opus: its breaker rests until 1970-01-01T00:17:40.000Z");
  });
  test("and holds: whatever ends first", () => {
    const found = ask("implementer", { breakers: [open("gpt")], holds: [hold("account", "max", nowMs + 90_000)] });
    expect(found).toMatchObject({ kind: "held", by: "breaker", untilMs: nowMs + 60_000 });
  });
  test("switched off count for nothing", () => {
    const breaker = { ...settings().breaker, enabled: false };
    expect(order(ask("implementer", { breakers: [open("opus")] }, { breaker }))[0]).toBe("opus");
  });
});

describe("a reviewer", () => {
  const review = (independent: Settings["review"]["independent"]): Partial<Settings> => ({
    ...anyone,
    review: { ...settings().review, independent },
  });
  test("is of another provider, else another model, else the author in a new session", () => {
    const found = ask("code_reviewer", { authors: ["opus"] }, review("prefer"));
    expect(order(found)).toEqual(["gpt", "sonnet", "haiku", "opus"]);
    expect(found.reason).toBe("gpt: 4th of models; of another provider than the author");
    expect(whyOf(found, "haiku")).toBe("3rd of models; another model of the author's provider (anthropic)");
    expect(whyOf(found, "opus")).toBe("1st of models; the author itself, in a new session");
  });
  test("is far from all the authors", () => {
    expect(order(ask("code_reviewer", { authors: ["opus", "gpt"] }, review("prefer")))).toEqual([
      "sonnet",
      "haiku",
      "opus",
      "gpt",
    ]);
  });
  test("can be required to be of another provider", () => {
    expect(order(ask("plan_reviewer", { authors: ["opus"] }, review("require")))).toEqual(["gpt"]);
    const found = ask("plan_reviewer", { authors: ["opus", "gpt"] }, review("require"));
    expect(found.kind).toBe("none");
    expect(whyOf(found, "gpt")).toBe("the author itself, in a new session (review.independent: require)");
  });
  test("may be anybody, where nobody minds", () => {
    const found = ask("code_reviewer", { authors: ["opus"] }, review("off"));
    expect(order(found)).toEqual(["opus", "sonnet", "haiku", "gpt"]);
    expect(found.reason).toBe("opus: 1st of models");
  });
  test("of an author the settings no longer know is told apart by name", () => {
    expect(order(ask("code_reviewer", { authors: ["gone"] }, review("require")))).toEqual([
      "opus",
      "sonnet",
      "haiku",
      "gpt",
    ]);
  });
});

describe("escalation", () => {
  const escalate = "turned down 2 times";
  test("asks the next tier up first, the usual ones after it", () => {
    const found = ask("implementer", { escalate }, { roles: { implementer: ["haiku", "opus", "gpt"] } });
    expect(order(found)).toEqual(["gpt", "opus", "haiku"]);
    expect(found.reason).toBe("gpt: 3rd of roles.implementer; medium because turned down 2 times");
  });
  test("changes nothing where nobody is larger, and nothing for reviewers", () => {
    expect(order(ask("implementer", { escalate }))).toEqual(["opus", "haiku", "gpt"]);
    expect(order(ask("code_reviewer", { escalate }, { roles: { code_reviewer: ["haiku", "opus"] } }))).toEqual([
      "haiku",
      "opus",
    ]);
  });
  test("costs no money that was not allowed", () => {
    const found = ask("planner", { escalate }, { roles: { planner: ["haiku", "sonnet"] } });
    expect(order(found)).toEqual(["haiku"]);
  });
});

describe("a person's choice", () => {
  test("is the only one, whatever it costs and wherever it stands", () => {
    const found = ask(
      "code_reviewer",
      { forced: "sonnet", authors: ["sonnet"] },
      { roles: { code_reviewer: ["gpt"] } },
    );
    expect(order(found)).toEqual(["sonnet"]);
    expect(found.reason).toBe("sonnet: chosen by a person; the author itself, in a new session");
  });
  test("need not be independent", () => {
    const review = { ...settings().review, independent: "require" } as const;
    expect(order(ask("code_reviewer", { forced: "opus", authors: ["opus"] }, { review }))).toEqual(["opus"]);
  });
  test("still cannot do what it cannot", () => {
    expect(ask("implementer", { forced: "sonnet" })).toMatchObject({ kind: "none" });
    expect(ask("implementer", { forced: "gone" })).toMatchObject({ kind: "none", candidates: [] });
    expect(ask("implementer", { forced: "opus", holds: [hold("model", "opus", null)] })).toMatchObject({
      kind: "held",
    });
  });
});

test("whose work was rejected comes last", () => {
  const found = ask("planner", { exclude: ["opus"] });
  expect(order(found)).toEqual(["haiku", "gpt", "opus"]);
  expect(whyOf(found, "opus")).toBe("1st of models; last, as its work was rejected");
});

const anyModel = (name: string): fc.Arbitrary<ModelSettings> =>
  fc
    .record({
      tier: fc.constantFrom<Tier>("small", "medium", "large"),
      billing: fc.constantFrom<Billing>("free", "subscription", "metered"),
      provider: fc.constantFrom("p", "q"),
      account: fc.constantFrom("a", "b"),
      adapter: fc.constantFrom<AdapterName>("claude-code", "anthropic", "gemini"),
    })
    .map((more) => model(name, more));
const names: readonly string[] = ["m1", "m2", "m3", "m4"];
const someNames = fc.subarray([...names]);
const instant = fc.option(fc.integer({ min: nowMs - 10, max: nowMs + 10 }));

test("in any world: each candidate stands once; who is used is free and fit; a hold ends later; the choice is the same again", () => {
  const world = fc.record({
    models: fc.tuple(anyModel("m1"), anyModel("m2"), anyModel("m3"), anyModel("m4")),
    role: fc.constantFrom<Role>("planner", "implementer", "code_reviewer"),
    forced: fc.option(fc.constantFrom(...names)),
    exhausted: someNames,
    exclude: someNames,
    authors: someNames,
    holds: fc.array(fc.tuple(fc.constantFrom("a", "b"), instant), { maxLength: 3 }),
    broken: someNames,
    escalate: fc.option(fc.constant("why")),
    independent: fc.constantFrom("prefer", "require", "off"),
    meteredFallback: fc.boolean(),
  });
  fc.assert(
    fc.property(world, (w) => {
      const set = settings({
        models: w.models,
        review: { ...settings().review, independent: w.independent },
        budget: { ...settings().budget, meteredFallback: w.meteredFallback },
      });
      const known = facts({
        forced: w.forced,
        exclude: w.exclude,
        authors: w.authors,
        escalate: w.escalate,
        exhausted: new Map(w.exhausted.map((name) => [name, "spent"])),
        holds: w.holds.map(([account, untilMs]) => hold("account", account, untilMs)),
        breakers: w.broken.map((name) => open(name)),
      });
      const question = { role: w.role, spec: spec(), risk: "low", settings: set, nowMs, facts: known } as const;
      const found = route(question);
      expect(found.candidates.map((one) => one.model).toSorted()).toEqual(w.forced === null ? [...names] : [w.forced]);
      expect(new Set(found.candidates.map(({ model }) => model)).size).toBe(found.candidates.length);
      const states = (state: string): string[] =>
        found.candidates.filter((one) => one.state === state).map((one) => one.model);
      expect([...states("chosen"), ...states("next")]).toEqual([...order(found)]);
      for (const name of order(found)) {
        const used = w.models.find((one) => one.name === name);
        expect(w.exhausted.includes(name) || w.broken.includes(name)).toBe(false);
        expect(used?.adapter === "gemini" || (w.role === "implementer" && used?.adapter === "anthropic")).toBe(false);
        expect(w.holds.some(([account, end]) => account === used?.account && (end === null || end > nowMs))).toBe(
          false,
        );
      }
      if (found.kind === "held" && found.untilMs !== null) expect(found.untilMs).toBeGreaterThan(nowMs);
      if (found.kind === "none") expect(states("excluded")).toHaveLength(found.candidates.length);
      expect(route(question)).toEqual(found);
    }),
    { numRuns: 500 },
  );
});

describe("a wanted tier", () => {
  const want = (tier: Tier, only = false): Partial<RouteFacts> => ({ tier: { tier, only, why: `${tier} first` } });

  test("goes first among the candidates, and adds nobody", () => {
    expect(order(ask("planner", want("small")))).toEqual(["haiku", "opus", "gpt"]);
    expect(order(ask("planner", want("large"), { roles: { planner: ["gpt", "haiku"] } }))).toEqual(["gpt", "haiku"]);
    expect(whyOf(ask("planner", want("small")), "haiku")).toContain("small first");
  });

  test("comes after a person's choice, rejected work, independence, and a tier up for what struggles", () => {
    expect(order(ask("planner", { ...want("small"), forced: "gpt" }))).toEqual(["gpt"]);
    expect(order(ask("planner", { ...want("small"), exclude: ["haiku"] })).at(-1)).toBe("haiku");
    expect(order(ask("code_reviewer", { ...want("small"), authors: ["opus"] }))[0]).toBe("gpt");
    expect(
      order(
        ask(
          "planner",
          { ...want("small"), escalate: "it struggles" },
          { roles: { planner: ["gpt", "haiku", "opus"] } },
        ),
      )[0],
    ).toBe("opus");
  });

  test("where it is all that may be asked, nobody else is", () => {
    expect(order(ask("analyst", want("small", true)))).toEqual(["haiku"]);
    expect(ask("analyst", want("small", true), { roles: { analyst: ["gpt"] } }).kind).toBe("none");
  });
});
