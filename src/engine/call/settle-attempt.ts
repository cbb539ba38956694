import type { NewEvent } from "../../domain/events.ts";
import type { Failure, OutcomeKind } from "../../domain/failure.ts";
import type { ModelName } from "../../domain/ids.ts";
import { totalTokens, type Cost } from "../../domain/money.ts";
import type { AttemptRow } from "../../domain/rows.ts";
import type { RetrySettings } from "../../domain/settings.ts";
import type { LimitReport } from "../../policy/limit-hold.ts";
import { breakerReport, retryDelay } from "../../policy/retry.ts";
import type { AttemptEnd } from "../ports/calls.ts";
import { moreOf } from "../attempt/attempt-money.ts";
import type { AttemptParts } from "../attempt/attempt-parts.ts";
import type { AttemptResult } from "../attempt/attempt.ts";
import { countTry, resumeAfterLimit, triesOf, type CallProgress, noteAnswer } from "../attempt/call-progress.ts";
import type { CallingTask, CallRequest } from "../attempt/call-request.ts";

/**
 * Writes how an attempt ended, in one transaction with its money, its breaker, and what follows: the call's end, a hold on the
 * account, or the instant of the next try.
 */
export async function settleAttempt(
  parts: AttemptParts,
  task: CallingTask,
  request: CallRequest,
  progress: CallProgress,
  row: AttemptRow,
  result: AttemptResult,
): Promise<"success" | "again"> {
  const nowMs = parts.clock.now();
  const settings = parts.settings();
  const judged = judge(request, result);
  const cost = costOf(result, judged.failure);
  const limit = judged.failure === null ? null : limitOf(parts, row, judged.failure);
  const counted = limit === null && judged.outcome !== "cancelled";
  const where = { task: task.spec.id, call: row.call, ...(request.step === null ? {} : { step: request.step }) };
  const events: NewEvent[] = [
    {
      ...where,
      type: "attempt.ended",
      data: {
        attempt: row.attempt,
        rerun: row.rerun,
        model: row.model,
        account: row.account,
        outcome: judged.outcome,
        failure: judged.failure,
        usage: result.usage,
        cost,
        ...moreOf(result),
        durationMs: result.durationMs,
        startupMs: result.startupMs,
        session: result.session,
        counted,
      },
    },
  ];
  if (judged.failure === null) {
    const data = { outcome: "success", failure: null, model: row.model, attempts: triesOf(progress) + 1 } as const;
    events.push({ ...where, type: "call.ended", data });
  } else if (limit !== null) {
    const { usage, session, durationMs } = result;
    resumeAfterLimit(progress, { model: row.model, usage, session, durationMs });
  } else if (counted) {
    const retried = nextTry(parts, progress, row.model, judged.failure, nowMs);
    const data = { attempt: row.attempt, model: row.model, failure: judged.failure };
    if (retried !== null) events.push({ ...where, type: "call.retried", data: { ...data, nextAt: retried } });
  }
  Object.assign(progress, { begun: true, attempt: row.attempt, rerun: row.rerun });
  if (counted) noteAnswer(progress, { ...row, session: result.session }, judged.failure);
  const report = limit === null ? breakerReport(judged.failure, judged.outcome) : null;
  const end: AttemptEnd = {
    reservation: row.reservation,
    notional: row.reservation === null,
    cost,
    usage: result.usage,
    model: row.model,
    day: parts.day(nowMs),
    sinceMs: row.startedAt,
    breaker: report === null ? null : { ...report, settings: settings.breaker },
    ...(limit === null ? {} : { limit }),
  };
  // The outcome of a success is in a file: it is written with what was made of it.
  if (judged.failure === null) await task.writer.endWithNext(events, end);
  else await task.writer.end(events, end);
  return judged.failure === null ? "success" : "again";
}

const turnedAway: ReadonlySet<Failure["type"]> = new Set([
  "auth",
  "not_found",
  "invalid_request",
  "rate_limit",
  "overloaded",
]);
/** `server`: it answered with an error. */
const unreached: ReadonlySet<Failure["reason"]> = new Set(["offline", "refused_connection", "server"]);

/**
 * A program that could not be started has used nothing, nor has one that was turned away or reached nobody before it had said
 * or done anything. Of any other that failed nobody knows: it may have worked until then, and tell its tokens at its end alone.
 */
function costOf({ cost, usage, outcome, hasWorked }: AttemptResult, failure: Failure | null): Cost {
  if (cost.micros !== null || failure === null) return cost;
  const hasBegun = outcome.kind !== "error" || hasWorked || cost.source === "unsettled" || totalTokens(usage) > 0;
  const isRefused = turnedAway.has(failure.type) || unreached.has(failure.reason);
  const usedNothing = failure.reason === "spawn" || (!hasBegun && isRefused);
  return usedNothing ? { micros: 0, source: "reported" } : cost;
}

/** Why this candidate is of no more use after a failed try; null: it may be asked again. */
export function mayTryAgain(retry: RetrySettings, failure: Failure, tries: number): string | null {
  const next = retryDelay(retry, tries, failure, 0);
  return next.kind === "stop" ? next.why : null;
}

function judge(
  request: CallRequest,
  result: AttemptResult,
): { readonly outcome: OutcomeKind; readonly failure: Failure | null } {
  const { outcome } = result;
  if (outcome.kind === "success") {
    const failure = request.check(outcome);
    return failure === null ? { outcome: "success", failure: null } : { outcome: "error", failure };
  }
  return { outcome: outcome.kind, failure: outcome.failure ?? outcomeFailure(outcome.kind) };
}

/** Outcomes that are no provider's error still spend the candidate: asking it the same again is no use. */
function outcomeFailure(kind: OutcomeKind): Failure {
  return {
    type: "invalid_request",
    reason: null,
    message:
      kind === "budget"
        ? "the model was stopped at what this call may cost (budget)"
        : `the model ended with ${kind.replaceAll("_", " ")}`,
    retryable: false,
    retryAfterMs: null,
    resetAtMs: null,
  };
}

function nextTry(
  parts: AttemptParts,
  progress: CallProgress,
  model: ModelName,
  failure: Failure,
  nowMs: number,
): number | null {
  const { retry } = parts.settings();
  if (countTry(progress, model, failure, (_failure, tries) => mayTryAgain(retry.call, failure, tries)) !== null)
    return null;
  const next = retryDelay(retry.call, progress.tries.get(model) ?? 1, failure, parts.random());
  if (next.kind !== "retry") return null;
  progress.next = { model, atMs: nowMs + next.delayMs };
  return progress.next.atMs;
}

/** What the ledger is told of a limit; null: this failure is none. */
function limitOf(parts: AttemptParts, row: AttemptRow, failure: Failure): LimitReport | null {
  const { retry, holds } = parts.settings();
  if (retryDelay(retry.call, 1, failure, 0).kind !== "hold") return null;
  return { id: parts.newId(), account: row.account, failure, sinceMs: row.startedAt, settings: holds };
}
