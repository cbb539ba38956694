import { expect, test } from "vitest";

import { doneIn } from "../../../src/domain/duration.ts";
import { doneBetween } from "../../../src/view/text/forecast.ts";
import { noon } from "../fixtures.ts";

const minute = 60_000;

test("a forecast is a span, and says what it does not count", () => {
  expect(doneIn({ lowMs: 41 * minute, highMs: 130 * minute })).toBe("done in 40 min to 2 h, without your answers");
});

test.each([
  ["a wide range in steps of five minutes", 42, 121, ["12:40", "14:00"]],
  ["a narrow one by the minute", 2, 9, ["12:02", "12:09"]],
  ["one that has begun from now on", -30, 9, ["12:00", "12:10"]],
  ["one of another day with its day", 600, 1_500, ["22:00", "Wed 13:00"]],
])("on a clock is %s", (_what, from, to, shown) => {
  expect(doneBetween({ from: noon + from * minute, to: noon + to * minute }, noon)).toEqual(shown);
});
