import type { ModelSettings } from "../domain/settings.ts";
import { capsOf, leftUnder, reservationOf, tokensLeft, type Caps } from "../policy/budget.ts";
import type { ModelAdapter } from "./adapter.ts";
import type { AttemptParts } from "./attempt-runner.ts";
import type { CallingTask, CallRequest } from "./call-request.ts";
import type { Refusal, ReservationRequest } from "./ports.ts";

export type Reserved =
  | { readonly kind: "none" }
  | { readonly kind: "request"; readonly request: ReservationRequest; readonly capMicros: number | null }
  | { readonly kind: "refused"; readonly refusal: Refusal };

/** What a call shall reserve, from the caps and what was spent so far. Whether it fits beside others is decided where it is written. */
export async function reserve(parts: AttemptParts, task: CallingTask, request: CallRequest, model: ModelSettings, adapter: ModelAdapter): Promise<Reserved> {
  const settings = parts.settings();
  const day = parts.day(parts.clock.now());
  const own = await parts.ledger.account.spend(`task:${task.repository}/${task.spec.id}`);
  if (tokensLeft(task.spec, own.tokens) === 0) {
    return { kind: "refused", refusal: { scope: "task", wantedMicros: 0, leftMicros: 0, by: "spend" } };
  }
  const caps = granted(capsOf(settings.budget, task.spec), request.grantedMicros);
  if (model.billing !== "metered") return { kind: "none" };
  const left: Caps = {
    call: caps.call,
    task: leftUnder(caps.task, own),
    run: leftUnder(caps.run, await parts.ledger.account.spend(`run:${task.run}`)),
    day: leftUnder(caps.day, await parts.ledger.account.spend(`day:${day}`)),
  };
  const wanted = reservationOf({ billing: model.billing, costControl: adapter.capabilities.costControl, worstMicros: null }, left);
  switch (wanted.kind) {
    case "none":
      return wanted;
    case "refused":
      return { kind: "refused", refusal: { scope: wanted.scope, wantedMicros: wanted.wantedMicros, leftMicros: wanted.leftMicros, by: await heldBy(parts, wanted.scope, task, day) } };
    case "reserve":
      return {
        kind: "request", capMicros: wanted.capMicros,
        request: { id: parts.newId(), model: model.name, micros: wanted.micros, day, caps: { taskMicros: caps.task, runMicros: caps.run, dayMicros: caps.day } },
      };
  }
}

/** Whether running calls hold what is missing, and may give some of it back. */
async function heldBy(parts: AttemptParts, scope: "call" | "task" | "run" | "day", task: CallingTask, day: string): Promise<Refusal["by"]> {
  const name = { call: null, task: `task:${task.repository}/${task.spec.id}`, run: `run:${task.run}`, day: `day:${day}` }[scope];
  return name !== null && (await parts.ledger.account.spend(name)).reservedMicros > 0 ? "reservations" : "spend";
}

/** A person granted more: every cap gives way by that amount. */
function granted(caps: Caps, micros: number): Caps {
  const more = (cap: number | null): number | null => (cap === null ? null : cap + micros);
  return { call: more(caps.call), task: more(caps.task), run: more(caps.run), day: more(caps.day) };
}
