import type { DayHours } from "../domain/settings.ts";

const minuteMs = 60_000;
const halfDayMs = 43_200_000;

/** When a part of the day begins next by the local clock; null: it is that part of the day now. */
export const nextStart = (hours: DayHours, nowMs: number): number | null => outsideOf(hours, nowMs)?.untilMs ?? null;

/** The time around now that is not that part of the day, by the local clock; null: it is that part now. */
export function outsideOf(
  hours: DayHours,
  nowMs: number,
): { readonly sinceMs: number; readonly untilMs: number } | null {
  const today = new Date(nowMs);
  let [sinceMs, untilMs] = [-Infinity, Infinity];
  for (const day of [-2, -1, 0, 1, 2]) {
    const fromMs = firstShown(today, day, hours.fromMin);
    const toMs = firstShown(today, hours.toMin > hours.fromMin ? day : day + 1, hours.toMin);
    if (fromMs >= toMs) continue;
    if (fromMs <= nowMs && nowMs < toMs) return null;
    if (fromMs > nowMs) untilMs = Math.min(untilMs, fromMs);
    else sinceMs = Math.max(sinceMs, toMs);
  }
  return { sinceMs, untilMs };
}

/**
 * The first instant of a day at which its clock shows that time or a later one: where the clock goes forward over it, that
 * change; where it is shown twice, the first.
 */
function firstShown(today: Date, days: number, minutes: number): number {
  const shown = new Date(today.getFullYear(), today.getMonth(), today.getDate() + days, 0, minutes);
  const isSkipped = shown.getHours() * 60 + shown.getMinutes() !== minutes;
  if (!isSkipped) return shown.getTime();
  const offset = shown.getTimezoneOffset();
  let [before, after] = [shown.getTime() - halfDayMs, shown.getTime()];
  while (after - before > minuteMs) {
    const middle = before + Math.floor((after - before) / 2 / minuteMs) * minuteMs;
    if (new Date(middle).getTimezoneOffset() === offset) after = middle;
    else before = middle;
  }
  return after;
}

/** 22:00-07:00 */
export const hoursText = ({ fromMin, toMin }: DayHours): string => `${clock(fromMin)}-${clock(toMin)}`;

const clock = (minutes: number): string =>
  [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
