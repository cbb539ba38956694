import { expect, test } from "vitest";

import type { AccountUse } from "../../src/domain/account-use.ts";
import type { AccountSettings } from "../../src/domain/settings.ts";
import { accountHolds } from "../../src/policy/account-holds.ts";
import { keptSince, noticeable, type ToldWindow } from "../../src/policy/account-windows.ts";

const hourMs = 3_600_000;
const nowMs = 1_000 * hourMs;
const told = (share: number, more: Partial<AccountUse["windows"][number]> = {}): AccountUse => ({
  windows: [{ account: "max", name: "5h", share, resetAtMs: nowMs + hourMs, at: nowMs, ...more }],
  calls: [],
});
const counted = (starts: readonly number[]): AccountUse => ({
  windows: [],
  calls: starts.map((ago) => ({ account: "max", role: "planner", startedAt: nowMs - ago, running: false })),
});
const holds = (account: AccountSettings, use: AccountUse) => accountHolds({ accounts: { max: account } }, use, nowMs);

test("an account is held until the reset of the window of which as much is used as may be", () => {
  expect(holds({ keep: 0.3 }, told(0.69))).toEqual([]);
  expect(holds({ keep: 0.3 }, told(0.7))).toMatchObject([
    {
      scope: "account",
      target: "max",
      by: "settings",
      setAt: nowMs,
      untilMs: nowMs + hourMs,
      reason: "70 % of its 5h window is used, 30 % is kept for you (accounts.max.keep)",
    },
  ]);
});

test("of several windows the one that begins anew last counts", () => {
  const week = { account: "max", name: "7d", share: 0.9, resetAtMs: nowMs + 50 * hourMs, at: nowMs };
  const use = { ...told(0.8), windows: [...told(0.8).windows, week] };
  expect(holds({ keep: 0.3 }, use)).toMatchObject([{ untilMs: nowMs + 50 * hourMs }]);
});

test("a window that has begun anew holds nothing, and one whose end nobody told is believed for an hour", () => {
  expect(holds({ keep: 0.3 }, told(0.9, { resetAtMs: nowMs }))).toEqual([]);
  expect(holds({ keep: 0.3 }, told(0.9, { resetAtMs: null }))).toMatchObject([{ untilMs: nowMs + hourMs }]);
  expect(holds({ keep: 0.3 }, told(0.9, { resetAtMs: null, at: nowMs - hourMs }))).toEqual([]);
});

test("where its program tells nothing, calls are counted against what the settings say that a window holds", () => {
  const account = { keep: 0.5, window: { calls: 4, lengthMs: 5 * hourMs } };
  expect(holds(account, counted([hourMs]))).toEqual([]);
  const [hold] = holds(account, counted([4 * hourMs, 2 * hourMs, hourMs, 6 * hourMs]));
  expect(hold?.reason).toContain("75 % of its 5h window is used (counted here), 50 % is kept for you");
  // With the two oldest gone one of four is left.
  expect(hold?.untilMs).toBe(nowMs + 3 * hourMs);
});

test("without a share to keep nothing is read and nothing is held", () => {
  expect(keptSince({ accounts: { max: { parallel: 3 } } })).toBeNull();
  expect(keptSince({})).toBeNull();
  expect(holds({ parallel: 3 }, told(1))).toEqual([]);
});

test("what is told is worth writing down once a hundredth has changed, it begins anew, or what is kept is reached", () => {
  const window = (share: number, resetAtMs = nowMs + hourMs): ToldWindow => ({
    name: "5h",
    share,
    resetAtMs,
    at: nowMs,
  });
  const isWritten = (before: ToldWindow | null, now: ToldWindow, keep = 0): boolean =>
    noticeable(before === null ? [] : [before], [now], keep).length === 1;
  expect(isWritten(null, window(0))).toBe(true);
  expect(isWritten(window(0.5), window(0.504))).toBe(false);
  expect(isWritten(window(0.5), window(0.51))).toBe(true);
  expect(isWritten(window(0.5), window(0.5, nowMs + hourMs + 5_000))).toBe(false);
  expect(isWritten(window(0.5), window(0.5, nowMs + 2 * hourMs))).toBe(true);
  expect(isWritten(window(0.698), window(0.701), 0.3)).toBe(true);
});

test("an end that is years away is nobody's: no program keeps an account held until then", () => {
  const far = told(1, { resetAtMs: Date.UTC(9999, 0, 1) });
  expect(holds({ keep: 0.3 }, far)).toMatchObject([{ untilMs: nowMs + hourMs }]);
  expect(accountHolds({ accounts: { max: { keep: 0.3 } } }, far, nowMs + hourMs)).toEqual([]);
});
