import type { RecordedEvent } from "../domain/events.ts";
import type { HoldId, QuestionId, TaskId } from "../domain/ids.ts";
import type { DayHours } from "../domain/settings.ts";

/** A question that nobody has seen for so long is told. */
const unseenForMs = 60_000;
/** No two notices come closer than this. */
export const betweenNoticesMs = 60_000;
/** Quiet hours are looked at again this often: clocks are set, and machines sleep. */
const longestLookMs = 15 * 60_000;

const minuteMs = 60_000;
const dayMin = 24 * 60;

/** Something a person may have to be told. `pos`: of its event. */
export type Tidings = { readonly pos: number; readonly at: number } & (
  | { readonly kind: "question"; readonly question: QuestionId; readonly task: TaskId }
  | { readonly kind: "hold"; readonly hold: HoldId; readonly target: string }
  | { readonly kind: "run_ended"; readonly run: string; readonly exitCode: number }
);

/** The events that anything is told of. */
export const tidingsTypes = ["question.asked", "hold.set", "run.ended"] as const;

/** Null: nobody need be told. Who stops a run or holds a model knows it, and a run that was found dead was begun again. */
export function tidingsOf(event: RecordedEvent): Tidings | null {
  const { pos, at } = event;
  switch (event.type) {
    case "question.asked":
      return { pos, at, kind: "question", question: event.data.question.id, task: event.data.question.task };
    case "hold.set": {
      const { id, target, untilMs, by } = event.data.hold;
      return untilMs !== null || by === "person" ? null : { pos, at, kind: "hold", hold: id, target };
    }
    case "run.ended": {
      const { exitCode, state } = event.data;
      const told = exitCode !== null && state !== "stopped" && event.run !== null;
      return told ? { pos, at, kind: "run_ended", run: event.run, exitCode } : null;
    }
    default:
      return null;
  }
}

/** What is true now of what may be told. */
export interface Present {
  /** Open and without an answer. */
  readonly questions: ReadonlySet<QuestionId>;
  /** Without an end. */
  readonly holds: ReadonlySet<HoldId>;
  /** Up to here a person has looked. */
  readonly lookedPos: number;
}

/** Without what is over or was seen; of ends of runs the last. */
export function stillNews(tidings: readonly Tidings[], { questions, holds, lookedPos }: Present): readonly Tidings[] {
  const lastEnd = tidings.findLast(({ kind }) => kind === "run_ended");
  return tidings.filter((one) => {
    if (one.pos <= lookedPos) return false;
    if (one.kind === "question") return questions.has(one.question);
    return one.kind === "hold" ? holds.has(one.hold) : one === lastEnd;
  });
}

/** What is told now, in order and without a gap; or when to look again, null: when something happens. */
export type NoticePlan =
  | { readonly kind: "tell"; readonly tidings: readonly Tidings[] }
  | { readonly kind: "wait"; readonly untilMs: number | null };

/**
 * The end of a run takes along all that came before it; else each is told when it is due, and none before an older one, so that
 * one position says what was told.
 */
export function planNotice(
  news: readonly Tidings[],
  when: {
    readonly nowMs: number;
    /** When the last notice went out; 0: none did. */
    readonly toldMs: number;
    readonly quiet: DayHours | null;
    /** Minutes after midnight of the local clock. */
    readonly minuteOfDay: (atMs: number) => number;
  },
): NoticePlan {
  const { nowMs, toldMs, quiet, minuteOfDay } = when;
  const end = news.findLastIndex(({ kind }) => kind === "run_ended");
  let dueMs = 0;
  let due = 0;
  for (const [index, { kind, at }] of news.entries()) {
    dueMs = index <= end ? nowMs : Math.max(dueMs, kind === "question" ? at + unseenForMs : at);
    if (dueMs > nowMs) break;
    due = index + 1;
  }
  if (due === 0) return { kind: "wait", untilMs: news.length === 0 ? null : dueMs };
  const nextMs = toldMs === 0 ? nowMs : toldMs + betweenNoticesMs;
  // A clock that was put back holds nothing up for longer than that.
  if (nextMs > nowMs && toldMs <= nowMs) return { kind: "wait", untilMs: nextMs };
  const quietMs = quiet === null ? 0 : leftOf(quiet, minuteOfDay(nowMs)) * minuteMs;
  if (quietMs > 0) return { kind: "wait", untilMs: nowMs + Math.min(quietMs, longestLookMs) };
  return { kind: "tell", tidings: news.slice(0, due) };
}

/** Minutes until that part of the day is over; 0: it is not now. */
function leftOf({ fromMin, toMin }: DayHours, minute: number): number {
  const inside = fromMin < toMin ? minute >= fromMin && minute < toMin : minute >= fromMin || minute < toMin;
  return inside ? (toMin - minute + dayMin) % dayMin : 0;
}

/** How long a sink that takes nothing is left alone after so many tries in a row: within 10 minutes five of them, then one in each. */
export const restMs = (failures: number): number => Math.min(10 * minuteMs, 5_000 * 3 ** (failures - 1));
