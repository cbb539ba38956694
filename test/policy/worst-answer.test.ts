import { expect, test } from "vitest";

import { pricesOf } from "../../src/policy/prices.ts";
import { mostTokens, usualOutputTokens, worstAnswer } from "../../src/policy/worst-answer.ts";
import { model } from "./sample.ts";

const sol = pricesOf(model("m", { provider: "openai", model: "gpt-6.1-sol" }), []);

test("a text has no more tokens than bytes", () => {
  expect(mostTokens("aé€")).toBe(6 + mostTokens(""));
});

test("an answer costs at most its prompt and the longest output, by hand", () => {
  const input = mostTokens("x".repeat(5_000));
  expect(worstAnswer({ text: "x".repeat(5_000), schema: null }, sol, 0)).toBe(input * 2.5 + usualOutputTokens * 10);
});

test("with a schema it may be asked for twice, the second time with what was said", () => {
  const once = worstAnswer({ text: "xy", schema: null }, sol, 0) ?? 0;
  const twice = worstAnswer({ text: "x", schema: "y" }, sol, 0) ?? 0;
  expect(twice).toBe(2 * once + (usualOutputTokens + mostTokens("")) * 2.5);
});

test("nobody knows it without a price", () => {
  expect(worstAnswer({ text: "x", schema: null }, [], 0)).toBeNull();
});
