import type { NewEvent, RecordedEvent } from "../../src/domain/events.ts";
import { failure } from "../../src/domain/failure.ts";
import { noUsage } from "../../src/domain/money.ts";
import type { Question } from "../../src/domain/question.ts";
import { defaultSettings } from "../../src/backlog/settings-defaults.ts";
import { taskSpec } from "./backlogs.ts";
import { LogRules } from "./log-rules.ts";

/** Pieces of histories, to plant faults in. */

export const startMs = 1_000_000;

/** Events as the ledger would number them, a second apart. */
export function recorded(events: readonly NewEvent[]): RecordedEvent[] {
  return events.map((event, index) => {
    const place = { pos: index + 1, seq: index + 1, at: startMs + 1_000 * index, run: "r", repository: "repo" };
    return Object.assign({ ...event }, place);
  });
}

export function wrongIn(events: readonly NewEvent[]): readonly string[] {
  const rules = new LogRules(defaultSettings, "repo");
  for (const event of recorded(events)) rules.take(event);
  return rules.violations;
}

export const added = (id = "T"): NewEvent => ({
  type: "task.added",
  task: id,
  data: { spec: taskSpec(id), digest: "d", settingsDigest: "s", pipelineVersion: 1 },
});
export const begun: NewEvent = {
  type: "task.begun",
  task: "T",
  data: { generation: 1, settingsDigest: "s", pipelineVersion: 1 },
};
export const moved = (
  from: "NEW" | "IMPLEMENTING",
  to: "IMPLEMENTING" | "CODE_REVIEW" | "DONE" | "AWAITING_HUMAN",
): NewEvent => ({
  type: "task.moved",
  task: "T",
  data: { from, to, reason: "" },
});
export const key = (name: string, result: string | null = null): NewEvent => ({
  type: "key.committed",
  task: "T",
  data: { key: name, inputs: "", result },
});
export const working = [added(), begun, moved("NEW", "IMPLEMENTING")];
export const call = { task: "T", call: "c" } as const;
export const callStarted: NewEvent = {
  ...call,
  type: "call.started",
  data: { key: "g1/main/S1/implement/1", role: "implementer", round: 1, generation: 1, promptHash: "" },
};
export const started = (attempt = 1, rerun = 0, model = "m"): NewEvent => ({
  ...call,
  type: "attempt.started",
  data: {
    attempt,
    rerun,
    model,
    adapter: "command",
    account: "a",
    provider: "p",
    billing: "free",
    folder: "",
    base: null,
    session: null,
    reservation: null,
  },
});
export const ended = (
  attempt = 1,
  more: Partial<Extract<NewEvent, { type: "attempt.ended" }>["data"]> = {},
): NewEvent => ({
  ...call,
  type: "attempt.ended",
  data: {
    attempt,
    rerun: 0,
    model: "m",
    account: "a",
    outcome: "error",
    failure: failure("api", "x"),
    usage: noUsage,
    cost: { micros: 0, source: "reported" },
    durationMs: 1,
    startupMs: null,
    session: null,
    counted: true,
    ...more,
  },
});
export const calling = [...working, callStarted];
export const question: Question = {
  id: "q",
  run: "r",
  task: "T",
  key: "g1/main/x",
  kind: "other",
  reason: "x",
  text: "",
  actions: ["retry"],
  returnState: "IMPLEMENTING",
  askedAt: 0,
  evidence: {},
};
export const asked = (more: Partial<Question> = {}): NewEvent => ({
  type: "question.asked",
  task: "T",
  data: { question: { ...question, ...more } },
});
export const answered = (action: "retry" | "abort" = "retry"): NewEvent => ({
  type: "question.answered",
  task: "T",
  data: {
    answer: {
      question: "q",
      action,
      text: null,
      model: null,
      effectiveAt: 0,
      actor: { kind: "person", name: "anna", pid: null },
    },
  },
});
export const breaker = (to: "open" | "half_open"): NewEvent => ({
  type: "breaker.moved",
  data: { model: "m", from: "closed", to, reason: "" },
});
/** Of the account that `started` asks. */
export const held = (untilMs: number | null): NewEvent => ({
  type: "hold.set",
  data: {
    hold: { id: "h", scope: "account", target: "a", reason: "", untilMs, by: "limit", setAt: startMs, resumes: 0 },
  },
});
export const released = (kind: "engine" | "person"): NewEvent => ({
  type: "hold.released",
  data: { id: "h", by: { kind, name: kind, pid: null }, reason: "" },
});
export const otherCall = (event: NewEvent): NewEvent => ({ ...event, call: "c2" });
