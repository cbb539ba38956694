import type { EventType, RecordedEvent } from "../../domain/events.ts";
import type { RunId } from "../../domain/ids.ts";

/** Forecasts of runs that ended, and how many of these did in the range that was said. */
export interface ForecastFigures {
  readonly ended: number;
  readonly inRange: number;
}

/** What a forecast is made with and held against. */
export const forecastEvents = [
  "note",
  "attempt.ended",
  "check.ended",
  "task.added",
  "run.ended",
] as const satisfies readonly EventType[];

/** While nothing worked for longer, the run waited: for a person, for a hold, or for its engine. */
const waitMs = 60_000;

interface Open {
  readonly lowMs: number;
  readonly highMs: number;
  /** In order of their ends. */
  readonly work: { readonly from: number; readonly to: number }[];
  readonly saidAt: number;
}

/** The first forecast of each run is held against the time in which the run worked. A run that got more tasks is another one. */
export function forecastFigures(events: readonly RecordedEvent[]): ForecastFigures {
  const open = new Map<RunId, Open | null>();
  let [ended, inRange] = [0, 0];
  for (const event of events) {
    if (event.run === null) continue;
    const said = open.get(event.run);
    if (event.type === "note" && event.data.forecast !== undefined && said === undefined)
      open.set(event.run, { ...event.data.forecast, work: [], saidAt: event.at });
    if (said === undefined || said === null) continue;
    if (event.type === "task.added") open.set(event.run, null);
    if (event.type === "attempt.ended" || event.type === "check.ended")
      said.work.push({ from: Math.max(said.saidAt, event.at - event.data.durationMs), to: event.at });
    if (event.type !== "run.ended" || event.data.state !== "ended") continue;
    const tookMs = workedMs(said, event.at);
    ended += 1;
    if (tookMs >= said.lowMs && tookMs <= said.highMs) inRange += 1;
    open.set(event.run, null);
  }
  return { ended, inRange };
}

function workedMs({ work, saidAt }: Open, endedAt: number): number {
  let [sum, until] = [0, saidAt];
  for (const { from, to } of [...work, { from: endedAt, to: endedAt }].toSorted((a, b) => a.from - b.from)) {
    if (to <= until) continue;
    const gapMs = Math.max(0, from - until);
    sum += to - Math.max(from, until) + (gapMs > waitMs ? 0 : gapMs);
    until = to;
  }
  return sum;
}
