import { spanWords } from "../../domain/duration.ts";
import type { Forecast } from "../../domain/forecast.ts";
import { instant } from "./durations.ts";

/** done in 40 min to 2 h, without your answers */
export const doneIn = ({ lowMs, highMs }: Pick<Forecast, "lowMs" | "highMs">): string =>
  `done in ${spanWords(lowMs, highMs)}, without your answers`;

/** A range of instants. */
export interface DoneAt {
  readonly from: number;
  readonly to: number;
}

const minute = 60_000;

/** "15:10" and "17:00", in steps of five minutes where the range is wide; equal ones: as good as known. */
export function doneBetween({ from, to }: DoneAt, now: number): readonly [string, string] {
  const step = to - from < 20 * minute ? minute : 5 * minute;
  const shown = (at: number): string => instant(Math.round(Math.max(at, now) / step) * step, now);
  return [shown(from), shown(to)];
}
