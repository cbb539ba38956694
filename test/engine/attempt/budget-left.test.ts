import { expect, test } from "vitest";

import type { Settings } from "../../../src/domain/settings.ts";
import { budgetLeft } from "../../../src/engine/attempt/budget-left.ts";
import { model, settings, spec } from "../../policy/sample.ts";

const spends: Record<string, { readonly micros: number; readonly tokens: number; readonly raisedMicros?: number }> = {
  "task:repo/A": { micros: 3_000_000, tokens: 100 },
  "run:R1": { micros: 20_000_000, tokens: 0 },
  "day:2030-01-01": { micros: 49_500_000, tokens: 0 },
  "run:R2": { micros: 20_000_000, tokens: 0, raisedMicros: 4_000_000 },
  "day:2030-01-02": { micros: 49_500_000, tokens: 0, raisedMicros: 2_000_000 },
};
const account = {
  spend: (scope: string) =>
    Promise.resolve({ ...(spends[scope] ?? { micros: 0, tokens: 0 }), reservedMicros: 9_000_000, unknownCalls: 0 }),
};

const left = (
  budget: Partial<Settings["budget"]>,
  more: {
    readonly capMicros?: number;
    readonly billing?: "subscription";
    readonly tokens?: number;
    readonly granted?: number;
  } = {},
  at = { run: "R1", day: "2030-01-01" },
) =>
  budgetLeft(
    account,
    { spec: spec({ budget: { usdMicros: null, tokens: more.tokens ?? null } }), repository: "repo", run: at.run },
    { grantedMicros: more.granted ?? 0 },
    {
      model: model("m", { billing: more.billing ?? "metered" }),
      settings: settings({ budget: { ...settings().budget, ...budget } }),
      day: at.day,
      capMicros: more.capMicros ?? null,
    },
  );

test.each<[string, Parameters<typeof left>, Awaited<ReturnType<typeof left>>]>([
  ["nothing without a budget", [{}], { micros: null, tokens: null }],
  ["of the task", [{ taskMicros: 5_000_000, runMicros: 25_000_000 }], { micros: 2_000_000, tokens: null }],
  [
    "of the day, if that is tighter",
    [{ taskMicros: 5_000_000, dayMicros: 50_000_000 }],
    { micros: 500_000, tokens: null },
  ],
  ["never less than nothing", [{ runMicros: 1 }], { micros: 0, tokens: null }],
  ["what the adapter holds the call to", [{ taskMicros: 5_000_000 }, { capMicros: 7 }], { micros: 7, tokens: null }],
  ["tokens", [{}, { tokens: 400 }], { micros: null, tokens: 300 }],
  [
    "only tokens where nobody pays by them",
    [{ dayMicros: 1 }, { billing: "subscription", tokens: 400 }],
    { micros: null, tokens: 300 },
  ],
  [
    "with what another task's question raised it by",
    [{ runMicros: 20_000_000, dayMicros: 50_000_000 }, {}, { run: "R2", day: "2030-01-02" }],
    { micros: 2_500_000, tokens: null },
  ],
  [
    "with what its own question raised it by, once",
    [{ runMicros: 20_000_000 }, { granted: 1_000_000 }, { run: "R2", day: "2030-01-02" }],
    { micros: 4_000_000, tokens: null },
  ],
])("%s", async (_what, given, expected) => {
  expect(await left(...given)).toEqual(expected);
});
