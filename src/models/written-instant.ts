import { instantIn } from "./json-line.ts";

/** Where and when an error was read: what "at 3:00 AM" means depends on it. */
export interface Moment {
  readonly nowMs: number;
  /** Local time minus UTC at an instant: it changes twice a year. */
  readonly zoneOffsetMs: (atMs: number) => number;
}

const [minuteMs, hourMs, dayMs] = [60_000, 3_600_000, 86_400_000];

/** Words that speak of what is to come. */
export const ahead =
  "(?:try(?:ing)? again|retry(?:ing)?|re(?:set|new|fresh|fill|plenish)(?:s|ed|ting)?|available(?: again)?|access|wait|until)";

const leadText = new RegExp(`\\b${ahead}(?:\\s+(?:at|on|by|after)){0,2}:?\\s+`, "gi");
const futureText = new RegExp(`\\b${ahead}|again|重置|恢复`, "i");
const epochText = new RegExp(`(?:\\||\\b${ahead}(?:\\s+(?:at|on|after))?:?\\s+)(\\d{10}|\\d{13})\\b`, "i");
/** Also parts of names of models look so: it is an end only with a time of day, or behind a word that says when. */
const isoDay = /(?<![\w./-])(20\d\d)[-/](\d{1,2})[-/](\d{1,2})(?![\d-])/g;

const longestTime = 100;

/** The instant that the text of an error names as its end; null: it names none. */
export function instantInText(text: string, moment: Moment): number | null {
  for (const iso of text.matchAll(isoDay)) {
    const rest = text.slice(iso.index + iso[0].length, iso.index + iso[0].length + longestTime);
    const isWhen = /\b(?:on|at|by|until)\s+$/i.test(text.slice(Math.max(0, iso.index - 8), iso.index));
    const isEnd = rest.startsWith("T") || (futureText.test(text) && (isWhen || clockAt(rest) !== null));
    if (isEnd) return isoInstant(iso, rest, moment);
  }
  const epoch = epochText.exec(text)?.[1];
  if (epoch !== undefined) return instantIn(epoch);
  for (const lead of text.matchAll(leadText)) {
    const from = lead.index + lead[0].length;
    const at = spokenInstant(text.slice(from, from + longestTime), moment);
    if (at !== null) return at;
  }
  return null;
}

/** An instant as a field holds it: a date, with its zone or without, or a number since 1970. */
export function instantInField(value: unknown, moment: Moment): number | null {
  const [iso] = typeof value === "string" ? value.matchAll(isoDay) : [];
  if (typeof value !== "string" || iso?.index !== 0) return instantIn(value);
  return isoInstant(iso, value.slice(iso[0].length), moment);
}

/** "2027-01-01 at 00:00 UTC" */
function isoInstant([, year, month, day]: RegExpExecArray, rest: string, moment: Moment): number | null {
  const clock = clockAt(rest);
  const zone = zoneAt(clock === null ? rest : clock.rest);
  const wallMs = Date.UTC(Number(year), Number(month) - 1, Number(day)) + (clock?.timeMs ?? 0);
  return zone === null ? withoutZone(wallMs, moment) : inZone(wallMs, zone, moment);
}

const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const monthName = `(${months.join("|")})[a-z]{0,6}\\.?`;
const dayNumber = "(\\d{1,2})(?:st|nd|rd|th)?";
const namedDay = new RegExp(
  `^(?:${monthName}\\s+${dayNumber}|${dayNumber}\\s+${monthName})(?:,?\\s+(20\\d\\d)(?!\\d))?(?![\\w:])`,
  "i",
);

/** "Nov 25, 3am (UTC)", "3:00 AM": the next such instant or the one just past, in the zone that is named, else in the local one. */
function spokenInstant(text: string, moment: Moment): number | null {
  const named = namedDay.exec(text);
  const clock = clockAt(text.slice(named?.[0].length ?? 0));
  if (named === null && clock === null) return null;
  const zone = zoneAt(clock === null ? text.slice(named?.[0].length ?? 0) : clock.rest);
  const timeMs = clock?.timeMs ?? 0;
  // Programs write a time with its half of the day for who sits before them; servers write others.
  const isLocal = zone !== null || clock?.isHalf === true || named === null;
  const instant = (dayStartMs: number): number =>
    isLocal ? inZone(dayStartMs + timeMs, zone, moment) : withoutZone(dayStartMs + timeMs, moment);
  return named === null ? nextTime(instant, zone, moment) : nextDay(named, instant, zone, moment);
}

/** A time of day has no seconds and the clocks differ: what was said a moment too late means this day's all the same. */
const justPastMs = 10 * minuteMs;

