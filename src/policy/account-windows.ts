import type { AccountUse, UsedWindow } from "../domain/account-use.ts";
import type { AccountSettings, Settings } from "../domain/settings.ts";

const hourMs = 3_600_000;
/** An end further away is taken for a mistake: nobody told it. */
const farthestMs = 366 * 24 * hourMs;
/** How far back calls are looked at where nothing else says it: the shortest window of a plan. */
export const usualWindowMs = 5 * hourMs;
/** A share whose window nobody told the end of is believed so long. */
const believedMs = hourMs;

/** A window as it stands now. */
export interface AccountWindow extends UsedWindow {
  /** told: by its program; counted: by us, from what the settings say that it holds. */
  readonly source: "told" | "counted";
  /** Since when it stands so. */
  readonly at: number;
}

/** What is used of an account's windows: as its program told it, else as counted here; none: nobody knows. */
export function windowsNow(
  account: string,
  settings: AccountSettings,
  use: AccountUse,
  nowMs: number,
): readonly AccountWindow[] {
  const told = use.windows
    .filter((window) => window.account === account && endOf(window) > nowMs)
    .map((window): AccountWindow => ({
      name: window.name,
      share: window.share,
      resetAtMs: resetOf(window),
      source: "told",
      at: window.at,
    }));
  if (told.length > 0 || settings.window === undefined) return told;
  const { calls, lengthMs } = settings.window;
  const starts = callsSince(account, use, nowMs - lengthMs);
  const [first] = starts;
  const name = windowName(lengthMs / 60_000);
  const resetAtMs = first === undefined ? null : first + lengthMs;
  return [{ name, share: starts.length / calls, resetAtMs, source: "counted", at: starts.at(-1) ?? nowMs }];
}

/** A window as a program told it, with when. */
export type ToldWindow = UsedWindow & { readonly at: number };

const resetOf = ({ resetAtMs, at }: ToldWindow): number | null =>
  resetAtMs === null || resetAtMs - at > farthestMs ? null : resetAtMs;

/** Until when it is believed. */
const endOf = (window: ToldWindow): number => resetOf(window) ?? window.at + believedMs;

/**
 * Until when the part of its windows that is kept for its owner forbids to use an account, with that window; null: there is
 * some left.
 */
export function keptUntil(
  account: string,
  settings: AccountSettings,
  use: AccountUse,
  nowMs: number,
): { readonly window: AccountWindow; readonly untilMs: number } | null {
  const { keep = 0 } = settings;
  if (keep === 0) return null;
  const ends = windowsNow(account, settings, use, nowMs)
    .filter((window) => isSpent(window.share, keep))
    .map((window) => ({ window, untilMs: untilOf(account, settings, use, window, nowMs) }));
  return ends.toSorted((a, b) => b.untilMs - a.untilMs)[0] ?? null;
}

/** Whether as much is used as may be. Shares come from percentages, which are not exact. */
export const isSpent = (share: number, keep: number): boolean => share >= 1 - keep - 1e-9;

function untilOf(
  account: string,
  { window, keep = 0 }: AccountSettings,
  use: AccountUse,
  spent: AccountWindow,
  nowMs: number,
): number {
  if (spent.source === "told" || window === undefined) {
    const row = use.windows.find((one) => one.account === account && one.name === spent.name);
    return row === undefined ? nowMs + believedMs : endOf(row);
  }
  // Counted over the time that has just passed: a place is free again when so many calls have left it.
  const starts = callsSince(account, use, nowMs - window.lengthMs);
  const leaving = starts.findIndex((_, left) => !isSpent((starts.length - left - 1) / window.calls, keep));
  return (starts[leaving] ?? nowMs) + window.lengthMs;
}

const callsSince = (account: string, { calls }: AccountUse, sinceMs: number): readonly number[] =>
  calls
    .flatMap((call) => (call.account === account && call.startedAt > sinceMs ? [call.startedAt] : []))
    .toSorted((a, b) => a - b);

/** What a window of so many minutes is called: 5h, 7d, 90m. */
export function windowName(minutes: number): string {
  if (minutes % 1440 === 0) return `${minutes / 1440}d`;
  return minutes % 60 === 0 ? `${minutes / 60}h` : `${minutes}m`;
}

/** How far back calls matter to what is kept of accounts; null: nothing is kept, and nothing of it is read. */
export function keptSince(settings: Pick<Settings, "accounts">): number | null {
  const keeps = Object.values(settings.accounts ?? {}).some(({ keep = 0 }) => keep > 0);
  return keeps ? Math.max(0, ...windowLengths(settings)) : null;
}

export const windowLengths = ({ accounts = {} }: Pick<Settings, "accounts">): readonly number[] =>
  Object.values(accounts).flatMap(({ window }) => window?.lengthMs ?? []);

/** A provider's own instants differ by as much from one answer to the next. */
const sameResetMs = 60_000;
/** What has no end is told anew so often, to be believed further. */
const repeatedMs = believedMs / 6;
/** A plan has a handful: whoever tells of more makes them up. */
const mostWindows = 12;

/** Of what is told of an account's windows now what is worth writing down, by what was told before. */
export function noticeable(
  before: readonly ToldWindow[],
  now: readonly ToldWindow[],
  keep: number,
): readonly ToldWindow[] {
  const places = mostWindows - before.filter((window) => endOf(window) > (now[0]?.at ?? 0)).length;
  const isNew = ({ name }: ToldWindow): boolean => before.every((one) => one.name !== name);
  const taken = now.filter(isNew).slice(0, Math.max(0, places));
  return now.filter((window) => {
    const known = before.find(({ name }) => name === window.name);
    return known === undefined ? taken.includes(window) : isNoticeable(known, window, keep);
  });
}

/**
 * It begins anew, a hundredth of it more or less is used, what is kept of it has been reached, or it would soon be believed no
 * longer.
 */
function isNoticeable(before: ToldWindow, now: ToldWindow, keep: number): boolean {
  const isChanged = Math.abs(before.share - now.share) >= 0.01 - 1e-9;
  const isRepeated = resetOf(now) === null && now.at - before.at >= repeatedMs;
  return (
    isChanged || isRepeated || !isSameWindow(before, now) || isSpent(before.share, keep) !== isSpent(now.share, keep)
  );
}

const isSameWindow = (before: ToldWindow, now: ToldWindow): boolean =>
  Math.abs((resetOf(before) ?? 0) - (resetOf(now) ?? 0)) <= sameResetMs;

/** Whether something is told again that was told long ago: of the same window more was used already, or it has ended. */
export const isOutdated = (before: ToldWindow | null, now: ToldWindow): boolean =>
  before !== null &&
  endOf(before) > now.at &&
  (isSameWindow(before, now) ? now.share < before.share : (resetOf(now) ?? 0) < endOf(before));
