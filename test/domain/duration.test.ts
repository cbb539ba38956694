import { expect, test } from "vitest";

import { parseDurationMs } from "../../src/domain/duration.ts";

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
