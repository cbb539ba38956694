import type { EventType, RecordedEvent } from "../../domain/events.ts";
import { failureText } from "../../domain/failure-words.ts";
import type { ModelName } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import type { Question } from "../../domain/question.ts";
import type { TaskSpec } from "../../domain/task.ts";
import { sharedCause, type SharedCause } from "../../domain/question-cause.ts";
import { dollars } from "../text/amounts.ts";
import { duration, instant, withInstants } from "../text/durations.ts";

/** Why a task is not at work, as its own events tell, or the question of another. Holds and pauses of all tasks are told by their rows. */
export interface TaskWait {
  readonly kind: "hold" | "breaker" | "budget" | "retry" | "question" | "parts";
  /** Null: no instant is known. */
  readonly untilMs: number | null;
  readonly reason: string;
  /** Nobody else can be asked, and these are held or their breakers are open: over as soon as one of them is free. */
  readonly models?: readonly ModelName[];
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
      const { waits, reason, candidates } = event.data;
      if (waits === undefined) return null;
      const models = candidates.flatMap(({ model, state }) => (state === "held" ? [model] : []));
      return { kind: waits.by, untilMs: waits.untilMs, reason, ...(models.length === 0 ? {} : { models }) };
    }
    case "budget.refused": {
      const { by, scope, wantedMicros, leftMicros } = event.data;
      if (by !== "reservations") return null;
      const reason = `other calls have reserved the rest of the budget of this ${scope}: ${dollars(wantedMicros)} wanted, ${dollars(leftMicros)} left`;
      return { kind: "budget", untilMs: null, reason };
    }
    case "call.retried":
      return { kind: "retry", untilMs: event.data.nextAt, reason: failureText(event.data.failure) };
    case "key.committed": {
      const { key, result } = event.data;
      const isSleep = sleepKey.test(key) && typeof result === "number";
      return isSleep ? { kind: "retry", untilMs: result, reason: "every model failed in a way that may pass" } : null;
    }
    default:
      return null;
  }
}

export interface SharedWait {
  readonly wait: TaskWait;
  /** Whether a task that has not begun waits for it. */
  waits(spec: TaskSpec): boolean;
  /** The scope of a budget that is used up: whoever was refused money of it waits as well. */
  readonly budget?: string;
}

/** The answer that one task waits for and others as well; null: a question about nothing but its own task. */
export function sharedWait(question: Question): SharedWait | null {
  const cause = sharedCause(question);
  if (cause === null) return null;
  const what = cause.kind === "budget" ? `the budget of this ${cause.scope}` : causeWord[cause.kind];
  const wait: TaskWait = { kind: "question", untilMs: null, reason: `${question.task} asks you first, about ${what}` };
  if (cause.kind === "budget") return { wait, waits: () => false, budget: cause.scope };
  if (cause.kind !== "checks") return { wait, waits: () => true };
  const { checks } = question.evidence;
  const red = isList(checks) ? checks.flatMap(nameIn) : null;
  return {
    wait,
    waits: (spec) => spec.checks === null || spec.checks.some((name) => red === null || red.includes(name)),
  };
}

/** What such a question is about. */
export const causeWord: Record<Exclude<SharedCause["kind"], "budget">, string> = {
  setup: "setup",
  branch: "the integration branch",
  base: "the base, which has moved",
  checks: "the checks on the base",
};

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);
const nameIn = (value: Json): readonly string[] =>
  value !== null && typeof value === "object" && "name" in value && typeof value.name === "string" ? [value.name] : [];

/** Whether a wait has not come to its end. */
export const isWaiting = (wait: TaskWait, now: number): boolean => wait.untilMs === null || wait.untilMs > now;

/** Why, and until when, as people read it. */
export function waitText({ kind, untilMs, reason }: TaskWait, now: number): string {
  const words = withInstants(reason, now);
  if (kind !== "retry" || untilMs === null) return words;
  return `${words}; next try in ${duration(untilMs - now)}, at ${instant(untilMs, now)}`;
}
