import type { UsedWindow } from "../domain/account-use.ts";
import type { CallEvent } from "../engine/ports/adapter.ts";
import { windowName } from "../policy/account-windows.ts";
import { alive } from "./programs/agent-transcript.ts";

/** A window as a program tells it; null: it says no share that can be one. */
export function usedWindow(name: string, share: unknown, resetAtMs: number | null): UsedWindow | null {
  if (typeof share !== "number" || !Number.isFinite(share) || share < 0) return null;
  return { name, share: Math.min(1, share), resetAtMs };
}

/** What is told of windows is a sign of life as well. */
export const limitEvents = (windows: readonly UsedWindow[]): readonly CallEvent[] =>
  windows.length === 0 ? alive : [{ type: "limits", windows }];

const spans: Readonly<Record<string, number>> = { one: 1, five: 5, seven: 7, thirty: 30 };
const unitMinutes: Readonly<Record<string, number>> = { minute: 1, hour: 60, day: 1440 };

/** five_hour is 5h, seven_day_opus is 7d opus; what is called otherwise keeps its name. */
export function windowWord(given: string): string {
  const [, count = "", unit = "", of = ""] = /^([a-z]+)_(minute|hour|day)s?(?:_([a-z_]+))?$/.exec(given) ?? [];
  const minutes = (spans[count] ?? 0) * (unitMinutes[unit] ?? 0);
  const word = minutes === 0 ? given : `${windowName(minutes)} ${of}`;
  return word.replaceAll("_", " ").slice(0, 40).trim();
}
