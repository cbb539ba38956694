import type { Clock } from "../engine/ports/clock.ts";
import type { ClockSnapshot, ReviewSnapshot, RunSnapshot, TasksSnapshot } from "../view/screen/screen-source.ts";
import { taskStyle } from "../view/text/state-styles.ts";
import type { SliceLoader } from "./slice-loader.ts";

/** 8 frames a second are enough for signs that turn. */
const frameMs = 125;
const secondMs = 1_000;
const minuteMs = 60_000;
/** As long as news are shown and ages are told in seconds. */
const freshMs = 60_000;

/** What decides how fast the shared clock goes. */
export interface ClockFacts {
  readonly run: RunSnapshot;
  readonly tasks: TasksSnapshot;
  readonly review: ReviewSnapshot;
  /** When anything last happened while somebody looked. */
  readonly movedAt: number;
}

/** Whether all that the run waits for is a person: no time is counted then but in minutes. */
const waitsForPerson = ({ tasks, review }: ClockFacts): boolean =>
  review.questions.some(({ answer }) => answer === null) && !tasks.rows.some(({ state }) => taskStyle[state].busy);

/**
 * How long until the clock has to go on; null: never, because nothing on the screen has an age. Frames while something runs,
 * seconds while something counts down or is young, else minutes.
 */
export function clockStepMs(facts: ClockFacts, motion: boolean, now: number): number | null {
  const { run, tasks, review, movedAt } = facts;
  if (tasks.active.size > 0 && run.engine === "alive") return motion ? frameMs : secondMs;
  if ([...tasks.waits.values()].some(({ untilMs }) => untilMs !== null && untilMs > now)) return secondMs;
  if (run.run?.state === "running" && !waitsForPerson(facts)) return secondMs;
  if (tasks.holds.some(({ untilMs }) => untilMs !== null)) return secondMs;
  if (review.questions.some(({ answer }) => answer !== null && answer.effectiveAt > now)) return secondMs;
  if (run.notices.some(({ at }) => now - at < freshMs)) return secondMs;
  const hasAges = review.questions.length > 0 || tasks.rows.some(({ startedAt }) => startedAt !== null);
  if (!hasAges) return null;
  const isFresh =
    now - movedAt < freshMs ||
    tasks.rows.some((row) => row.startedAt !== null && now - row.movedAt < freshMs) ||
    review.questions.some(({ question }) => now - question.askedAt < freshMs);
  return isFresh ? secondMs : minuteMs;
}

/** The clock all windows share. */
export class ScreenClock implements SliceLoader<ClockSnapshot> {
  readonly empty: ClockSnapshot;
  readonly #clock: Pick<Clock, "now">;
  /** How fast it goes now; null: it stands until something happens. */
  stepMs: number | null = null;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
    this.empty = { now: clock.now(), frame: 0 };
  }

  /** Whether anybody could see that time has passed. */
  isDue({ now }: ClockSnapshot): boolean {
    const stepMs = Math.min(this.stepMs ?? secondMs, secondMs);
    return Math.floor(this.#clock.now() / stepMs) !== Math.floor(now / stepMs);
  }

  load(_id: string, before: ClockSnapshot): ClockSnapshot {
    const now = this.#clock.now();
    return now === before.now
      ? before
      : { now, frame: Math.floor(now / frameMs) - Math.floor(this.empty.now / frameMs) };
  }
}
