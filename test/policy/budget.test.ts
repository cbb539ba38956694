import * as fc from "fast-check";
import { describe, expect, test } from "vitest";

import type { Billing, Settings } from "../../src/domain/settings.ts";
import {
  afterRefusal,
  assumedCallMicros,
  budgetNote,
  callCap,
  capsOf,
  costControlOf,
  leftUnder,
  refusalText,
  reservationFor,
  tightest,
  tokensLeft,
  type CostControl,
} from "../../src/policy/budget.ts";
import { priceTable } from "../../src/policy/price-table.ts";
import { model, settings, spec } from "./sample.ts";

const budget = (more: Partial<Settings["budget"]> = {}): Settings["budget"] => ({ ...settings().budget, ...more });

describe("the caps of a task", () => {
  const given = budget({ callMicros: 1, taskMicros: 5, runMicros: 25 });
  test("are the settings'", () => {
    expect(capsOf(given, spec(), 0)).toEqual({ call: 1, task: 5, run: 25, day: null });
  });
  test("are its own before the settings'", () => {
    expect(capsOf(given, spec({ budget: { usdMicros: 2, tokens: null } }), 0).task).toBe(2);
  });
  test("are raised by what a person granted, but a call's", () => {
    expect(capsOf(given, spec(), 10)).toEqual({ call: 1, task: 15, run: 35, day: null });
  });
});

test("what is left counts what running calls may spend, and is never below zero", () => {
  expect(leftUnder(null, { micros: 5, reservedMicros: 5 })).toBeNull();
  expect(leftUnder(100, { micros: 30, reservedMicros: 20 })).toBe(50);
  expect(leftUnder(100, { micros: 90, reservedMicros: 20 })).toBe(0);
});

test("the tightest cap, of equal ones the narrowest", () => {
  expect(tightest({ call: null, task: null, run: null, day: null })).toBeNull();
  expect(tightest({ call: null, task: 9, run: 5, day: 7 })).toEqual({ scope: "run", micros: 5 });
  expect(tightest({ call: null, task: 5, run: 5, day: 5 })?.scope).toBe("task");
});