function nextTime(instant: (dayStartMs: number) => number, zone: string | null, moment: Moment): number | null {
  const { nowMs } = moment;
  const local = new Date(nowMs + offsetIn(zone, nowMs, moment));
  const todayMs = Date.UTC(local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate());
  const days = [todayMs - dayMs, todayMs, todayMs + dayMs].map(instant);
  return days.find((ms) => ms > nowMs - justPastMs) ?? null;
}

function nextDay(
  [, before, day, dayBefore, after, said]: RegExpExecArray,
  instant: (dayStartMs: number) => number,
  zone: string | null,
  moment: Moment,
): number | null {
  const { nowMs } = moment;
  const month = months.indexOf((before ?? after ?? "").toLowerCase());
  const at = (year: number): number => instant(Date.UTC(year, month, Number(day ?? dayBefore)));
  if (said !== undefined) return at(Number(said));
  const year = new Date(nowMs + offsetIn(zone, nowMs, moment)).getUTCFullYear();
  // A day that is long past is one of the next year; one that is just past has been reached, also in the year before.
  return [year - 1, year, year + 1].map(at).find((ms) => ms > nowMs - 30 * dayMs) ?? null;
}

const clockText = /^(?:T|,?\s*(?:at\s+)?)(\d{1,2})(?::(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?)?(?:\s?([ap])\.?m\b\.?)?/i;

interface Clock {
  readonly timeMs: number;
  readonly isHalf: boolean;
  readonly rest: string;
}

function clockAt(text: string): Clock | null {
  const found = clockText.exec(text);
  if (found === null) return null;
  const [whole, hour = "", minute, second = "0", half] = found;
  const isHalf = half !== undefined;
  const isHour = isHalf ? Number(hour) >= 1 && Number(hour) <= 12 : minute !== undefined && Number(hour) <= 24;
  if (!isHour || Number(minute ?? 0) > 59) return null;
  const hours = isHalf ? (Number(hour) % 12) + (half.toLowerCase() === "p" ? 12 : 0) : Number(hour);
  const timeMs = hours * hourMs + Number(minute ?? 0) * minuteMs + Number(second) * 1_000;
  return { timeMs, isHalf, rest: text.slice(whole.length) };
}

const zoneText =
  /^\s{0,2}(?:\(([\w/+:-]{1,40})\)|((?:utc|gmt)(?:[+-]\d{1,2}(?::?\d\d)?)?|z|[+-]\d\d:?\d\d|[pmce][sd]?t|[a-z]{1,20}\/[\w+/-]{1,40})(?!\w))/i;

const zoneAt = (text: string): string | null => {
  const [, within, bare] = zoneText.exec(text) ?? [];
  return within ?? bare ?? null;
};

/** Servers mean UTC where they name no zone; where that is past, the clock on the wall may be meant. */
function withoutZone(wallMs: number, moment: Moment): number {
  const localMs = inZone(wallMs, null, moment);
  return wallMs <= moment.nowMs && localMs > moment.nowMs ? localMs : wallMs;
}

/** The offset may change before the instant: it is that of the instant, not of now. */
function inZone(wallMs: number, zone: string | null, moment: Moment): number {
  return wallMs - offsetIn(zone, wallMs - offsetIn(zone, moment.nowMs, moment), moment);
}

/** Local time minus UTC of a zone; of the local one where none is named, or none of that name is known. */
const offsetIn = (zone: string | null, atMs: number, { zoneOffsetMs }: Moment): number =>
  (zone === null ? null : zoneOffset(zone, atMs)) ?? zoneOffsetMs(atMs);

const spokenZones: Readonly<Record<string, string>> = {
  p: "America/Los_Angeles",
  m: "America/Denver",
  c: "America/Chicago",
  e: "America/New_York",
};

function zoneOffset(zone: string, atMs: number): number | null {
  const [, sign, hours, minutes = "0"] = /^(?:utc|gmt|z)?(?:([+-])(\d{1,2}):?(\d\d)?)?$/i.exec(zone) ?? [null];
  if (hours !== undefined) return (sign === "-" ? -1 : 1) * (Number(hours) * hourMs + Number(minutes) * minuteMs);
  if (/^(?:utc|gmt|z)$/i.test(zone)) return 0;
  const timeZone = zone.length > 3 ? zone : (spokenZones[zone[0]?.toLowerCase() ?? ""] ?? zone);
  try {
    const format = new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
    const name = format.formatToParts(atMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
    return zoneOffset(name, atMs);
  } catch {
    return null;
  }
}
