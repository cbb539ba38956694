import type { EventData, EventType, RecordedEvent } from "../../domain/events.ts";
import type { Json } from "../../domain/json.ts";
import { microsToUsd } from "../../domain/money.ts";
import type { Hold } from "../../domain/question.ts";
import { costJson, failureJson, isoOrNull, jsonVersion, questionJson, usageJson } from "./json.ts";

type Shape<T extends EventType> = (data: EventData[T]) => { readonly [key: string]: Json };

const hold = (value: Hold): Json => ({
  id: value.id,
  scope: value.scope,
  target: value.target,
  reason: value.reason,
  until: isoOrNull(value.untilMs),
  by: value.by,
  setAt: isoOrNull(value.setAt),
  resumes: value.resumes,
});

/** Machinery: not part of the promise, so not told. */
const inner = null;

/** What scripts get of each event, in the words of the JSON promise: ISO instants, USD, durations in ms. */
const shapes: { readonly [T in EventType]: Shape<T> | null } = {
  "run.started": ({ file, base, baseCommit, integration, resumed, version }) => ({
    file,
    base,
    baseCommit,
    integration,
    resumed,
    version,
  }),
  "run.ended": ({ exitCode, summary }) => ({ exitCode, summary }),
  "run.paused": inner,
  "run.resumed": inner,
  "run.stopping": inner,
  "settings.fixed": inner,
  "backlog.read": inner,
  "task.added": ({ spec }) => ({
    goal: spec.goal,
    risk: spec.risk,
    area: spec.area,
    mode: spec.mode,
    priority: spec.priority,
    needs: spec.needs,
  }),
  "task.changed": inner,
  "task.stale": inner,
  "task.dropped": inner,
  "task.begun": inner,
  "task.restarted": inner,
  "task.moved": ({ from, to, reason, failure }) => ({
    from,
    to,
    reason,
    ...(failure === undefined
      ? {}
      : { failure: { type: failure.type, reason: failure.reason, message: failure.message } }),
  }),
  "task.based": inner,
  "task.archived": inner,
  "risk.raised": inner,
  "plan.made": inner,
  "steps.set": inner,
  "step.moved": ({ from, to, reason, round, model, commit }) => ({
    from,
    to,
    reason,
    round,
    model: model ?? null,
    commit: commit ?? null,
  }),
  "key.committed": inner,
  "route.decided": ({ key, role, chosen, candidates, reason }) => ({
    key,
    role,
    chosen,
    candidates: candidates.map(({ model, state, why }) => ({ model, state, why })),
    reason,
  }),
  "call.started": ({ key, role, round }) => ({ key, role, round }),
  "attempt.started": inner,
  "attempt.spawned": inner,
  "attempt.session": inner,
  "attempt.ended": inner,
  "call.retried": ({ attempt, model, failure, nextAt }) => ({
    attempt,
    model,
    error: failureJson(failure),
    nextAt: isoOrNull(nextAt),
  }),
  "call.ended": ({ outcome, failure, model, attempts }) => ({
    outcome,
    model,
    attempts,
    error: failure === null ? null : failureJson(failure),
  }),
  "hold.set": (data) => ({ hold: hold(data.hold) }),
  "hold.released": ({ id, by, reason }) => ({ id, by: by.name, reason }),
  "breaker.moved": ({ model, from, to, reason }) => ({ model, from, to, reason }),
  "budget.reserved": ({ reservation, micros, model }) => ({ reservation, model, costUsd: microsToUsd(micros) }),
  "budget.settled": ({ reservation, cost, usage, model, notional, overMicros, assumedMicros }) => ({
    reservation,
    model,
    usage: usageJson(usage),
    ...costJson(cost),
    notional: notional ?? false,
    ...(overMicros === undefined ? {} : { overUsd: microsToUsd(overMicros) }),
    ...(assumedMicros === undefined ? {} : { assumedUsd: microsToUsd(assumedMicros) }),
  }),
  "budget.refused": ({ scope, wantedMicros, leftMicros, by }) => ({
    scope,
    wantedUsd: microsToUsd(wantedMicros),
    leftUsd: microsToUsd(leftMicros),
    by,
  }),
  "question.asked": ({ question }) => ({ question: questionJson(question) }),
  "question.answered": ({ answer }) => ({
    question: answer.question,
    action: answer.action,
    text: answer.text,
    model: answer.model,
    actor: answer.actor.name,
    effectiveAt: isoOrNull(answer.effectiveAt),
  }),
  "question.reopened": inner,
  "question.withdrawn": inner,
  "decision.refused": inner,
  "finding.opened": inner,
  "finding.closed": inner,
  "commit.made": ({ commit, base, files, insertions, deletions }) => ({ commit, base, files, insertions, deletions }),
  "snapshot.made": ({ n, ref, commit, reason }) => ({ n, ref, commit, reason }),
  "changes.discarded": inner,
  "check.ended": ({ name, result, durationMs, output, failures, newFailures }) => ({
    name,
    result,
    durationMs,
    output,
    failures,
    newFailures,
  }),
  "merge.done": ({ commit, into }) => ({ commit, into }),
  "merge.conflict": ({ files, with: other }) => ({ files, with: other }),
  "merge.reverted": inner,
  "land.done": inner,
  "command.given": inner,
  "command.taken": inner,
  "ask.started": inner,
  "ask.ended": inner,
  "ask.voted": inner,
  "machine.slept": inner,
  note: inner,
};

function shaped<T extends EventType>(type: T, data: EventData[T]): { readonly [key: string]: Json } | null {
  const shape = shapes[type];
  return shape === null ? null : shape(data);
}

/** One line of `run --json` and `log --json`; null: an event the promise does not know. */
export function eventJson(event: RecordedEvent): { readonly [key: string]: Json } | null {
  const data = shaped<EventType>(event.type, event.data);
  if (data === null) return null;
  return {
    v: jsonVersion,
    seq: event.seq,
    at: isoOrNull(event.at),
    run: event.run,
    task: event.task ?? null,
    step: event.step ?? null,
    call: event.call ?? null,
    correlation: event.correlation ?? null,
    type: event.type,
    data,
  };
}

/** The types a reader of the promise may meet. */
export const publicEventTypes: readonly string[] = Object.entries(shapes).flatMap(([type, shape]) =>
  shape === null ? [] : [type],
);
