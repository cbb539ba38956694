import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import { type AccountUse, noUse } from "../../src/domain/account-use.ts";
import type { ModelSettings, Settings } from "../../src/domain/settings.ts";
import type { Role, TaskSpec } from "../../src/domain/task.ts";
import { accountHolds } from "../../src/policy/account-holds.ts";
import { type RouteFacts, route, type Route } from "../../src/policy/route.ts";
import { usedSince } from "../../src/policy/spread.ts";
import { model, settings, spec } from "./sample.ts";

const hourMs = 3_600_000;
const nowMs = 1_000 * hourMs;
const plan = { billing: "subscription", tier: "large" } as const;
const claude = model("claude", { ...plan, account: "claude-max", provider: "anthropic" });
const codex = model("codex", { ...plan, account: "codex-plus", provider: "openai" });
const gemini = model("gemini", { ...plan, account: "google-plan", provider: "google" });

const window = (account: string, share: number, name = "5h"): AccountUse["windows"][number] => ({
  account,
  name,
  share,
  resetAtMs: nowMs + hourMs,
  at: nowMs,
});
const call = (account: string, more: Partial<AccountUse["calls"][number]> = {}): AccountUse["calls"][number] => ({
  account,
  role: "implementer",
  startedAt: nowMs - 60_000,
  running: false,
  ...more,
});
const used = (windows: AccountUse["windows"], calls: AccountUse["calls"] = []): AccountUse => ({ windows, calls });

function ask(
  facts: Partial<RouteFacts>,
  of: {
    readonly models?: readonly ModelSettings[];
    readonly set?: Partial<Settings>;
    readonly role?: Role;
    readonly task?: Partial<TaskSpec>;
    readonly at?: number;
  } = {},
): Route {
  const { models = [claude, codex], set = {}, role = "implementer", task = {}, at = nowMs } = of;
  return route({
    role,
    spec: spec(task),
    risk: "medium",
    settings: settings({ models, ...set }),
    nowMs: at,
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
  });
}
const order = (found: Route): readonly string[] => (found.kind === "use" ? found.models : []);

describe("implementers on plans", () => {
  const half = used([window("claude-max", 0.38), window("codex-plus", 0.6)]);

  test("the account with most of its windows left goes first, and why says how much that is", () => {
    const found = ask({ use: used([window("claude-max", 0.6), window("codex-plus", 0.38)]) });
    expect(order(found)).toEqual(["codex", "claude"]);
    expect(found.reason).toContain("62 % of codex-plus's 5h window left, 40 % of claude-max's 5h window left");
  });

  test("the tightest of an account's windows counts", () => {
    const windows = [window("claude-max", 0.1), window("claude-max", 0.9, "7d"), window("codex-plus", 0.5)];
    expect(order(ask({ use: used(windows) }))[0]).toBe("codex");
  });

  test("what is kept for its owner is not there to be used", () => {
    const set = { accounts: { "claude-max": { keep: 0.5 } } };
    expect(order(ask({ use: half }, { set }))[0]).toBe("codex");
  });

  test("a window that has begun anew is unused", () => {
    const past = { ...window("claude-max", 0.9), resetAtMs: nowMs - 1 };
    const found = ask({ use: used([past, window("codex-plus", 0.5)]) });
    expect(order(found)[0]).toBe("claude");
  });

  test("those of which about as much is left take turns, also where reviews keep them even", () => {
    const windows = [window("claude-max", 0.5), window("codex-plus", 0.51)];
    const calls = [call("claude-max"), call("codex-plus", { role: "code_reviewer" })];
    expect(order(ask({ use: used(windows, calls) }))[0]).toBe("codex");
    expect(order(ask({ use: used(windows, [...calls, call("codex-plus")]) }))[0]).toBe("claude");
  });

  test("calls under way count before they have told what they use", () => {
    const windows = [window("claude-max", 0.5), window("codex-plus", 0.5)];
    const running = [call("claude-max", { running: true })];
    expect(order(ask({ use: used(windows) }))[0]).toBe("claude");
    expect(order(ask({ use: used(windows, running) }))[0]).toBe("codex");
  });

  test.each<[string, Partial<RouteFacts>, Parameters<typeof ask>[1]]>([
    ["the settings say: by order", {}, { set: { spread: "order" } }],
    ["the task names its models", {}, { task: { models: { implementer: ["claude", "codex"] } } }],
    [
      "a routing rule does",
      {},
      { set: { routing: [{ when: {}, use: { implementer: ["claude", "codex"] }, why: null }] } },
    ],
    ["a person chose", { forced: "claude" }, {}],
    ["another role is asked for", {}, { role: "planner" }],
    ["another tier", {}, { models: [claude, { ...codex, tier: "medium" }] }],
    ["nobody pays for the first", {}, { models: [{ ...claude, billing: "free" }, codex] }],
    ["they share an account", {}, { models: [claude, { ...codex, account: "claude-max" }] }],
    ["it has worked on the task", { worked: "claude", authors: ["claude"] }, {}],
    ["it cannot implement", {}, { models: [claude, { ...codex, adapter: "anthropic" }] }],
  ])("stay as they are where %s", (_name, facts, of) => {
    const found = ask({ use: used([window("claude-max", 0.9), window("codex-plus", 0.1)]), ...facts }, of);
    expect(order(found)[0]).toBe("claude");
  });

  test("are spread over the list of a role, and over models of one tier that stand apart", () => {
    const small = model("small", { ...plan, tier: "small", account: "claude-max" });
    const found = ask(
      { use: used([window("claude-max", 0.9), window("codex-plus", 0.1)]) },
      { models: [claude, small, codex], set: { roles: { implementer: ["claude", "small", "codex"] } } },
    );
    expect(order(found)).toEqual(["codex", "claude", "small"]);
  });

  test("nobody goes first whose work would be reviewed less independently", () => {
    const set = { roles: { code_reviewer: ["codex"] } };
    const spent = used([window("claude-max", 0.9), window("codex-plus", 0.1)]);
    expect(order(ask({ use: spent }, { set }))[0]).toBe("claude");
    expect(
      order(ask({ use: spent }, { set: { review: { ...settings().review, independent: "off" }, ...set } }))[0],
    ).toBe("codex");
  });

  test("two accounts of one provider are two plans", () => {
    const work = { ...claude, name: "work", account: "work" };
    const found = ask(
      { use: used([window("claude-max", 0.9), window("work", 0.1), window("codex-plus", 0.95)]) },
      { models: [claude, work, codex] },
    );
    expect(order(found)[0]).toBe("work");
  });

  test("nothing is read where it matters to nothing", () => {
    expect(usedSince(settings({ models: [claude] }), "implementer", null)).toBeNull();
    expect(usedSince(settings({ models: [claude, codex] }), "code_reviewer", null)).toBeNull();
    expect(usedSince(settings({ models: [claude, codex], spread: "order" }), "implementer", null)).toBeNull();
    expect(usedSince(settings({ models: [claude, codex] }), "implementer", null)).not.toBeNull();
  });
});

