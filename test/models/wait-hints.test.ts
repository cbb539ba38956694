import { describe, expect, test } from "vitest";

import { lengthIn, nextMonthMs, waitInDetails, waitInHeaders, waitInText } from "../../src/models/wait-hints.ts";

const nowMs = Date.parse("2026-03-10T12:00:00Z");
const utc = { nowMs, zoneOffsetMs: () => 0 };
const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
const at = (text: string): number => Date.parse(text);

test.each<[string, number | null]>([
  ["2s", 2_000],
  ["1.5s", 1_500],
  ["500ms", 500],
  ["6m0s", 360_000],
  ["1h2m3s", 3_723_000],
  ["2 minutes", 120_000],
  ["3 days, 4 hours and 5 minutes", 3 * 86_400_000 + 4 * 3_600_000 + 300_000],
  ["0.0001s", 1],
  ["", null],
  ["7", null],
  ["3 months", null],
  ["3am", null],
  ["s", null],
  ["2s later", null],
])("the length %j", (text, ms) => {
  expect(lengthIn(text)).toBe(ms);
});

describe("headers", () => {
  test.each<[Record<string, string>, number | null, string | null]>([
    [{ "retry-after": "7" }, 7_000, null],
    [{ "retry-after": "0" }, 0, null],
    [{ "retry-after": "1.5" }, 1_500, null],
    [{ "retry-after-ms": "250", "retry-after": "1" }, 250, null],
    [{ "retry-after": "Tue, 10 Mar 2026 12:00:30 GMT" }, 30_000, null],
    [{ "retry-after": "Tue, 10 Mar 2026 11:00:00 GMT" }, 0, null],
    [{ "retry-after": "soon" }, null, null],
    [{ "retry-after": "-5" }, null, null],
    [{ "x-ratelimit-reset-requests": "6m0s", "x-ratelimit-reset-tokens": "2s" }, 360_000, null],
    [
      {
        "x-ratelimit-remaining-requests": "5",
        "x-ratelimit-reset-requests": "6m0s",
        "x-ratelimit-remaining-tokens": "0",
        "x-ratelimit-reset-tokens": "2s",
      },
      2_000,
      null,
    ],
    [{ "x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "2s" }, null, null],
    [{ "anthropic-ratelimit-tokens-reset": "2026-03-10T12:00:20Z" }, 20_000, "2026-03-10T12:00:20.000Z"],
    [
      { "anthropic-ratelimit-tokens-reset": "2026-03-10T12:00:20Z", "retry-after": "9" },
      9_000,
      "2026-03-10T12:00:20.000Z",
    ],
    [
      { "anthropic-ratelimit-unified-reset": String(at("2026-03-10T15:00:00Z") / 1000) },
      null,
      "2026-03-10T15:00:00.000Z",
    ],
    [{ "x-ratelimit-reset": String(at("2026-03-10T12:01:00Z")) }, 60_000, "2026-03-10T12:01:00.000Z"],
    [{ "x-ratelimit-reset": String(at("2026-03-10T12:01:00Z") / 1000) }, 60_000, "2026-03-10T12:01:00.000Z"],
    [{ "x-ratelimit-reset": "2026-03-10T12:01:00Z" }, 60_000, "2026-03-10T12:01:00.000Z"],
    [{ "ratelimit-reset": "45" }, 45_000, null],
    [{ "x-ratelimit-reset-tokens-minute": "4.5", "x-ratelimit-remaining-tokens-minute": "0" }, 4_500, null],
    [{ "x-ratelimit-reset": "45", "x-ratelimit-remaining": "3" }, null, null],
    [{ "anthropic-ratelimit-input-tokens-reset": "2026-03-10T12:01:00Z" }, 60_000, "2026-03-10T12:01:00.000Z"],
    [{ "retry-after": String(at("2026-03-10T12:01:00Z") / 1000) }, 60_000, null],
    [{}, null, null],
  ])("%j", (headers, retryAfterMs, reset) => {
    const hint = waitInHeaders(headers, utc);
    expect([hint.retryAfterMs, iso(hint.resetAtMs)]).toEqual([retryAfterMs, reset]);
  });
});

describe("structured details", () => {
  test.each<[Record<string, unknown>, number | null, string | null]>([
    [{ details: [{ "@type": "x.RetryInfo", retryDelay: "2s" }] }, 2_000, null],
    [{ retryDelay: "1.25s" }, 1_250, null],
    [{ retryAfterMs: 40 }, 40, null],
    [{ retry_after: 3 }, 3_000, null],
    [{ resets_in_seconds: 90 }, 90_000, null],
    [{ info: { resetsAt: at("2026-03-10T15:00:00Z") / 1000 } }, null, "2026-03-10T15:00:00.000Z"],
    [{ resets_at: "2026-03-10T15:00:00Z" }, null, "2026-03-10T15:00:00.000Z"],
    [{ retryDelay: {}, resetsAt: "never", other: 5 }, null, null],
    [{ retry_after_seconds: 90 }, 90_000, null],
    [{ "retry-after-ms": 90 }, 90, null],
    [
      { quotaResetDelay: "7h1m35.5s", quotaResetTimeStamp: "2026-03-10T19:01:35Z" },
      25_295_500,
      "2026-03-10T19:01:35.000Z",
    ],
    [{ reset: 45 }, 45_000, null],
    [{ reset_time: "2026-03-10 15:00:00" }, null, "2026-03-10T15:00:00.000Z"],
    [{ nested: { resetAt: String(at("2026-03-10T15:00:00Z")) } }, null, "2026-03-10T15:00:00.000Z"],
    [{ limit_reset: "monthly" }, null, null],
  ])("%j", (details, retryAfterMs, reset) => {
    const hint = waitInDetails(details);
    expect([hint.retryAfterMs, iso(hint.resetAtMs)]).toEqual([retryAfterMs, reset]);
  });
});

describe("text of an error", () => {
  test.each<[string, number | null, string | null]>([
    ["Rate limit reached. Please try again in 1.5s.", 1_500, null],
    ["Please try again in 6m0s. Visit us.", 360_000, null],
    ["Please retry in 2.5s.\nSuggested retry after 2s.", 2_500, null],
    ["try again in 3 days 4 hours", 3 * 86_400_000 + 4 * 3_600_000, null],
    ["Try again in about 20 minutes", 1_200_000, null],
    ["resets in 45 seconds", 45_000, null],
    ["or try again at 3:00 AM.", null, "2026-03-11T03:00:00.000Z"],
    ["or try again at 3:00 PM.", null, "2026-03-10T15:00:00.000Z"],
    ["try again at 12:00 PM", null, "2026-03-10T12:00:00.000Z"],
    ["try again at 12:30 AM", null, "2026-03-11T00:30:00.000Z"],
    ["You've hit your limit · resets 3:36am (UTC)", null, "2026-03-11T03:36:00.000Z"],
    ["resets 3pm (America/New_York)", null, "2026-03-10T19:00:00.000Z"],
    ["resets 3pm (Asia/Kolkata)", null, "2026-03-11T09:30:00.000Z"],
    ["resets 3pm (Nowhere/Land)", null, "2026-03-10T15:00:00.000Z"],
    ["resets Mar 12, 5pm (UTC)", null, "2026-03-12T17:00:00.000Z"],
    ["resets Mar 12 at 5:30 p.m.", null, "2026-03-12T17:30:00.000Z"],
    ["try again at Mar 14th, 2026 9:05 AM.", null, "2026-03-14T09:05:00.000Z"],
    ["resets Jan 2, 1am", null, "2027-01-02T01:00:00.000Z"],
    ["it resets at 2026-03-10T18:30:00Z", null, "2026-03-10T18:30:00.000Z"],
    ["usage limit reached|1773165600", null, "2026-03-10T18:00:00.000Z"],
    ["You will regain access on 2026-04-01 at 00:00 UTC.", null, "2026-04-01T00:00:00.000Z"],
    ["You will regain access on 2026-04-01 at 00:00.", null, "2026-04-01T00:00:00.000Z"],
    ["access returns on 2026-04-01", null, "2026-04-01T00:00:00.000Z"],
    ["Your limit will reset at 2026-03-11 07:41:44", null, "2026-03-11T07:41:44.000Z"],
    ["Your limit will reset at 2026/03/11 07:41", null, "2026-03-11T07:41:00.000Z"],
    ["Your limit will reset at 2026-03-11 07:41:44 UTC+8", null, "2026-03-10T23:41:44.000Z"],
    ["Your limit will reset at 2026-03-11 07:41:44 (Asia/Shanghai)", null, "2026-03-10T23:41:44.000Z"],
    ["Your limit will reset at 2026-03-11 07:41:44+08:00", null, "2026-03-10T23:41:44.000Z"],
    ["resets on April 1, 2026 at 00:00 UTC", null, "2026-04-01T00:00:00.000Z"],
    ["resets on 1 April 2026 at 12:00 AM PDT", null, "2026-04-01T07:00:00.000Z"],
    ["resets on April 1", null, "2026-04-01T00:00:00.000Z"],
    ["resets at 18:30 GMT", null, "2026-03-10T18:30:00.000Z"],
    ["try again at 1773165600", null, "2026-03-10T18:00:00.000Z"],
    ["resets at 1773165600000", null, "2026-03-10T18:00:00.000Z"],
    ["Please retry after 20 seconds", 20_000, null],
    ["rate limited, retry_after: 20", 20_000, null],
    ["retry after 20.", 20_000, null],
    ["Quota will reset after 7h1m35s.", 25_295_000, null],
    ["Rate limit reached for gpt-4o-2024-08-06. Please try again in 20s.", 20_000, null],
    ["The version 2023-06-01 is old: try again in 20s.", 20_000, null],
    ["Your code ran on 2026-03-01.", null, null],
    ["try again on 7 files", null, null],
    ["try again at 13:00 PM", null, null],
    ["try again at 3:77 PM", null, null],
    ["This is usually temporary: try again in a moment.", null, null],
    ["The build took 5 minutes at 3:00 AM.", null, null],
    ["we waited 5s", null, null],
    ["max_tokens: 999999 > 64000", null, null],
    ["", null, null],
  ])("%j", (text, retryAfterMs, reset) => {
    const hint = waitInText(text, utc);
    expect([hint.retryAfterMs, iso(hint.resetAtMs)]).toEqual([retryAfterMs, reset]);
  });

  test("a time of day is the next one where it was read", () => {
    const hours = (count: number) => ({ nowMs, zoneOffsetMs: () => count * 3_600_000 });
    expect(iso(waitInText("try again at 3:00 AM", hours(-5)).resetAtMs)).toBe("2026-03-11T08:00:00.000Z");
    expect(iso(waitInText("try again at 3:00 AM", hours(13)).resetAtMs)).toBe("2026-03-10T14:00:00.000Z");
    expect(iso(waitInText("resets 3:36am (UTC)", hours(-5)).resetAtMs)).toBe("2026-03-11T03:36:00.000Z");
  });

  test("a date without a zone is one of UTC, unless that is past and the clock on the wall is not", () => {
    const reset = (hours: number): string | null =>
      iso(waitInText("resets at 2026-03-10 11:00:00", { nowMs, zoneOffsetMs: () => hours * 3_600_000 }).resetAtMs);
    expect([reset(-5), reset(8)]).toEqual(["2026-03-10T16:00:00.000Z", "2026-03-10T11:00:00.000Z"]);
  });

  test("a time of day that is just past is this one, also over midnight", () => {
    const at = (iso: string) => ({ nowMs: Date.parse(iso), zoneOffsetMs: () => 0 });
    const reset = (now: string): string | null => iso(waitInText("try again at 11:59 PM.", at(now)).resetAtMs);
    expect(reset("2026-03-10T23:59:40.000Z")).toBe("2026-03-10T23:59:00.000Z");
    expect(reset("2026-03-11T00:02:00.000Z")).toBe("2026-03-10T23:59:00.000Z");
    expect(reset("2026-03-11T00:10:00.000Z")).toBe("2026-03-11T23:59:00.000Z");
  });

  test("a time of day is that of the zone as it is then: a change to or from summer time may lie between", () => {
    const reset = (said: string, now: string, zone: string): string | null =>
      iso(waitInText(`try again at ${said} (${zone})`, { nowMs: Date.parse(now), zoneOffsetMs: () => 0 }).resetAtMs);
    // New York is 5 hours behind, from 02:00 on 4.
    expect(reset("3:30 AM", "2027-03-14T04:59:00Z", "America/New_York")).toBe("2027-03-14T07:30:00.000Z");
    expect(reset("1:30 AM", "2027-03-14T04:59:00Z", "America/New_York")).toBe("2027-03-14T06:30:00.000Z");
    expect(reset("Mar 20, 8pm", "2027-03-14T04:59:00Z", "America/New_York")).toBe("2027-03-21T00:00:00.000Z");
    expect(reset("8pm", "2027-11-07T03:59:00Z", "America/New_York")).toBe("2027-11-08T01:00:00.000Z");

    const changedMs = Date.parse("2027-03-14T07:00:00Z");
    const local = {
      nowMs: Date.parse("2027-03-14T04:59:00Z"),
      zoneOffsetMs: (atMs: number) => (atMs < changedMs ? -5 : -4) * 3_600_000,
    };
    expect(iso(waitInText("try again at 8:00 PM", local).resetAtMs)).toBe("2027-03-15T00:00:00.000Z");
  });

  test("a day without its year is the one around now, also over a new year", () => {
    const reset = (said: string, now: string): string | null =>
      iso(waitInText(`resets ${said}`, { nowMs: Date.parse(now), zoneOffsetMs: () => 0 }).resetAtMs);
    expect(reset("Jan 1, 3am", "2026-12-31T23:59:00Z")).toBe("2027-01-01T03:00:00.000Z");
    expect(reset("Dec 31, 11pm", "2027-01-01T00:01:00Z")).toBe("2026-12-31T23:00:00.000Z");
    expect(reset("Feb 29, 3am", "2028-02-28T23:59:00Z")).toBe("2028-02-29T03:00:00.000Z");
  });

  test.each([
    ["try again in 1s ", 1_000],
    ["resets 1 s and ", 1_000],
    ["until ", null],
  ])("hostile text is read to its end: %j", (piece, retryAfterMs) => {
    const text = piece.repeat(1_000_000);
    expect(waitInText(text, utc)).toEqual({ retryAfterMs, resetAtMs: null });
    expect(lengthIn(text)).toBeNull();
  });
});

test("a month ends at its first instant after it", () => {
  expect(iso(nextMonthMs(nowMs))).toBe("2026-04-01T00:00:00.000Z");
  expect(iso(nextMonthMs(at("2026-12-31T23:59:59Z")))).toBe("2027-01-01T00:00:00.000Z");
});
