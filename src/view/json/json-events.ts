import type { EventLine } from "../../actions/results/events.ts";
import type { EventData, EventType, RecordedEvent } from "../../domain/events.ts";
import { microsToUsd } from "../../domain/money.ts";
import type { Hold } from "../../domain/question.ts";
import { analysisShapes } from "./analysis-json.ts";
import { costJson, failureJson, iso, isoOrNull, jsonVersion, usageJson } from "./json.ts";
import { outcomeJson } from "./outcome-json.ts";
import { questionJson } from "./question-json.ts";
import { partShapes } from "./parts-json.ts";
import { roadmapShapes } from "./roadmap-json.ts";

type ToldType = EventLine["type"];
type ToldEvent = Extract<RecordedEvent, { readonly type: ToldType }>;
type LineData = { readonly [T in ToldType]: Extract<EventLine, { readonly type: T }>["data"] };
type Shape<T extends ToldType> = (data: EventData[T]) => LineData[T];

const hold = (value: Hold): LineData["hold.set"]["hold"] => ({
  id: value.id,
  scope: value.scope,
  target: value.target,
  reason: value.reason,
  until: isoOrNull(value.untilMs),
  by: value.by,
  setAt: iso(value.setAt),
  resumes: value.resumes,
});

/** Machinery: not part of the promise, so not told. */
const inner = null;

/** What scripts get of each event, in the words of the JSON promise: ISO instants, USD, durations in ms. */
const shapes: { readonly [T in EventType]: T extends ToldType ? Shape<T> : null } = {
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
    ...(spec.parent === undefined ? {} : { parent: spec.parent }),
  }),
  "task.changed": inner,
  "task.stale": inner,
  "task.prioritized": inner,
  "task.noted": inner,
  "setup.ended": inner,
  "service.moved": ({ service, slot, state, reason }) => ({ service, slot, state, reason }),
  "account.used": inner,
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
  "task.proven": ({ proof, provenBy, without }) => ({ proof, proven_by: provenBy, without }),
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
    nextAt: iso(nextAt),
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
    effectiveAt: iso(answer.effectiveAt),
  }),
  "question.reopened": inner,
  "question.withdrawn": inner,
  "decision.refused": inner,
  "decision.doubted": inner,
  "finding.opened": inner,
  "finding.closed": inner,
  "commit.made": ({ commit, base, files, insertions, deletions }) => ({ commit, base, files, insertions, deletions }),
  "snapshot.made": ({ n, ref, commit, reason }) => ({ n, ref, commit, reason }),
  "changes.discarded": inner,
  "check.ended": ({ name, result, durationMs, output, failures, newFailures, sandbox }) => ({
    name,
    result,
    durationMs,
    output,
    failures,
    newFailures,
    ...(sandbox === undefined ? {} : { sandbox: sandbox.kind }),
  }),
  "base.measured": ({ commit, tree, checks }) => ({
    commit,
    tree,
    checks: checks.map(({ name, result, durationMs, output, failures }) => ({
      name,
      result,
      durationMs,
      output,
      failures,
    })),
  }),
  "check.waived": ({ check, command, by }) => ({ check, command, by }),
  "check.regained": ({ check, why }) => ({ check, why }),
  "merge.done": ({ commit, into }) => ({ commit, into }),
  "merge.conflict": ({ files, with: other }) => ({ files, with: other }),
  "merge.reverted": inner,
  "land.done": ({ into, commit, tasks, from, undone }) => ({
    into,
    commit,
    tasks: [...tasks],
    ...(from === undefined ? {} : { from }),
    ...(undone === undefined ? {} : { undone: [...undone] }),
  }),
  "land.undone": ({ into, from, to, tasks }) => ({ into, from, to, tasks: [...tasks] }),
  "base.followed": ({ base, from, to, into, commit, by }) => ({ base, from, to, into, commit, by }),
  "command.given": inner,
  "command.taken": inner,
  "ask.started": inner,
  "ask.ended": inner,
  "ask.voted": inner,
  "watch.seen": ({ id, sinceMs, items, ran, asks }) => ({
    id,
    since: iso(sinceMs),
    items: items.map(({ kind, name, from, to, outcome, kept }) => ({ kind, name, from, to, outcome, kept })),
    ran: ran.map(({ task, what }) => ({ task, what })),
    asks,
  }),
  "watch.settled": ({ id, taken, by }) => ({ id, taken, by }),
  "machine.slept": inner,
  ...roadmapShapes,
  ...analysisShapes,
  "steps.changed": inner,
  ...partShapes,
  "outcome.recorded": ({ outcome }) => outcomeJson(outcome),
  "outcome.corrected": ({ id, y, why }) => ({ id, y, why }),
  "regression.found": ({ check, failures, task, green, red, runs, dependants }) => ({
    check,
    failures: [...failures],
    culprit: task,
    green,
    red,
    runs,
    dependants: [...dependants],
  }),
  note: inner,
};

const told: { readonly [T in ToldType]: Shape<T> } = shapes;

const isTold = (event: RecordedEvent): event is ToldEvent => shapes[event.type] !== null;

type Place = Omit<EventLine, "type" | "data">;
/** The lines of some types, written so that the compiler sees that each has the data of its own. */
type LineOf<T extends ToldType> = {
  readonly [K in T]: Place & { readonly type: K; readonly data: LineData[K] };
}[T];

const lineOf = <T extends ToldType>(place: Place, type: T, data: EventData[T]): LineOf<T> => ({
  ...place,
  type,
  data: told[type](data),
});

/** One line of `run --json` and `log --json`; null: an event the promise does not know. */
export function eventJson(event: RecordedEvent): EventLine | null {
  if (!isTold(event)) return null;
  const place: Place = {
    v: jsonVersion,
    seq: event.seq,
    at: iso(event.at),
    run: event.run,
    task: event.task ?? null,
    step: event.step ?? null,
    call: event.call ?? null,
    correlation: event.correlation ?? null,
  };
  return lineOf<ToldType>(place, event.type, event.data);
}
