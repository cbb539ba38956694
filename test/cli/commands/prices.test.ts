import { expect, test } from "vitest";

import { brand } from "../../../src/domain/brand.ts";
import { priceTable } from "../../../src/policy/price-table.ts";
import { inForce, pricesOf } from "../../../src/policy/prices.ts";
import { model } from "../../policy/sample.ts";
import { atHand } from "../at-hand.ts";
import { at, parsed } from "../played.ts";

const settings = `
models:
  opus: {adapter: claude-code, model: claude-opus-5-5}
  argon: {adapter: gemini, model: gemini-4-argon, billing: metered}
  strange: {adapter: codex}
  local: {adapter: command, argv: [./a.sh], model: "qwen3:30b", billing: metered}
prices:
  "qwen3:30b": [{input: 0.2, output: 0.875}, {input: 0.4, output: 1.5, above: 32000}]
`;

test("the prices in force are printed with where they stand, and what is unknown as unknown", async () => {
  const hand = atHand({ [brand.settingsFile]: settings });
  const { code, out } = await hand.say("models", "--prices");
  expect(code).toBe(0);
  expect(out).toMatch(
    /^opus +claude-opus-5-5 +subscription +- +all +4\.00 +20\.00 +0\.20 +5\.00 +8\.00 +cost table of .*checked/m,
  );
  expect(out).toMatch(/^argon +gemini-4-argon +metered .*4\.00 +20\.00 +0\.20 +\? +\? +github\.com/m);
  expect(out).toMatch(/^strange +- +subscription +- +- +unknown$/m);
  expect(out).toMatch(
    new RegExp(`^local +qwen3:30b +metered +- +all +0\\.20 +0\\.875 +\\? .*${brand.settingsFile}$`, "m"),
  );
  expect(out).toMatch(/^local .*above 32,000 +0\.40 +1\.50/m);
  expect(out).toContain("counts against no budget of money");
  expect(out).toContain("set what is unknown under prices");
});

test("scripts get the same with its numbers", async () => {
  const hand = atHand({ [brand.settingsFile]: settings });
  const json = parsed((await hand.say("models", "--prices", "--json")).out);
  const [expected] = inForce(pricesOf(model("argon", { provider: "google", model: "gemini-4-argon" }), []), Date.now());
  expect(at(json, "v")).toBe(1);
  expect(at(json, "prices", 1)).toMatchObject({
    name: "argon",
    known: true,
    rows: [
      {
        from: expected?.from ?? null,
        inputUsd: (expected?.microsPerMillion.input ?? 0) / 1e6,
        cacheWriteUsd: null,
        checked: null,
      },
    ],
  });
  expect(at(json, "prices", 2)).toMatchObject({ name: "strange", known: false, rows: [], next: [] });
  expect(at(json, "prices", 3, "rows", 1)).toMatchObject({
    id: "settings/qwen3:30b>32000",
    outputUsd: 1.5,
    source: brand.settingsFile,
  });
  expect(priceTable.length).toBeGreaterThan(15);
});
