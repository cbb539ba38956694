import type { EventType, RecordedEvent } from "../../domain/events.ts";
import type { StateStyle } from "../text/state-styles.ts";

/** What kind of thing happened: one sign each, so that a log can be skimmed. */
export type LogMark =
  | "done"
  | "failed"
  | "ask"
  | "answer"
  | "moved"
  | "model"
  | "wait"
  | "change"
  | "merge"
  | "check"
  | "money"
  | "task"
  | "run"
  | "note";

const mark = (glyph: string, ascii: string, word: string, tone: StateStyle["tone"]): StateStyle => ({
  glyph,
  ascii,
  word,
  tone,
  busy: false,
});

export const markStyle: Record<LogMark, StateStyle> = {
  done: mark("✓", "+", "done", "good"),
  failed: mark("x", "x", "failed", "bad"),
  ask: mark("?", "?", "asks you", "ask"),
  answer: mark("›", ">", "a person decided", "accent"),
  moved: mark("→", ">", "goes on", "muted"),
  model: mark("●", "o", "a call", "text"),
  wait: mark("‖", "=", "waits", "warn"),
  change: mark("•", "o", "a change of files", "text"),
  merge: mark("▲", "^", "branches", "accent"),
  check: mark("#", "#", "checks", "text"),
  money: mark("$", "$", "money", "warn"),
  task: mark("+", "+", "tasks", "text"),
  run: mark("■", "#", "the run", "muted"),
  note: mark("·", ".", "a note", "muted"),
};

/** By the part before the dot, where an event has no mark of its own. */
const byKind: Readonly<Record<string, LogMark>> = {
  run: "run",
  settings: "run",
  machine: "run",
  backlog: "task",
  task: "task",
  risk: "task",
  setup: "change",
  service: "change",
  commit: "change",
  snapshot: "change",
  changes: "change",
  plan: "change",
  steps: "moved",
  step: "moved",
  route: "model",
  call: "model",
  attempt: "model",
  ask: "model",
  hold: "wait",
  breaker: "wait",
  account: "wait",
  budget: "money",
  question: "answer",
  decision: "answer",
  command: "answer",
  finding: "check",
  check: "check",
  base: "check",
  merge: "merge",
  land: "merge",
  roadmap: "moved",
  stage: "moved",
  mode: "task",
  context: "task",
  parts: "task",
  outcome: "note",
  regression: "check",
};

const own: Readonly<Partial<Record<EventType, LogMark>>> = {
  "task.moved": "moved",
  "task.restarted": "moved",
  "question.asked": "ask",
  "call.retried": "wait",
  "base.followed": "merge",
};

export function markOf(event: RecordedEvent): LogMark {
  if (event.type === "task.moved" && event.data.to === "DONE") return "done";
  if (event.type === "task.moved" && event.data.to === "FAILED") return "failed";
  return own[event.type] ?? byKind[event.type.split(".")[0] ?? ""] ?? "note";
}
