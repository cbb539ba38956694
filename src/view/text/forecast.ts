import { instant } from "./durations.ts";

const minute = 60_000;

/** A range of instants. */
export interface DoneAt {
  readonly from: number;
  readonly to: number;
}

/** "15:10" and "17:00", in steps of five minutes where the range is wide; equal ones: as good as known. */
export function doneBetween({ from, to }: DoneAt, now: number): readonly [string, string] {
  const step = to - from < 20 * minute ? minute : 5 * minute;
  const shown = (at: number): string => instant(Math.round(Math.max(at, now) / step) * step, now);
  return [shown(from), shown(to)];
}
