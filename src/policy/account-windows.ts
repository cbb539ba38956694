import type { AccountUse, UsedWindow } from "../domain/account-use.ts";
import type { AccountSettings, Settings } from "../domain/settings.ts";

const hourMs = 3_600_000;
/** How far back calls are looked at where nothing else says it: the shortest window of a plan. */
export const usualWindowMs = 5 * hourMs;
/** A share whose window nobody told the end of is believed so long. */
const believedMs = hourMs;

/** A window as it stands now. */
export interface AccountWindow extends UsedWindow {
  /** told: by its program; counted: by us, from what the settings say that it holds. */
  readonly source: "told" | "counted";
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
    .map(({ name, share, resetAtMs }): AccountWindow => ({ name, share, resetAtMs, source: "told" }));
  if (told.length > 0 || settings.window === undefined) return told;
  const { calls, lengthMs } = settings.window;
  const starts = callsSince(account, use, nowMs - lengthMs);
  const [first] = starts;
  const name = windowName(lengthMs / 60_000);
  const resetAtMs = first === undefined ? null : first + lengthMs;
  return [{ name, share: starts.length / calls, resetAtMs, source: "counted" }];
}

const endOf = ({ resetAtMs, at }: AccountUse["windows"][number]): number => resetAtMs ?? at + believedMs;

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

/**
 * Whether what is told of a window is worth writing down: it is new or begins anew, a hundredth of it more or less is used, or
 * what is kept of it has been reached.
 */
export function isNoticeable(before: UsedWindow | null, now: UsedWindow, keep: number): boolean {
  if (before === null) return true;
  const isMoved = Math.abs((before.resetAtMs ?? 0) - (now.resetAtMs ?? 0)) > sameResetMs;
  const isChanged = Math.abs(before.share - now.share) >= 0.01 - 1e-9;
  return isMoved || isChanged || isSpent(before.share, keep) !== isSpent(now.share, keep);
}
