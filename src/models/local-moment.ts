import type { Moment } from "./written-instant.ts";

/** An instant in this machine's zone. */
export const localMoment = (nowMs: number): Moment => ({
  nowMs,
  zoneOffsetMs: (atMs) => -new Date(atMs).getTimezoneOffset() * 60_000,
});
