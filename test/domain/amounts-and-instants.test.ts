import { expect, test } from "vitest";

import { parseDollars } from "../../src/domain/dollar-amount.ts";
import { parseFutureInstant } from "../../src/domain/future-instant.ts";

const now = new Date(2025, 5, 17, 12).getTime();

test("an instant to come is a span, a time of day, or written in full", () => {
  expect(parseFutureInstant("30m", now)).toBe(now + 1_800_000);
  expect(parseFutureInstant(" for 2h ", now)).toBe(now + 7_200_000);
  expect(parseFutureInstant("until 20:00", now)).toBe(new Date(2025, 5, 17, 20).getTime());
  expect(parseFutureInstant("9:30", now)).toBe(new Date(2025, 5, 18, 9, 30).getTime());
  expect(parseFutureInstant("2025-06-18", now)).toBeGreaterThan(now);
  expect(parseFutureInstant("2025-06-16", now)).toBe("over");
  for (const none of ["", "soon", "25:00", "7", "until"]) expect(parseFutureInstant(none, now)).toBeNull();
});

test("an amount is dollars, with or without their sign", () => {
  expect([parseDollars("5"), parseDollars(" $2.50 "), parseDollars("0.000001")]).toEqual([5_000_000, 2_500_000, 1]);
  for (const none of ["", "0", "-1", "$", "5 please", "1e3", "1234567"]) expect(parseDollars(none)).toBeNull();
});
