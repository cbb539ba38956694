import type { EventType, RecordedEvent } from "../../domain/events.ts";
import type { Failure } from "../../domain/failure.ts";
import { dollars } from "../text/amounts.ts";
import { duration, instant, withInstants } from "../text/durations.ts";

/** Why a task that has begun is not at work, as its own events tell. Holds and pauses of all tasks are told by their rows. */
export interface TaskWait {
  readonly kind: "hold" | "breaker" | "budget" | "retry";
  /** Null: no instant is known. */
  readonly untilMs: number | null;
  readonly reason: string;
}

/** The events of which a task's last one says whether it waits. */
export const waitEvents: readonly EventType[] = [
  "route.decided",
  "budget.refused",
  "call.retried",
  "attempt.started",
  "attempt.ended",
  "call.ended",
  "key.committed",
  "question.asked",
  "task.begun",
  "task.restarted",
  "task.moved",
];

/** A durable wait between two rounds of tries: its committed result is the instant of its end. */
const sleepKey = /\/wait\/until$/;

/** What the last of a task's `waitEvents` says; null: it does not wait. */
export function waitOf(event: RecordedEvent | null): TaskWait | null {
  switch (event?.type) {
    case "route.decided": {
      const { waits, reason } = event.data;
      return waits === undefined ? null : { kind: waits.by, untilMs: waits.untilMs, reason };
    }
    case "budget.refused": {
      const { by, scope, wantedMicros, leftMicros } = event.data;
      if (by !== "reservations") return null;
      const reason = `other calls have reserved the rest of the budget of this ${scope}: ${dollars(wantedMicros)} wanted, ${dollars(leftMicros)} left`;
      return { kind: "budget", untilMs: null, reason };
    }
    case "call.retried":
      return { kind: "retry", untilMs: event.data.nextAt, reason: failureWords(event.data.failure) };
    case "key.committed": {
      const { key, result } = event.data;
      const isSleep = sleepKey.test(key) && typeof result === "number";
      return isSleep ? { kind: "retry", untilMs: result, reason: "every model failed in a way that may pass" } : null;
    }
    default:
      return null;
  }
}

/** Whether a wait has not come to its end. */
export const isWaiting = (wait: TaskWait, now: number): boolean => wait.untilMs === null || wait.untilMs > now;

/** Why, and until when, as people read it. */
export function waitText({ kind, untilMs, reason }: TaskWait, now: number): string {
  const words = withInstants(reason, now);
  if (kind !== "retry" || untilMs === null) return words;
  return `${words}; next try in ${duration(untilMs - now)}, at ${instant(untilMs, now)}`;
}

const failureWords = ({ type, reason, message }: Failure): string =>
  `${type}${reason === null ? "" : ` (${reason})`}: ${message}`;
