import { instantIn, objectIn, textIn, type JsonObject } from "./json-line.ts";
import { ahead, instantInField, instantInText, type Moment } from "./written-instant.ts";

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
/** Hours, minutes and seconds: 02:11:23. */
const clock = "\\d{1,3}:[0-5]\\d:[0-5]\\d(?![\\d:])";

const unitMs = (word: string): number => {
  if (word === "ms" || word.startsWith("milli")) return 1;
  return { s: secondMs, m: minuteMs, h: hourMs, d: dayMs }[word[0] ?? ""] ?? 0;
};

/** "2s", "6m0s", "1.5s", "500ms", "3 days 4 hours", as milliseconds; null: it is no length. */
export function lengthIn(text: string): number | null {
  if (new RegExp(`^${clock}$`).test(text.trim())) {
    const [hours = 0, minutes = 0, seconds = 0] = text.split(":").map(Number);
    return hours * hourMs + minutes * minuteMs + seconds * secondMs;
  }
  if (!new RegExp(`^(?:${joined}|${length})$`, "i").test(text.trim())) return null;
  const parts = text.toLowerCase().matchAll(/(\d+(?:\.\d+)?)\s*(ms|milliseconds?|[smhd])/g);
  let sumMs = 0;
  for (const [, amount = "", word = ""] of parts) sumMs += Number(amount) * unitMs(word);
  return Number.isSafeInteger(Math.ceil(sumMs)) ? Math.ceil(sumMs) : null;
}

/** What the headers of an answer say, names in lower case. A wait that is named beats the limits' own resets. */
export function waitInHeaders(headers: Readonly<Record<string, string>>, moment: Moment): WaitHint {
  const { nowMs } = moment;
  const unified = instantInField(headers["anthropic-ratelimit-unified-reset"], moment);
  const named = positive(headers["retry-after-ms"]) ?? retryAfter(headers["retry-after"], nowMs);
  const reset = unified ?? spentReset(headers, (word) => (isSpan(word) ? null : instantInField(word, moment)));
  const soon = spentReset(headers, (word) => (isSpan(word) ? seconds(word) : null));
  const untilReset = reset === null || unified !== null ? null : Math.max(0, reset - nowMs);
  return { retryAfterMs: named ?? untilReset ?? soon, resetAtMs: reset };
}

/** Fewer seconds than that are a wait, more are an instant. */
const longestSpan = 1e9;

/** A reset that is told as how long it takes, in words or in seconds. */
const isSpan = (word: string): boolean => Number(word) < longestSpan || lengthIn(word) !== null;

const positive = (word: string | undefined): number | null =>
  word !== undefined && /^\d{1,12}(\.\d{1,6})?$/.test(word.trim()) ? Math.ceil(Number(word)) : null;

/** Seconds, or a date of HTTP. */
function retryAfter(word: string | undefined, nowMs: number): number | null {
  if (word === undefined) return null;
  const given = word.trim();
  if (/^\d{1,9}(\.\d{1,6})?$/.test(given)) return Math.ceil(Number(given) * secondMs);
  if (/^\d{10,13}$/.test(given)) return Math.max(0, (instantIn(given) ?? 0) - nowMs);
  const date = /^[a-z]{3},? /i.test(given) ? Date.parse(given) : Number.NaN;
  return Number.isNaN(date) ? lengthIn(given) : Math.max(0, date - nowMs);
}

const resetHeader = /^(?:anthropic-|x-)?rate-?limit-(?:(?!unified)[\w-]{1,40}-)?reset(?:-[\w-]{1,40})?$/;

/** The latest of the resets whose limit is spent; where no limit says what is left, of all. */
function spentReset(headers: Readonly<Record<string, string>>, read: (word: string) => number | null): number | null {
  const resets = Object.entries(headers).flatMap(([header, word]) => {
    const value = resetHeader.test(header) ? read(word.trim()) : null;
    if (value === null) return [];
    const left = headers[header.replace("reset", "remaining")];
    return [{ value, isSpent: left === undefined ? null : left.trim() === "0" }];
  });
  const known = resets.some(({ isSpent }) => isSpent !== null);
  const counted = resets.filter(({ isSpent }) => isSpent === true || !known);
  return counted.length === 0 ? null : Math.max(...counted.map(({ value }) => value));
}

const mostFields = 300;

const waitField =
  /^(?:retry(?:after|delay|in)|(?:quota)?resets?(?:in|after|delay))(ms|millis|milliseconds)?(?:s|secs|seconds)?$/;
const resetField = /^(?:quota|limit|usage|ratelimit|next|window)?resets?(?:at|on|time|timestamp|date)?$/;

/** What the structured part of an error says, wherever in it: `retryDelay`, `retry_after_seconds`, `resetsAt` and their kind. */
export function waitInDetails(details: JsonObject, moment: Moment = utc): WaitHint {
  let [retryAfterMs, resetAtMs]: [number | null, number | null] = [null, null];
  const open: unknown[] = [details];
  for (let seen = 0; open.length > 0 && seen < mostFields; seen += 1) {
    const next = open.shift();
    for (const [key, value] of fieldsOf(next)) {
      const name = key.replaceAll(/[_-]/g, "").toLowerCase();
      const wait = waitField.exec(name);
      const isLength = resetField.test(name) && isSpan(String(value));
      if (wait?.[1] !== undefined) retryAfterMs ??= positive(String(value));
      else if (wait !== null || isLength) retryAfterMs ??= seconds(value);
      else if (resetField.test(name)) resetAtMs ??= instantInField(value, moment);
      if (typeof value === "object") open.push(value);
    }
  }
  return { retryAfterMs, resetAtMs };
}

const utc: Moment = { nowMs: 0, zoneOffsetMs: () => 0 };

const fieldsOf = (value: unknown): readonly (readonly [string, unknown])[] =>
  Array.isArray(value) ? value.map((item): [string, unknown] => ["", item]) : Object.entries(objectIn(value) ?? {});

function seconds(value: unknown): number | null {
  if (typeof value === "number" && value >= 0 && value < 1e9) return Math.ceil(value * secondMs);
  const text = textIn(value);
  return text === null ? null : (lengthIn(text) ?? retryAfter(text, 0));
}

const longestText = 4_000;
const lengthText = new RegExp(
  `\\b${ahead}(?:\\s+(?:in|after|for|about|~)){0,2}:?\\s+(${joined}|${length}|(?<=in\\s)${clock})`,
  "i",
);
/** Seconds, as the header of this name has them. */
const bareText =
  /\bretry[ _-]after(?:[ _](?:seconds|secs))?["']?[:=]?\s{0,3}(\d{1,7}(?:\.\d{1,6})?)(?!\s?[a-z\d:/.-]\w)/i;

/** What the text of an error says. Only for text that is one: an agent's own words may hold the same phrases. */
export function waitInText(message: string, moment: Moment): WaitHint {
  const text = message.slice(0, longestText);
  const said = lengthText.exec(text)?.[1];
  const bare = bareText.exec(text)?.[1];
  const retryAfterMs = said === undefined ? seconds(bare) : lengthIn(said);
  return { retryAfterMs, resetAtMs: instantInText(text, moment) };
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
