import { mkdirSync } from "node:fs";
import { join } from "node:path";

import type { ModelSettings } from "../../src/domain/settings.ts";
import type { AdapterOutcome, CallEvent, CallSpec, RunningCall } from "../../src/engine/ports/adapter.ts";
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
    limits: { startupMs: 60_000, idleMs: 60_000, wallMs: 60_000 },
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

export const textOf = (events: readonly CallEvent[]): string =>
  events.map((event) => (event.type === "text" ? event.text : "")).join("");

/** Without signs of life, which come when they come. */
export const said = (events: readonly CallEvent[]): readonly CallEvent[] =>
  events.filter(({ type }) => type !== "activity");
