/** Spans of time and instants as people read them. All take and give whole milliseconds; an instant is shown in local time. */
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");

/** 0.8s, 42s, 12m04s, 3h12m, 2d04h. */
export function duration(ms: number): string {
  const span = Math.max(0, ms);
  if (span < second) return `${Math.floor(span / 100) / 10}s`;
  if (span < minute) return `${Math.floor(span / second)}s`;
  if (span < hour) return `${Math.floor(span / minute)}m${two((span % minute) / second)}s`;
  if (span < day) return `${Math.floor(span / hour)}h${two((span % hour) / minute)}m`;
  return `${Math.floor(span / day)}d${two((span % day) / hour)}h`;
}

/** One unit, at most four columns for ages under 1000 days: 7s, 12m, 3h, 2d. */
export function age(ms: number): string {
  const span = Math.max(0, ms);
  if (span < minute) return `${Math.floor(span / second)}s`;
  if (span < hour) return `${Math.floor(span / minute)}m`;
  if (span < day) return `${Math.floor(span / hour)}h`;
  return `${Math.floor(span / day)}d`;
}

/** Time left, rounded up so that it never shows 0:00 before the end: 0:42, 12:04, 3:12:04, 1d 03h. */
export function countdown(ms: number): string {
  const span = Math.ceil(Math.max(0, ms) / second) * second;
  if (span < hour) return `${Math.floor(span / minute)}:${two((span % minute) / second)}`;
  if (span < day) return `${Math.floor(span / hour)}:${two((span % hour) / minute)}:${two((span % minute) / second)}`;
  return `${Math.floor(span / day)}d ${two((span % day) / hour)}h`;
}

/** Time left in at most five columns below ten hours, six below a hundred: 0:42, 12:04, 3h12m, 1d03h. */
export const shortCountdown = (ms: number): string => (ms < hour ? countdown(ms) : duration(ms));

/** 12:04:11 */
export function timeOfDay(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

const weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/** As short as `now` allows: 20:00 today, Tue 20:00 within a week, 2026-11-21 20:00 else. */
export function instant(at: number, now: number): string {
  const date = new Date(at);
  const today = new Date(now);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  if (date.toDateString() === today.toDateString()) return time;
  if (Math.abs(at - now) < 6 * day) return `${weekdays[date.getDay()] ?? ""} ${time}`;
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${time}`;
}

const machineInstants = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;

/** A reason as it is recorded, with its instants as `instant` shows them. */
export const withInstants = (text: string, now: number): string =>
  text.replace(machineInstants, (found) => instant(Date.parse(found), now));
