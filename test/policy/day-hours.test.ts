import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { nextStart, outsideOf } from "../../src/policy/day-hours.ts";

const hourMs = 3_600_000;
const at = (iso: string): number => Date.parse(iso);
const hours = (text: string): { fromMin: number; toMin: number } => {
  const [from = "", to = ""] = text.split("-");
  const minutes = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
  return { fromMin: minutes(from), toMin: minutes(to) };
};
/** When it may be used from that instant on: "now", or the next start. */
const next = (text: string, iso: string): string => {
  const found = nextStart(hours(text), at(iso));
  return found === null ? "now" : new Date(found).toISOString();
};

describe("the hours of an account, in Berlin", () => {
  beforeEach(() => void vi.stubEnv("TZ", "Europe/Berlin"));
  afterEach(() => void vi.unstubAllEnvs());

  test.each([
    ["a night goes over midnight", "22:00-07:00", "2026-01-10T21:00:00Z", "now"],
    ["and ends in the morning", "22:00-07:00", "2026-01-11T05:59:59Z", "now"],
    ["to the minute", "22:00-07:00", "2026-01-11T06:00:00Z", "2026-01-11T21:00:00.000Z"],
    ["a part of one day", "09:00-17:00", "2026-01-10T16:30:00Z", "2026-01-11T08:00:00.000Z"],
    ["in summer an hour earlier by UTC", "22:00-07:00", "2026-07-10T05:00:00Z", "2026-07-10T20:00:00.000Z"],
    ["the night the clock goes forward ends an hour earlier", "22:00-07:00", "2026-03-29T04:59:59Z", "now"],
    ["and is over then", "22:00-07:00", "2026-03-29T05:00:00Z", "2026-03-29T20:00:00.000Z"],
    ["the night it goes back lasts ten hours", "22:00-07:00", "2026-10-25T05:59:59Z", "now"],
    ["and is over then", "22:00-07:00", "2026-10-25T06:00:00Z", "2026-10-25T21:00:00.000Z"],
    [
      "a start that is skipped is where the clock jumps",
      "02:30-07:00",
      "2026-03-29T00:00:00Z",
      "2026-03-29T01:00:00.000Z",
    ],
    ["and from there on it may be used", "02:30-07:00", "2026-03-29T01:00:00Z", "now"],
    ["an end that is skipped is there too", "22:00-02:30", "2026-03-29T01:00:00Z", "2026-03-29T20:00:00.000Z"],
    ["what is skipped as a whole is the next day's", "02:10-02:50", "2026-03-29T00:30:00Z", "2026-03-30T00:10:00.000Z"],
    ["a start that is shown twice is the first", "02:30-07:00", "2026-10-24T23:00:00Z", "2026-10-25T00:30:00.000Z"],
    ["and is not taken back when it is shown again", "02:30-07:00", "2026-10-25T01:05:00Z", "now"],
    ["an end that is shown twice is the first", "22:00-02:30", "2026-10-25T00:29:59Z", "now"],
    ["and nothing begins anew", "22:00-02:30", "2026-10-25T01:10:00Z", "2026-10-25T21:00:00.000Z"],
  ])("%s: %s at %s", (_name, text, iso, expected) => {
    expect(next(text, iso)).toBe(expected);
  });

  test("at the start that is told it may be used, and until then it may not, on every day of a year", () => {
    const minute = fc.integer({ min: 0, max: 1439 });
    const instant = fc.integer({ min: at("2026-01-01T00:00:00Z") / 60_000, max: at("2026-12-31T00:00:00Z") / 60_000 });
    fc.assert(
      fc.property(minute, minute, instant, (fromMin, toMin, minutes) => {
        fc.pre(fromMin !== toMin);
        const outside = outsideOf({ fromMin, toMin }, minutes * 60_000);
        if (outside === null) return;
        const { sinceMs, untilMs: startMs } = outside;
        expect(sinceMs).toBeLessThanOrEqual(minutes * 60_000);
        expect(outsideOf({ fromMin, toMin }, sinceMs)).toEqual(outside);
        expect(outsideOf({ fromMin, toMin }, sinceMs - 1)).toBeNull();
        expect(startMs).toBeGreaterThan(minutes * 60_000);
        expect(startMs - minutes * 60_000).toBeLessThanOrEqual(49 * hourMs);
        expect(nextStart({ fromMin, toMin }, startMs)).toBeNull();
        expect(nextStart({ fromMin, toMin }, startMs - 1)).toBe(startMs);
      }),
    );
  });
});
