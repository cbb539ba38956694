import type { Moment } from "./wait-hints.ts";

/** An instant with the offset of this machine's zone at it. */
export const localMoment = (nowMs: number): Moment => ({
  nowMs,
  zoneOffsetMs: -new Date(nowMs).getTimezoneOffset() * 60_000,
});
