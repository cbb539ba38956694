import { instantIn, objectIn, textIn, type JsonObject } from "./json-line.ts";

/** Where and when an error was read: what "at 3:00 AM" means depends on it. */
export interface Moment {
  readonly nowMs: number;
  /** Local time minus UTC at an instant: it changes twice a year. */
  readonly zoneOffsetMs: (atMs: number) => number;
}

/** How long to wait, as a provider said it: a length, an instant, or both. */
export interface WaitHint {
  readonly retryAfterMs: number | null;
  /** Epoch milliseconds. */
  readonly resetAtMs: number | null;
}

export const noWait: WaitHint = { retryAfterMs: null, resetAtMs: null };

const [secondMs, minuteMs, hourMs, dayMs] = [1_000, 60_000, 3_600_000, 86_400_000];

const unit = "(?:ms|milliseconds?|s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?)";
const part = `\\d{1,9}(?:\\.\\d{1,9})?\\s{0,2}${unit}(?![a-z])`;
const length = `${part}(?:(?:,|\\s|and){0,3}${part}){0,4}`;
/** Also written without a gap: 6m0s. */
const joined = `(?:\\d{1,9}(?:\\.\\d{1,9})?(?:ms|[dhms])){1,5}(?![a-z0-9])`;

const unitMs = (word: string): number => {
  if (word === "ms" || word.startsWith("milli")) return 1;
  return { s: secondMs, m: minuteMs, h: hourMs, d: dayMs }[word[0] ?? ""] ?? 0;
};

/** "2s", "6m0s", "1.5s", "500ms", "3 days 4 hours", as milliseconds; null: it is no length. */
export function lengthIn(text: string): number | null {
  if (!new RegExp(`^(?:${joined}|${length})$`, "i").test(text.trim())) return null;
  const parts = text.toLowerCase().matchAll(/(\d+(?:\.\d+)?)\s*(ms|milliseconds?|[smhd])/g);
  let sumMs = 0;
  for (const [, amount = "", word = ""] of parts) sumMs += Number(amount) * unitMs(word);
  return Number.isSafeInteger(Math.ceil(sumMs)) ? Math.ceil(sumMs) : null;
}

/** What the headers of an answer say, names in lower case. A wait that is named beats the limits' own resets. */
export function waitInHeaders(headers: Readonly<Record<string, string>>, { nowMs }: Moment): WaitHint {
  const unified = instantIn(headers["anthropic-ratelimit-unified-reset"]);
  const named = positive(headers["retry-after-ms"]) ?? retryAfter(headers["retry-after"], nowMs);
  const reset = unified ?? spentReset(headers, /^anthropic-ratelimit-(\w+)-reset$/, (word) => instantIn(word));
  const soon = spentReset(headers, /^x-ratelimit-reset-(\w+)$/, lengthIn);
  const untilReset = reset === null || unified !== null ? null : Math.max(0, reset - nowMs);
  return { retryAfterMs: named ?? untilReset ?? soon, resetAtMs: reset };
}

const positive = (word: string | undefined): number | null =>
  word !== undefined && /^\d{1,12}(\.\d{1,6})?$/.test(word.trim()) ? Math.ceil(Number(word)) : null;

/** Seconds, or a date of HTTP. */
function retryAfter(word: string | undefined, nowMs: number): number | null {
  if (word === undefined) return null;
  const given = word.trim();
  if (/^\d{1,9}(\.\d{1,6})?$/.test(given)) return Math.ceil(Number(given) * secondMs);
  const date = /^[a-z]{3},? /i.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(date) ? lengthIn(given) : Math.max(0, date - nowMs);
}

/** The latest of the resets whose limit is spent; where no limit says what is left, of all. */
function spentReset(
  headers: Readonly<Record<string, string>>,
  name: RegExp,
  read: (word: string) => number | null,
): number | null {
  const resets = Object.entries(headers).flatMap(([header, word]) => {
    const of = name.exec(header)?.[1];
    const value = of === undefined ? null : read(word);
    if (value === null) return [];
    const left = headers[header.replace("reset", "remaining")];
    return [{ value, isSpent: left === undefined ? null : left.trim() === "0" }];
  });
  const known = resets.some(({ isSpent }) => isSpent !== null);
  const counted = resets.filter(({ isSpent }) => isSpent === true || !known);
  return counted.length === 0 ? null : Math.max(...counted.map(({ value }) => value));
}

const mostFields = 300;

/** What the structured part of an error says, wherever in it: `retryDelay`, `retryAfterMs`, `resetsAt` and their kind. */
export function waitInDetails(details: JsonObject): WaitHint {
  let [retryAfterMs, resetAtMs]: [number | null, number | null] = [null, null];
  const open: unknown[] = [details];
  for (let seen = 0; open.length > 0 && seen < mostFields; seen += 1) {
    const next = open.shift();
    for (const [key, value] of fieldsOf(next)) {
      const name = key.replaceAll("_", "").toLowerCase();
      if (name === "retrydelay" || name === "retryafter") retryAfterMs ??= seconds(value);
      else if (name === "retryafterms") retryAfterMs ??= positive(String(value));
      else if (name === "resetsinseconds") retryAfterMs ??= seconds(value);
      else if (name === "resetsat" || name === "resetat") resetAtMs ??= instantIn(value);
      else if (typeof value === "object") open.push(value);
    }
  }
  return { retryAfterMs, resetAtMs };
}

const fieldsOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  Array.isArray(value) ? value.map((item): [string, unknown] => ["", item]) : Object.entries(objectIn(value) ?? {});

function seconds(value: unknown): number | null {
  if (typeof value === "number" && value >= 0 && value < 1e9) return Math.ceil(value * secondMs);
  const text = textIn(value);
  return text === null ? null : (lengthIn(text) ?? retryAfter(text, 0));
}

const longestText = 4_000;
const ahead = "(?:try(?:ing)? again|retry(?:ing)?|reset(?:s|ting)?|available(?: again)?|wait|until)";
const lengthText = new RegExp(`\\b${ahead}(?:\\s+(?:in|after|for|about|~)){0,2}\\s+(${joined}|${length})`, "i");
const isoText = /\b(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d))/;
const epochText = /\|(\d{10}|\d{13})\b/;
const month = "(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\\.?";
const dayText = `(?:${month}\\s+(\\d{1,2})(?:st|nd|rd|th)?(?:,?\\s+(\\d{4}))?(?:,|\\s+at)?\\s+)?`;
const clockText = new RegExp(
  `\\b${ahead}(?:\\s+(?:at|on|by)){0,2}\\s+${dayText}(\\d{1,2})(?::(\\d\\d))?\\s?([ap])\\.?m\\b\\.?(?:\\s*\\(([\\w/+-]{1,40})\\))?`,
  "i",
);

/** What the text of an error says. Only for text that is one: an agent's own words may hold the same phrases. */
export function waitInText(message: string, moment: Moment): WaitHint {
  const text = message.slice(0, longestText);
  const said = lengthText.exec(text)?.[1];
  const retryAfterMs = said === undefined ? null : lengthIn(said);
  const written = isoText.exec(text)?.[1] ?? epochText.exec(text)?.[1];
  const resetAtMs = written === undefined ? clockIn(text, moment) : instantIn(written);
  return { retryAfterMs, resetAtMs };
}

/** A time of day has no seconds and the clocks differ: what was said a moment too late means this day's all the same. */
const justPastMs = 10 * minuteMs;
const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** "at 3:00 AM", "Nov 25, 3am (UTC)": the next such instant or the one just past, in the zone that is named, else in the local one. */
function clockIn(text: string, { nowMs, zoneOffsetMs }: Moment): number | null {
  const found = clockText.exec(text);
  if (found === null) return null;
  const [, name, day, said, hour = "", minute = "0", half = "", zone] = found;
  if (Number(hour) < 1 || Number(hour) > 12 || Number(minute) > 59) return null;
  const timeMs = ((Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0)) * hourMs + Number(minute) * minuteMs;
  const offsetMs = (atMs: number): number => (zone === undefined ? null : zoneOffset(zone, atMs)) ?? zoneOffsetMs(atMs);
  const local = new Date(nowMs + offsetMs(nowMs));
  // The offset may change before the instant: it is that of the instant, not of now.
  const instantOf = (dayStartMs: number): number => {
    const wallMs = dayStartMs + timeMs;
    return wallMs - offsetMs(wallMs - offsetMs(nowMs));
  };
  const year = local.getUTCFullYear();
  if (name === undefined) {
    const todayMs = Date.UTC(year, local.getUTCMonth(), local.getUTCDate());
    const days = [todayMs - dayMs, todayMs, todayMs + dayMs].map(instantOf);
    return days.find((ms) => ms > nowMs - justPastMs) ?? null;
  }
  const at = (inYear: number): number => instantOf(Date.UTC(inYear, months.indexOf(name.toLowerCase()), Number(day)));
  if (said !== undefined) return at(Number(said));
  // A day that is long past is one of the next year; one that is just past has been reached, also in the year before.
  return [year - 1, year, year + 1].map(at).find((ms) => ms > nowMs - 30 * dayMs) ?? null;
}

/** Local time minus UTC of a named zone at an instant; null: there is no such zone. */
function zoneOffset(zone: string, atMs: number): number | null {
  if (/^(?:utc|gmt|z)$/i.test(zone)) return 0;
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
    const name = format.formatToParts(atMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes = "0"] = /GMT(?:([+-])(\d\d):?(\d\d)?)?/.exec(name) ?? [];
    if (hours === undefined) return 0;
    return (sign === "-" ? -1 : 1) * (Number(hours) * hourMs + Number(minutes) * minuteMs);
  } catch {
    return null;
  }
}

/** The first of each that is known. */
export const firstWait = (hints: readonly WaitHint[]): WaitHint => ({
  retryAfterMs: hints.find(({ retryAfterMs }) => retryAfterMs !== null)?.retryAfterMs ?? null,
  resetAtMs: hints.find(({ resetAtMs }) => resetAtMs !== null)?.resetAtMs ?? null,
});

/** 00:00 UTC on the first of the next month. */
export function nextMonthMs(nowMs: number): number {
  const now = new Date(nowMs);
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + 1, 1);
}
