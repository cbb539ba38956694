import { expect, test } from "vitest";

import { parseDurationMs, spanWords } from "../../src/domain/duration.ts";

test.each([
  ["0ms", 0],
  ["500ms", 500],
  ["90s", 90_000],
  ["5m", 300_000],
  ["2h", 7_200_000],
  ["7d", 604_800_000],
  ["007s", 7000],
  ["36500d", 3_153_600_000_000],
])("%s is a duration", (text, ms) => {
  expect(parseDurationMs(text)).toBe(ms);
});

test.each([
  "",
  "5",
  "5M",
  "1.5h",
  "-1s",
  "5 m",
  " 5m",
  "5m ",
  "5m3s",
  "1w",
  "36501d",
  "9999999999999999d",
  "٣s",
  "5m\n",
])("%j is none", (text) => {
  expect(parseDurationMs(text)).toBeNull();
});

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

test.each([
  [0, 400, "about 1 s"],
  [3 * second, 50 * second, "3 to 50 s"],
  [80 * second, 4 * minute, "80 s to 4 min"],
  [9.6 * minute, 21 * minute, "10 to 20 min"],
  [41 * minute, 2.2 * hour, "40 min to 2 h"],
  [62 * minute, 62.4 * minute, "about 60 min"],
  [27 * hour, 3.4 * day, "25 h to 3 d"],
])("between %d and %d ms is for a person %s", (low, high, words) => {
  expect(spanWords(low, high)).toBe(words);
});
