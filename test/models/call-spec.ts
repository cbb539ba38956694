import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { ModelSettings } from "../../src/domain/settings.ts";
import type { AdapterOutcome, CallEvent, CallSpec, RunningCall } from "../../src/engine/ports/adapter.ts";
import type { Clock } from "../../src/engine/ports/clock.ts";
import { LimitWatch, type CallLimits, type ExpiredLimit } from "../../src/engine/waiting/limits.ts";
import { systemClock } from "../../src/processes/clock.ts";
import { scratchFolder } from "../processes/scratch.ts";

export const committed = async (): Promise<void> => {};

export const schema = { type: "object", required: ["verdict"] };

export function modelSettings(more: Partial<ModelSettings> = {}): ModelSettings {
  return {
    name: "mine",
    adapter: "command",
    model: null,
    tier: "medium",
    billing: "free",
    account: "mine",
    provider: "mine",
    argv: null,
    baseUrl: null,
    keyEnv: null,
    scenario: null,
    env: { pass: [], set: {} },
    folder: "/",
    ...more,
  };
}

/** A call of an implementer in folders of this test alone. */
export function callSpec(more: Partial<CallSpec> = {}): CallSpec {
  const scratch = scratchFolder();
  const [folder, workdir] = [join(scratch, "calls", "c1", "1"), join(scratch, "worktree")];
  for (const path of [folder, workdir]) mkdirSync(path, { recursive: true });
  return {
    call: "c1",
    task: "A-1",
    step: "S1",
    round: 1,
    attempt: 1,
    key: "A-1/g1/main/S1/implement/1",
    attemptKey: "A-1/g1/main/S1/implement/1#1",
    role: "implementer",
    model: modelSettings(),
    prompt: "Do it.",
    schema: null,
    workdir,
    folder,
    access: "write",
    permissions: "edits",
    limits: { startupMs: 3_600_000, idleMs: 3_600_000, wallMs: 3_600_000 },
    start: { kind: "fresh", session: null },
    correlation: "c1",
    env: { pass: [], set: {} },
    budgetLeftMicros: null,
    ...more,
  };
}

export interface Seen {
  readonly events: readonly CallEvent[];
  readonly outcome: AdapterOutcome;
}

/** All that a call says. Throws where it does not end as every call must: with one `end`, the last thing said. */
export async function seen(running: RunningCall, onEvent: (event: CallEvent) => void = () => {}): Promise<Seen> {
  const events: CallEvent[] = [];
  for await (const event of running) {
    events.push(event);
    onEvent(event);
  }
  const last = events.at(-1);
  if (last?.type !== "end") throw new Error(`the last event is ${last?.type}`);
  if (events.filter(({ type }) => type === "end").length !== 1) throw new Error("several ends");
  return { events, outcome: last.outcome };
}

export interface SeenUnder extends Seen {
  readonly reached: ExpiredLimit | null;
}

/** The same under time limits, as the gateway watches them. Time stands still until there is an event of a kind in `begins`. */
export async function seenUnder(
  running: RunningCall,
  limits: CallLimits,
  begins: readonly CallEvent["type"][] | null,
): Promise<SeenUnder> {
  let startedMs = begins === null ? systemClock.now() : null;
  // Looks often, so that a limit that has become the next one is not found late.
  const clock: Clock = {
    now: () => (startedMs === null ? 0 : systemClock.now() - startedMs),
    wait: (ms, signal) => systemClock.wait(Math.min(ms, 50), signal),
  };
  const watch = new LimitWatch(clock, limits);
  const guard = async (): Promise<ExpiredLimit | null> => {
    const limit = await watch.expired();
    if (limit !== null) await running.cancel(limit);
    return limit;
  };
  const guarded = guard();
  const all = await seen(running, (event) => {
    if (begins?.includes(event.type) === true) startedMs ??= systemClock.now();
    if (event.type === "tool") watch.tool(event.id, event.state);
    else watch.activity();
  });
  watch.stop();
  return { ...all, reached: await guarded };
}

export const textOf = (events: readonly CallEvent[]): string =>
  events.map((event) => (event.type === "text" ? event.text : "")).join("");

/** Without signs of life, which come when they come. */
export const said = (events: readonly CallEvent[]): readonly CallEvent[] =>
  events.filter(({ type }) => type !== "activity");
