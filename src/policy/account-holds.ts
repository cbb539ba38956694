import type { AccountUse } from "../domain/account-use.ts";
import type { Hold } from "../domain/question.ts";
import type { AccountSettings, Settings } from "../domain/settings.ts";
import { keptUntil } from "./account-windows.ts";
import { hoursText, outsideOf } from "./day-hours.ts";

/**
 * The holds that a user's own settings lead to at this moment: outside of an account's hours, and where no more is left of its
 * windows than is kept. Nobody writes them down: they follow from the settings, the clock and what is used.
 */
export const accountHolds = (settings: Pick<Settings, "accounts">, use: AccountUse, nowMs: number): readonly Hold[] =>
  Object.entries(settings.accounts ?? {}).flatMap(([name, account]) => [
    ...outsideHours(name, account, nowMs),
    ...kept(name, account, use, nowMs),
  ]);

function outsideHours(name: string, { hours }: AccountSettings, nowMs: number): readonly Hold[] {
  const outside = hours === undefined ? null : outsideOf(hours, nowMs);
  if (hours === undefined || outside === null) return [];
  return [held(name, "hours", `used from ${hoursText(hours).replace("-", " to ")} only`, outside)];
}

function kept(name: string, account: AccountSettings, use: AccountUse, nowMs: number): readonly Hold[] {
  const found = keptUntil(name, account, use, nowMs);
  if (found === null) return [];
  const { window } = found;
  const counted = window.source === "counted" ? " (counted here)" : "";
  const reason = `${percent(window.share)} of its ${window.name} window is used${counted}, ${percent(account.keep ?? 0)} is kept for you`;
  return [held(name, "keep", reason, { sinceMs: window.at, untilMs: found.untilMs })];
}

const held = (
  target: string,
  key: "hours" | "keep",
  reason: string,
  { sinceMs, untilMs }: { readonly sinceMs: number; readonly untilMs: number },
): Hold => ({
  id: `settings/${target}/${key}`,
  scope: "account",
  target,
  reason: `${reason} (accounts.${target}.${key})`,
  untilMs,
  by: "settings",
  setAt: sinceMs,
  resumes: 0,
});

/** 42 % */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;
