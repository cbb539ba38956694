import type { NewEvent } from "../../domain/events.ts";
import { canonicalJson, toJson } from "../../domain/json.ts";
import { noUsage, unknownCost } from "../../domain/money.ts";
import type { AttemptRow } from "../../domain/rows.ts";
import type { ModelSettings } from "../../domain/settings.ts";
import type { ModelAdapter, Start } from "../ports/adapter.ts";
import { digestOf } from "../writing/digest.ts";
import type { CallProgress } from "./call-progress.ts";
import type { CallingTask, CallRequest } from "./call-request.ts";
import type { Choice } from "./choice.ts";

/** What is written before an attempt starts: the call if it is its first, the decision if it is a new one, and the attempt. */
export function intentOf(
  task: CallingTask,
  request: CallRequest,
  progress: CallProgress,
  choice: Choice & { kind: "use" },
  row: AttemptRow,
  model: ModelSettings,
): readonly NewEvent[] {
  const { key, role, round, step } = request;
  const where = {
    task: task.spec.id,
    call: progress.call,
    correlation: progress.call,
    ...(step === null ? {} : { step }),
  };
  const events: NewEvent[] = [];
  if (!progress.begun) {
    events.push({
      ...where,
      type: "call.started",
      data: { key, role, round, generation: task.generation, promptHash: request.prompt.hash },
    });
  }
  if (routeText(choice) !== progress.lastRoute) {
    events.push({
      ...where,
      type: "route.decided",
      data: { key, role, chosen: choice.model, candidates: choice.candidates, reason: choice.reason },
    });
  }
  const { attempt, rerun, adapter, account, folder, base, session, reservation } = row;
  const { name, provider, billing } = model;
  events.push({
    ...where,
    type: "attempt.started",
    data: { attempt, rerun, model: name, adapter, account, provider, billing, folder, base, session, reservation },
  });
  return events;
}

export interface SessionFacts {
  /** Of an attempt that was cut off; null: none was, or it had none. */
  readonly cutSession: string | null;
  /** What a new one is called where that is ours to say. */
  readonly newSession: string;
  /** The agent does not know the session it was to go on with. */
  readonly isSessionGone: boolean;
}

/** Goes on with a session where the same model can; else a fresh start, in a session whose id is chosen here where it can be. */
export function startOf(
  request: CallRequest,
  model: ModelSettings,
  adapter: ModelAdapter,
  { cutSession, newSession, isSessionGone }: SessionFacts,
): Start {
  const { session } = request;
  const fresh: Start = { kind: "fresh", session: adapter.capabilities.session === "preset" ? newSession : null };
  if (isSessionGone) return fresh;
  if (cutSession !== null && adapter.capabilities.resume) return { kind: "resume", session: cutSession };
  if (session !== null && session.model === model.name && adapter.capabilities.resume)
    return { kind: "resume", session: session.session };
  return fresh;
}

/** A UUID of version 4 made of an id, as agents want their sessions to be called. */
export function sessionOf(id: string): string {
  const hex = digestOf(id) + digestOf(`${id}/session`);
  const variant = "89ab".charAt(Number.parseInt(hex.charAt(16), 16) % 4);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    variant + hex.slice(17, 20),
    hex.slice(20, 32),
  ].join("-");
}

export function attemptRow(
  call: string,
  attempt: number,
  rerun: number,
  model: ModelSettings,
  folder: string,
  request: CallRequest,
  start: Start,
  reservation: string | null,
  nowMs: number,
): AttemptRow {
  return {
    call,
    attempt,
    rerun,
    model: model.name,
    adapter: model.adapter,
    account: model.account,
    folder,
    base: request.base,
    session: start.session,
    reservation,
    state: "intended",
    pid: null,
    startTime: null,
    startedAt: nowMs,
    endedAt: null,
    outcome: null,
    failure: null,
    counted: false,
    usage: noUsage,
    cost: unknownCost,
    durationMs: null,
  };
}

/** A decision as text, to see whether it is the same as the last. */
export const routeText = (choice: Choice & { kind: "use" }): string => canonicalJson(toJson(choice.candidates));
