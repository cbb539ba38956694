import { parseDurationMs } from "./duration.ts";

/** An instant to come as a person writes it: `2h` or `for 2h` from now, `20:00` or `until 20:00` next, or ISO. Null: it is none. */
export function parseFutureInstant(text: string, nowMs: number): number | "over" | null {
  const words = text.trim().replace(/^(?:until|for)\s+/i, "");
  const spanMs = parseDurationMs(words);
  if (spanMs !== null) return nowMs + spanMs;
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(words);
  if (clock !== null) {
    const at = new Date(nowMs);
    at.setHours(Number(clock[1]), Number(clock[2]), 0, 0);
    if (at.getTime() <= nowMs) at.setDate(at.getDate() + 1);
    return at.getTime();
  }
  const atMs = /^\d{4}-\d\d-\d\d([T ]|$)/.test(words) ? Date.parse(words.replace(" ", "T")) : Number.NaN;
  if (Number.isNaN(atMs)) return null;
  return atMs <= nowMs ? "over" : atMs;
}
