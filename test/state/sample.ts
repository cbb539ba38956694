import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { EventData, EventType, NewEvent } from "../../src/domain/events.ts";
import type { Cost, Usage } from "../../src/domain/money.ts";
import type { Actor, Answer, Hold, Question } from "../../src/domain/question.ts";
import type { TaskState } from "../../src/domain/task.ts";
import type { Fence, OwnerIdentity } from "../../src/engine/ports/leases.ts";
import { openLedger, type LedgerOptions, type OpenLedger } from "../../state/open-ledger.ts";
import { settings, spec } from "../policy/sample.ts";

export const repository = "repo";
export const run = "R1";

/** A clock that stands until it is told. */
export class StoppedClock {
  ms = 1_000_000;
  now(): number {
    return this.ms;
  }
}

export interface Opened {
  readonly ledger: OpenLedger;
  readonly clock: StoppedClock;
}

export type OpenFresh = (more?: Partial<LedgerOptions>) => Opened;

export function openMemory(more: Partial<LedgerOptions> = {}): Opened {
  const clock = new StoppedClock();
  return { clock, ledger: openLedger({ path: ":memory:", mode: "engine", clock, random: () => 0.5, ...more }) };
}

/** A folder that is removed when the test file ends; `after` is vitest's afterAll. */
export function scratchFolder(after: (clean: () => void) => void): string {
  const folder = mkdtempSync(join(tmpdir(), "state-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const owner = (pid: number, more: Partial<OwnerIdentity> = {}): OwnerIdentity => ({
  machine: "m",
  boot: "b",
  pidNamespace: "n",
  pid,
  startTime: "1",
  ...more,
});

export const person: Actor = { kind: "person", name: "anna via screen", pid: 7 };
export const usage: Usage = { input: 100, output: 20, cacheRead: 10, cacheWrite: 0, reasoning: 5 };
export const cents = (n: number): Cost => ({ micros: n * 10_000, source: "reported" });

export const event = <T extends EventType>(
  type: T,
  data: EventData[T],
  more: { readonly task?: string; readonly step?: string; readonly call?: string } = {},
): { readonly type: T; readonly data: EventData[T] } & typeof more => ({ type, data, ...more });

export const runStarted = (more: Partial<EventData["run.started"]> = {}): NewEvent =>
  event("run.started", {
    file: "/r/tasks.yaml",
    settingsDigest: "s1",
    base: "main",
    baseCommit: "c0",
    integration: "integration",
    resumed: false,
    version: "1.0.0",
    repositoryPath: "/r",
    ...more,
  });

export const runEnded = (): NewEvent => event("run.ended", { exitCode: 0, state: "ended", summary: null });
export const settingsFixed = (digest = "s1"): NewEvent => event("settings.fixed", { digest, settings: settings() });
export const added = (task: string, more: Parameters<typeof spec>[0] = {}): NewEvent =>
  event(
    "task.added",
    { spec: spec({ id: task, ...more }), digest: "d1", settingsDigest: "s1", pipelineVersion: 1 },
    { task },
  );
export const begun = (task: string, generation = 1): NewEvent =>
  event("task.begun", { generation, settingsDigest: "s1", pipelineVersion: 1 }, { task });

/** A move after each pair of neighbours. */
export const moves = (task: string, ...states: readonly TaskState[]): NewEvent[] =>
  states.slice(1).map((to, index) => event("task.moved", { from: states[index] ?? to, to, reason: "test" }, { task }));

export const toDone = (task: string): NewEvent[] =>
  moves(task, "NEW", "IMPLEMENTING", "CODE_REVIEW", "QUALITY_GATE", "DONE");

export const committed = (task: string, key: string, result: EventData["key.committed"]["result"] = {}): NewEvent =>
  event("key.committed", { key, inputs: "i", result }, { task });

export const question = (id: string, more: Partial<Question> = {}): Question => ({
  id,
  run,
  task: "A",
  key: "g1/main/approve/1",
  kind: "plan",
  reason: "approval",
  text: "Is this plan good?",
  actions: ["approve", "reject"],
  returnState: "PLAN_REVIEW",
  askedAt: 1,
  evidence: { round: 1 },
  ...more,
});

export const answer = (id: string, more: Partial<Answer> = {}): Answer => ({
  question: id,
  action: "approve",
  text: null,
  model: null,
  actor: person,
  effectiveAt: 0,
  ...more,
});

export const hold = (id: string, more: Partial<Hold> = {}): Hold => ({
  id,
  scope: "account",
  target: "max",
  reason: "plan limit",
  untilMs: null,
  by: "limit",
  setAt: 1,
  resumes: 0,
  ...more,
});

export const callStarted = (task: string, call: string, key = "g1/main/plan/1"): NewEvent =>
  event("call.started", { key, role: "planner", round: 1, generation: 1, promptHash: "h" }, { task, call, step: "S1" });

export const attemptStarted = (
  task: string,
  call: string,
  attempt = 1,
  more: Partial<EventData["attempt.started"]> = {},
): NewEvent =>
  event(
    "attempt.started",
    {
      attempt,
      rerun: 0,
      model: "opus",
      adapter: "scripted",
      account: "max",
      provider: "p",
      billing: "metered",
      folder: "/f",
      base: "c0",
      session: null,
      reservation: null,
      ...more,
    },
    { task, call },
  );

export const attemptEnded = (
  task: string,
  call: string,
  attempt = 1,
  more: Partial<EventData["attempt.ended"]> = {},
): NewEvent =>
  event(
    "attempt.ended",
    {
      attempt,
      rerun: 0,
      model: "opus",
      account: "max",
      outcome: "success",
      failure: null,
      usage,
      cost: cents(1),
      durationMs: 100,
      startupMs: 5,
      session: null,
      counted: true,
      ...more,
    },
    { task, call },
  );

/** A run with tasks that have begun. */
export async function started(ledger: OpenLedger, ...tasks: readonly string[]): Promise<void> {
  const events = [runStarted(), settingsFixed(), ...tasks.flatMap((task) => [added(task), begun(task)])];
  await ledger.log.append({ repository, run, events });
}

export async function claimed(opened: Opened, task: string, pid = 1): Promise<Fence> {
  const fence = await opened.ledger.leases.claim({
    repository,
    task,
    owner: owner(pid),
    untilMs: opened.clock.ms + 15_000,
    isDead: () => false,
  });
  if (fence === null) throw new Error(`the lease of ${task} is taken`);
  return fence;
}
