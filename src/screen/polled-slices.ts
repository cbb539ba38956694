import type { Scratch } from "../engine/ports/scratch.ts";
import type { Clock } from "../engine/ports/clock.ts";
import type { ModelFacts, SliceName } from "../view/screen/screen-source.ts";
import { CallOutputs, outputMs, type ReadSaid } from "./call-outputs.ts";
import { LiveTails } from "./live-tails.ts";
import { RecentActivity } from "./recent-activity.ts";
import type { SliceCells } from "./slice-cells.ts";

/** Fifteen times a second is as fast as anybody reads what streams in. */
const liveMs = 66;
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

/** When to look next, and whether that is so soon that nothing else needs a tick of its own. */
interface NextLook {
  readonly at: number;
  readonly isStreaming: boolean;
}

const nothingSaid: ReadSaid = async (_, from) => ({ said: [], next: from, anew: false, skipped: false });

/** The slices that are looked at anew at each tick: no event tells of what calls say, and figures are not read at each event. */
export class PolledSlices {
  readonly live: LiveTails;
  readonly output: CallOutputs;
  readonly activity: RecentActivity;
  #markedAt = Number.NEGATIVE_INFINITY;
  readonly #clock: Pick<Clock, "now">;

  constructor({ scratch, readSaid, clock, models }: PolledParts) {
    this.#clock = clock;
    this.live = new LiveTails(scratch, clock, models);
    this.output = new CallOutputs(readSaid ?? nothingSaid, clock);
    this.activity = new RecentActivity(clock);
  }

  mark(cells: SliceCells): void {
    const now = this.#clock.now();
    if (now >= this.#markedAt && now - this.#markedAt < liveMs) return;
    this.#markedAt = now;
    for (const slice of polled) cells.mark(slice);
  }

  /** When there may be more to show of what somebody looks at. `movedAt`: when the log last grew. */
  nextAt(cells: SliceCells, now: number, movedAt: number): NextLook {
    const isLive = cells.watchedIds("live").some((model) => this.live.isRunning(model));
    const isStreaming = isLive && now - Math.max(this.live.saidAt, movedAt) <= quietAfterMs;
    let next = Number.POSITIVE_INFINITY;
    if (isLive) next = isStreaming ? Math.max(now, this.#markedAt + liveMs) : now + quietLiveMs;
    if (cells.watchedIds("output").some((id) => this.output.isRunning(id))) next = Math.min(next, now + outputMs);
    const { dueAt } = this.activity;
    if (dueAt !== null && cells.isWatched("activity")) next = Math.min(next, Math.max(now, dueAt));
    return { at: next, isStreaming };
  }
}