describe("before a call is reserved", () => {
  const wanted = (costControl: CostControl, more: Partial<Settings["budget"]>, billing: Billing = "metered") =>
    reservationFor({
      id: "r1",
      model: model("sonnet", { billing }),
      costControl,
      settings: settings({ budget: budget(more) }),
      spec: spec(),
      day: "2026-01-01",
      grantedMicros: 0,
    });

  test.each<[string, CostControl, Partial<Settings["budget"]>, number]>([
    ["an assumed amount without caps", "before", {}, assumedCallMicros],
    ["the cap of a call that can be made to hold", "during", { callMicros: 70 }, 70],
    ["the assumed amount where it cannot", "none", { callMicros: 70 }, assumedCallMicros],
    ["a cap of a call that is more than the assumed amount", "after", { callMicros: 9e6 }, 9e6],
    ["no more than the smallest cap", "after", { callMicros: 70, taskMicros: 400, runMicros: 300 }, 300],
    ["more than a cap of nothing, so that it is refused", "during", { callMicros: 70, dayMicros: 0 }, 70],
  ])("%s", (_what, costControl, caps, micros) => {
    expect(wanted(costControl, caps)?.micros).toBe(micros);
  });

  test.each(["free", "subscription"] as const)("nothing of a model that is %s", (billing) => {
    expect(wanted("before", { callMicros: 70, dayMicros: 0 }, billing)).toBeNull();
  });

  describe("of a call whose most is known", () => {
    const most = (costControl: CostControl, worstMicros: number, more: Partial<Settings["budget"]>) =>
      reservationFor({
        id: "r1",
        model: model("sonnet", { billing: "metered" }),
        costControl,
        settings: settings({ budget: budget(more) }),
        spec: spec(),
        day: "2026-01-01",
        grantedMicros: 0,
        worstMicros,
      })?.micros;
    test.each<[string, CostControl, number, Partial<Settings["budget"]>, number]>([
      ["that", "before", 300, {}, 300],
      ["that, if it is less than the cap of a call", "before", 300, { callMicros: 400 }, 300],
      ["the cap of a call, if that is less", "before", 300, { callMicros: 200 }, 200],
      ["no more than the smallest cap", "before", 300, { dayMicros: 100 }, 100],
      ["the assumed amount where nothing holds it", "none", 300, {}, assumedCallMicros],
    ])("%s", (_what, costControl, worstMicros, caps, micros) => {
      expect(most(costControl, worstMicros, caps)).toBe(micros);
    });
  });

  test("the whole of it", () => {
    expect(wanted("before", { taskMicros: 5e6, dayMicros: 9e6 })).toEqual({
      id: "r1",
      model: "sonnet",
      micros: assumedCallMicros,
      caps: { taskMicros: 5e6, runMicros: null, dayMicros: 9e6 },
      day: "2026-01-01",
      grantedMicros: 0,
    });
  });

  test("the adapter is told what it can hold, and only where somebody set a cap", () => {
    expect(callCap(wanted("during", { callMicros: 70 }), "during", 70)).toBe(70);
    expect(callCap(wanted("before", { dayMicros: 400 }), "before", null)).toBe(400);
    expect(callCap(wanted("before", {}), "before", null)).toBeNull();
    expect(callCap(wanted("after", { callMicros: 70 }), "after", 70)).toBeNull();
    expect(callCap(null, "during", 70)).toBeNull();
  });

  test("for any caps: never more than a cap, never less than one micro of a cap that has some", () => {
    const cap = fc.option(fc.integer({ min: 1, max: 5e6 }));
    fc.assert(
      fc.property(
        fc.record({ callMicros: cap, taskMicros: cap, runMicros: cap, dayMicros: cap }),
        fc.constantFrom<CostControl>("before", "during", "after", "none"),
        (caps, costControl) => {
          const reserved = wanted(costControl, caps);
          expect(reserved?.micros).toBeGreaterThan(0);
          for (const most of [caps.taskMicros, caps.runMicros, caps.dayMicros]) {
            if (most !== null) expect(reserved?.micros).toBeLessThanOrEqual(most);
          }
        },
      ),
    );
  });
});

describe("a refusal", () => {
  const refusal = { scope: "task", by: "spend", wantedMicros: 2_000_000, leftMicros: 500 } as const;
  test.each(["stop", "ask", "downgrade"] as const)("does what on_limit says: %s", (onLimit) => {
    expect(afterRefusal(refusal, budget({ onLimit }))).toBe(onLimit);
  });
  test("waits for running calls whatever on_limit says", () => {
    expect(afterRefusal({ ...refusal, by: "reservations" }, budget({ onLimit: "stop" }))).toBe("wait");
  });
  test("is told to a person", () => {
    expect(refusalText({ ...refusal, wantedMicros: 0 })).toBe("the tokens in the budget of the task are used up");
    expect(refusalText(refusal)).toBe("the budget of the task has $0.0005 left and the next call may cost $2.00");
  });
});

test("a cap that is held by prices is not held without one", () => {
  const [row] = priceTable;
  const prices = row === undefined ? [] : [row];
  expect(costControlOf({ costControl: "before", capsByPrice: true }, prices)).toBe("before");
  expect(costControlOf({ costControl: "before", capsByPrice: true }, [])).toBe("none");
  expect(costControlOf({ costControl: "before" }, [])).toBe("before");
});

test("an agent is told what its budget has left, and nothing where it has none", () => {
  expect(budgetNote({ micros: null, tokens: null })).toBe("");
  expect(budgetNote({ micros: 1_200_000, tokens: null })).toContain("has $1.20 left.");
  expect(budgetNote({ micros: 500, tokens: 300_000 })).toContain("has $0.0005 and 300,000 tokens left.");
});

test("tokens left", () => {
  expect(tokensLeft(spec(), 5)).toBeNull();
  const capped = spec({ budget: { usdMicros: null, tokens: 100 } });
  expect([tokensLeft(capped, 30), tokensLeft(capped, 300)]).toEqual([70, 0]);
});
