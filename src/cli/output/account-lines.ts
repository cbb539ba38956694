import { type AccountUse, noUse } from "../../domain/account-use.ts";
import type { Settings } from "../../domain/settings.ts";
import type { Ledger } from "../../engine/ports/ledger.ts";
import { percent } from "../../policy/account-holds.ts";
import { type AccountWindow, usualWindowMs, windowLengths, windowsNow } from "../../policy/account-windows.ts";
import { hoursText } from "../../policy/day-hours.ts";
import { counted } from "../../view/text/amounts.ts";
import { instant } from "../../view/text/durations.ts";

type Accounts = Pick<Settings, "models" | "accounts">;

/** An account as it stands: what is used of it, and what is asked of it. */
export interface AccountState {
  readonly name: string;
  readonly windows: readonly AccountWindow[];
  /** 22:00-07:00; null: always. */
  readonly hours: string | null;
  readonly keep: number;
  readonly parallel: number | null;
}

/** What is used of the accounts of these settings. A settings file without a plan and without accounts reads nothing. */
export async function accountUse(ledger: Ledger, settings: Accounts, nowMs: number): Promise<AccountUse> {
  const matters = settings.accounts !== undefined || settings.models.some(({ billing }) => billing === "subscription");
  if (!matters) return noUse;
  return await ledger.account.use(nowMs - Math.max(usualWindowMs, ...windowLengths(settings)));
}

/** Of all accounts that models have, in their order. */
export function accountStates(settings: Accounts, use: AccountUse, nowMs: number): readonly AccountState[] {
  return [...new Set(settings.models.map(({ account }) => account))].map((name) => {
    const own = settings.accounts?.[name] ?? {};
    const { hours, keep = 0, parallel = null } = own;
    const windows = windowsNow(name, own, use, nowMs);
    return { name, windows, hours: hours === undefined ? null : hoursText(hours), keep, parallel };
  });
}

/** "account claude-max: 62 % of its 5h window left, until 14:00; 30 % is kept for you"; those that nothing is known of are left out. */
export const accountLines = (states: readonly AccountState[], nowMs: number): readonly string[] =>
  states.flatMap(({ name, windows, hours, keep, parallel }) => {
    const parts = [
      ...windows.map((window) => windowText(window, nowMs)),
      ...(keep === 0 ? [] : [`${percent(keep)} of each window is kept for you`]),
      ...(hours === null ? [] : [`used from ${hours.replace("-", " to ")}`]),
      ...(parallel === null ? [] : [`at most ${counted(parallel, "call")} at once`]),
      ...(keep > 0 && windows.length === 0 ? ["nobody has told yet how much is used"] : []),
    ];
    return parts.length === 0 ? [] : [`account ${name}: ${parts.join("; ")}`];
  });

function windowText({ name, share, resetAtMs, source }: AccountWindow, nowMs: number): string {
  const how = source === "counted" ? " (counted here)" : "";
  const end = resetAtMs === null ? "" : `, until ${instant(resetAtMs, nowMs)}`;
  return `${percent(Math.max(0, 1 - share))} of its ${name} window left${how}${source === "counted" ? "" : end}`;
}