/** A plan whose calls use so much of its window, which it tells at the end of each. */
interface FakePlan {
  readonly account: string;
  used: number;
  readonly perCall: number;
}

/** Two hundred tasks, so many at once; what plans tell is known when a call is over. */
function work(plans: readonly FakePlan[], parallel: number, tells: boolean, set: Partial<Settings> = {}) {
  const running: AccountUse["calls"][number][] = [];
  const done: AccountUse["calls"][number][] = [];
  const counts = new Map<string, number>();
  const models = [claude, codex];
  for (let n = 0; n < 200; n += 1) {
    const windows = tells ? plans.map(({ account, used }) => window(account, used)) : [];
    const known = used(windows, [...done, ...running]);
    const holds = accountHolds(settings({ models, ...set }), known, nowMs);
    const found = ask({ use: known, holds }, { set });
    const chosen = models.find(({ name }) => name === order(found)[0]);
    if (chosen !== undefined) {
      running.push(call(chosen.account, { running: true }));
      counts.set(chosen.account, (counts.get(chosen.account) ?? 0) + 1);
    }
    if (running.length < parallel && chosen !== undefined) continue;
    const over = running.shift();
    if (over === undefined) break;
    done.push({ ...over, running: false });
    const plan = plans.find(({ account }) => account === over.account);
    if (plan !== undefined) plan.used += plan.perCall;
  }
  for (const over of running) {
    const plan = plans.find(({ account }) => account === over.account);
    if (plan !== undefined) plan.used += plan.perCall;
  }
  return counts;
}

describe("two hundred tasks on two plans", () => {
  const share = fc.double({ min: 0, max: 0.3, noNaN: true });
  const perCall = fc.double({ min: 0.002, max: 0.004, noNaN: true });
  const atOnce = fc.integer({ min: 1, max: 5 });

  test("leave both within ten hundredths of the same head-room", () => {
    fc.assert(
      fc.property(share, share, perCall, perCall, atOnce, (first, second, a, b, parallel) => {
        const plans: FakePlan[] = [
          { account: "claude-max", used: first, perCall: a },
          { account: "codex-plus", used: second, perCall: b },
        ];
        work(plans, parallel, true);
        expect(Math.abs((plans[0]?.used ?? 0) - (plans[1]?.used ?? 0))).toBeLessThanOrEqual(0.1);
      }),
    );
  });

  test("are shared evenly where nobody tells of windows", () => {
    const plans: FakePlan[] = [
      { account: "claude-max", used: 0, perCall: 0.001 },
      { account: "codex-plus", used: 0, perCall: 0.001 },
    ];
    const counts = work(plans, 5, false);
    expect(counts.get("claude-max")).toBe(100);
    expect(counts.get("codex-plus")).toBe(100);
  });

  test("never use more of what is kept than the calls that were under way", () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 95 }), perCall, atOnce, (percent, cost, parallel) => {
        const keep = percent / 100;
        const plans: FakePlan[] = [
          { account: "claude-max", used: 0.4, perCall: cost * 4 },
          { account: "codex-plus", used: 0.4, perCall: cost * 4 },
        ];
        const accounts = { "claude-max": { keep }, "codex-plus": { keep } };
        work(plans, parallel, true, { accounts });
        for (const plan of plans)
          expect(plan.used).toBeLessThanOrEqual(Math.max(0.4, 1 - keep) + parallel * plan.perCall + 1e-9);
      }),
    );
  });
});

test("where nothing of any plan is used, nothing is said of that", () => {
  const fresh = ask({ use: noUse }, { models: [claude, codex, gemini] });
  expect(fresh.reason).not.toContain("counted here");
  const kept = { "claude-max": { keep: 0.2 } };
  expect(ask({ use: noUse }, { models: [claude, codex, gemini], set: { accounts: kept } }).reason).toContain(
    "kept for you",
  );
});

test("three plans, one of which tells nothing, are all used", () => {
  const windows = [window("claude-max", 0.5), window("google-plan", 0.5)];
  const found = ask({ use: used(windows) }, { models: [claude, codex, gemini] });
  expect(order(found)[0]).toBe("codex");
  expect(found.reason).toContain("codex-plus was given 0 changes in 5h (counted here)");
  expect(order(ask({ use: noUse }, { models: [claude, codex, gemini] }))[0]).toBe("claude");
});
