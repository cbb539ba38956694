import type { Scratch } from "../engine/ports/scratch.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { ModelFacts, SliceName } from "../view/screen/screen-source.ts";
import { CallOutputs, outputMs, type ReadSaid } from "./call-outputs.ts";
import { LiveTails } from "./live-tails.ts";
import { RecentActivity } from "./recent-activity.ts";
import type { SliceCells } from "./slice-cells.ts";

const tickMs = 33;
const quietLiveMs = 250;
const quietAfterMs = 2_000;
const polled: readonly SliceName[] = ["live", "output", "activity"];

interface PolledParts {
  readonly scratch: Pick<Scratch, "read">;
  /** Absent: nobody keeps what calls say. */
  readonly readSaid?: ReadSaid | undefined;
  readonly clock: Pick<Clock, "now">;
  readonly models: () => readonly ModelFacts[];
}

const nothingSaid: ReadSaid = async (_, from) => ({ said: [], next: from, anew: false, skipped: false });

/** The slices that are looked at anew at each tick: no event tells of what calls say, and figures are not read at each event. */
export class PolledSlices {
  readonly live: LiveTails;
  readonly output: CallOutputs;
  readonly activity: RecentActivity;

  constructor({ scratch, readSaid, clock, models }: PolledParts) {
    this.live = new LiveTails(scratch, clock, models);
    this.output = new CallOutputs(readSaid ?? nothingSaid, clock);
    this.activity = new RecentActivity(clock);
  }

  mark(cells: SliceCells): void {
    for (const slice of polled) cells.mark(slice);
  }

  /** When there may be more to show of what somebody looks at. `movedAt`: when the log last grew. */
  nextAt(cells: SliceCells, now: number, movedAt: number): number {
    let next = Number.POSITIVE_INFINITY;
    if (cells.watchedIds("live").some((model) => this.live.isRunning(model)))
      next = now + (now - Math.max(this.live.saidAt, movedAt) > quietAfterMs ? quietLiveMs : tickMs);
    if (cells.watchedIds("output").some((id) => this.output.isRunning(id))) next = Math.min(next, now + outputMs);
    const { dueAt } = this.activity;
    return dueAt !== null && cells.isWatched("activity") ? Math.min(next, Math.max(now, dueAt)) : next;
  }
}
