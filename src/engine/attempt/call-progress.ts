import type { Failure } from "../../domain/failure.ts";
import type { CallId, ModelName } from "../../domain/ids.ts";
import { totalTokens } from "../../domain/money.ts";
import type { AttemptRow, CallRow } from "../../domain/rows.ts";
import type { Refusal } from "../ports/calls.ts";

/** How far a call has come. Read from the ledger's rows, so that a restart resets no count. */
export interface CallProgress {
  readonly call: CallId;
  /** Whether call.started is in the ledger. */
  begun: boolean;
  /** Number of the last attempt, 0 before the first. */
  attempt: number;
  /** Starts of that attempt after crashes. */
  rerun: number;
  /** Tries that count, per candidate. */
  readonly tries: Map<ModelName, number>;
  /** Candidates that are of no more use to this call, with the reason. */
  readonly exhausted: Map<ModelName, string>;
  /** The next try and when it is due, while a retry waits. */
  next: { readonly model: ModelName; readonly atMs: number } | null;
  /** Session of the attempt that was cut off; null: it starts afresh. */
  session: string | null;
  /** Session of the last attempt, which a limit of the account ended in the middle of its work. */
  limited: { readonly model: ModelName; readonly session: string } | null;
  /** The agent said that it does not know the session it was to go on with. */
  isSessionGone: boolean;
  /** The answer of the last try did not fit, and its model has not been told so yet. */
  repair: { readonly model: ModelName; readonly session: string | null; readonly fault: string } | null;
  lastFailure: Failure | null;
  /** Why candidates were passed over for their price; the last is a question when nobody is left. */
  readonly refusals: Map<ModelName, Refusal>;
  /** The last refusal written down, so that a long wait writes it once. */
  toldRefusal: Refusal | null;
  /** The last decision written down, so that it is written once. */
  lastRoute: string;
}

/** Due at once and under the same number: the last start was cut off by a crash or a stop. */
export const sameAttempt = 0;

export function newProgress(call: CallId): CallProgress {
  return {
    call,
    begun: false,
    attempt: 0,
    rerun: 0,
    tries: new Map(),
    exhausted: new Map(),
    next: null,
    session: null,
    limited: null,
    isSessionGone: false,
    repair: null,
    lastFailure: null,
    refusals: new Map(),
    toldRefusal: null,
    lastRoute: "",
  };
}

/** Folds the attempts that ended. `mayTryAgain` decides about a candidate after each failed try that counted. */
export function progressOf(
  call: CallRow,
  attempts: readonly AttemptRow[],
  mayTryAgain: (failure: Failure, tries: number) => string | null,
): CallProgress {
  const progress = newProgress(call.id);
  progress.begun = true;
  for (const attempt of attempts) {
    progress.attempt = attempt.attempt;
    progress.rerun = attempt.rerun;
    if (attempt.state !== "ended" || !attempt.counted) continue;
    noteAnswer(progress, attempt, attempt.failure);
    countTry(progress, attempt.model, attempt.failure, mayTryAgain);
  }
  const last = attempts.at(-1);
  if (last === undefined) return progress;
  const cut = last.state === "ended" && (last.outcome === "crashed" || last.outcome === "cancelled");
  if (cut) resumeFrom(progress, last);
  else if (last.state === "ended" && last.outcome === "error" && !last.counted) resumeAfterLimit(progress, last);
  else if (call.nextAt !== null && !progress.exhausted.has(last.model))
    progress.next = { model: last.model, atMs: call.nextAt };
  return progress;
}

/** The next start is the attempt that was cut off, in its session where its agent had begun one. */
export function resumeFrom(progress: CallProgress, { attempt, rerun, model, session, pid }: AttemptRow): void {
  Object.assign(progress, {
    attempt,
    rerun,
    next: { model, atMs: sameAttempt },
    session: pid === null ? null : session,
  });
}

/**
 * What an agent had done before the limit stays in its tree and in its session, if it had done anything: the next start goes
 * on there, unless somebody else has worked on it.
 */
export function resumeAfterLimit(
  progress: CallProgress,
  { model, session, usage, durationMs }: Pick<AttemptRow, "model" | "session" | "usage" | "durationMs">,
): void {
  const hasWorked = totalTokens(usage) > 0 || (durationMs ?? 0) > longestRefusalMs;
  progress.limited = session !== null && hasWorked ? { model, session } : null;
}

/** Not every program says what a turn has used that ended badly; a first request that is refused is over sooner. */
const longestRefusalMs = 30_000;

/** An answer that does not fit is mended once, then the model begins anew. */
export function noteAnswer(
  progress: CallProgress,
  { model, session }: Pick<AttemptRow, "model" | "session">,
  failure: Failure | null,
): void {
  const isUnfit = failure?.type === "parse" && (failure.reason === "bad_schema" || failure.reason === "no_answer");
  const wasMended = progress.repair?.model === model;
  progress.repair = isUnfit && !wasMended ? { model, session, fault: failure.message } : null;
}

/** Tries that count, of all candidates. */
export function triesOf({ tries }: CallProgress): number {
  let sum = 0;
  for (const count of tries.values()) sum += count;
  return sum;
}

/** Counts one ended try; gives why the candidate is exhausted, or null. */
export function countTry(
  progress: CallProgress,
  model: ModelName,
  failure: Failure | null,
  mayTryAgain: (failure: Failure, tries: number) => string | null,
): string | null {
  const tries = (progress.tries.get(model) ?? 0) + 1;
  progress.tries.set(model, tries);
  if (failure === null) return null;
  progress.lastFailure = failure;
  const why = mayTryAgain(failure, tries);
  if (why !== null) progress.exhausted.set(model, why);
  return why;
}
