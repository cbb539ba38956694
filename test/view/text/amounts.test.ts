import { describe, expect, test } from "vitest";

import type { Cost } from "../../../src/domain/money.ts";
import { bar, counted, dollars, money, sparkline, tokens } from "../../../src/view/text/amounts.ts";
import { age, countdown, duration, instant, shortCountdown, timeOfDay } from "../../../src/view/text/durations.ts";
import { noon } from "../fixtures.ts";

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

describe("money", () => {
  test.each<[Cost, string]>([
    [{ micros: 40_000, source: "reported" }, "$0.04"],
    [{ micros: 40_000, source: "estimated" }, "~$0.04"],
    [{ micros: 40_000, source: "assumed" }, "~$0.04"],
    [{ micros: 40_000, source: "lower_bound" }, "≥$0.04"],
    [{ micros: 40_000, source: "unsettled" }, "≥$0.04"],
    [{ micros: null, source: "unknown" }, "?"],
    [{ micros: null, source: "unsettled" }, "?"],
    [{ micros: 0, source: "reported" }, "$0.00"],
    [{ micros: 0, source: "assumed" }, "$0.00"],
    [{ micros: 0, source: "lower_bound" }, "≥$0.00"],
  ])("%j is %s", (cost, shown) => {
    expect(money(cost)).toBe(shown);
  });

  test.each([
    [1, "<$0.001"],
    [3400, "$0.003"],
    [9999, "$0.010"],
    [10_000, "$0.01"],
    [1_840_000, "$1.84"],
    [99_990_000, "$99.99"],
    [99_996_000, "$100"],
    [312_400_000, "$312"],
    [1_234_000_000, "$1.2k"],
    [-40_000, "-$0.04"],
  ])("%i micros are %s", (micros, shown) => {
    expect(dollars(micros)).toBe(shown);
  });
});

test.each([
  [0, "0"],
  [950, "950"],
  [1000, "1.0k"],
  [41_230, "41.2k"],
  [99_960, "100k"],
  [412_300, "412k"],
  [1_300_000, "1.3M"],
  [2e9, "2.0G"],
])("%i tokens are %s", (count, shown) => {
  expect(tokens(count)).toBe(shown);
});

describe("time", () => {
  test.each([
    [-5, "0s"],
    [850, "0.8s"],
    [42 * second, "42s"],
    [12 * minute + 4 * second, "12m04s"],
    [3 * hour + 12 * minute, "3h12m"],
    [2 * day + 4 * hour, "2d04h"],
  ])("%i ms last %s", (ms, shown) => {
    expect(duration(ms)).toBe(shown);
  });

  test.each([
    [7 * second, "7s"],
    [59 * second, "59s"],
    [7 * minute, "7m"],
    [3 * hour, "3h"],
    [48 * hour, "2d"],
  ])("%i ms are %s old", (ms, shown) => {
    expect(age(ms)).toBe(shown);
  });

  test.each([
    [0, "0:00"],
    [1, "0:01"],
    [42 * second, "0:42"],
    [12 * minute + 4 * second, "12:04"],
    [3 * hour + 12 * minute + 4 * second, "3:12:04"],
    [27 * hour, "1d 03h"],
  ])("%i ms left are %s", (ms, shown) => {
    expect(countdown(ms)).toBe(shown);
  });

  test("what is left takes few columns, however long it is", () => {
    expect([42 * second, 59 * minute, 3 * hour + 12 * minute, 27 * hour].map(shortCountdown)).toEqual([
      "0:42",
      "59:00",
      "3h12m",
      "1d03h",
    ]);
  });

  test("an instant is as short as it may be", () => {
    expect(timeOfDay(noon + 4 * minute + 11 * second)).toBe("12:04:11");
    expect(instant(noon + 8 * hour, noon)).toBe("20:00");
    expect(instant(noon + day, noon)).toBe("Wed 12:00");
    expect(instant(noon + 30 * day, noon)).toBe("2025-07-17 12:00");
  });
});

test("bars and counts", () => {
  expect(sparkline([0, 1, 4, 8], 10)).toBe("▁▂▅█");
  expect(sparkline([1, 2, 3, 4], 2)).toBe("▇█");
  expect(bar(0.5, 4)).toBe("██░░");
  expect(bar(7, 4)).toBe("████");
  expect([counted(1, "try", "tries"), counted(2, "try", "tries"), counted(0, "task")]).toEqual([
    "1 try",
    "2 tries",
    "0 tasks",
  ]);
});
