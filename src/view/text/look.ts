import type { Finding } from "../../domain/answers.ts";
import type { BreakerState, CheckResult } from "../../domain/events.ts";
import type { QuestionKind } from "../../domain/question.ts";
import type { RunRow } from "../../domain/rows.ts";
import type { Severity } from "../../domain/settings.ts";
import type { Derived, Risk, StepState, TaskState } from "../../domain/task.ts";
import type { TaskWait } from "../tasks/task-wait.ts";

/** What a colour means. Themes give each its values; a meaning never stands by colour alone. */
export type Tone =
  | "text"
  | "muted"
  | "title"
  | "accent"
  | "border"
  | "busy"
  | "good"
  | "warn"
  | "bad"
  | "ask"
  | "added"
  | "removed"
  | "selected";

/** How a state is shown: sign and word say it all, the tone only helps. */
export interface Look {
  readonly glyph: string;
  readonly ascii: string;
  readonly word: string;
  readonly tone: Tone;
  /** Something works on it now: its sign may turn. */
  readonly busy: boolean;
}

const look = (glyph: string, ascii: string, word: string, tone: Tone, busy = false): Look => ({
  glyph,
  ascii,
  word,
  tone,
  busy,
});

export const taskLook: Record<TaskState, Look> = {
  NEW: look("·", ".", "queued", "muted"),
  PLANNING: look("◐", "*", "planning", "busy", true),
  PLAN_REVIEW: look("◐", "*", "plan check", "busy", true),
  PLAN_APPROVED: look("◐", "*", "planned", "busy", true),
  PLAN_REJECTED: look("◐", "*", "replanning", "busy", true),
  IMPLEMENTING: look("◐", "*", "coding", "busy", true),
  CODE_REVIEW: look("◐", "*", "review", "busy", true),
  QUALITY_GATE: look("◐", "*", "checks", "busy", true),
  AWAITING_HUMAN: look("?", "?", "needs you", "ask"),
  DONE: look("✓", "+", "done", "good"),
  FAILED: look("x", "x", "failed", "bad"),
};

export const derivedLook: Record<Derived, Look> = {
  blocked: look("·", ".", "blocked", "muted"),
  held: look("‖", "=", "held", "warn"),
  paused: look("‖", "=", "paused", "warn"),
  stale: look("~", "~", "changed", "warn"),
};

/** What a task waits for by itself. */
export const waitLook: Record<TaskWait["kind"], Look> = {
  hold: derivedLook.held,
  breaker: look("‖", "=", "rests", "warn"),
  budget: look("‖", "=", "budget", "warn"),
  retry: look("‖", "=", "retry", "warn"),
};

/** Done, and its merge was undone. */
export const revertedLook: Look = look("~", "~", "reverted", "warn");

/** A person decided, and the engine has still to hear of it. */
export const decidedLook: Look = look("✓", "+", "decided", "good");

export const stepLook: Record<StepState, Look> = {
  PENDING: look("·", ".", "pending", "muted"),
  IMPLEMENTING: look("◐", "*", "coding", "busy", true),
  CODE_REVIEW: look("◐", "*", "review", "busy", true),
  CHANGES_REQUESTED: look("!", "!", "changes", "warn"),
  APPROVED: look("✓", "+", "approved", "good"),
  RETRY_WAIT: look("‖", "=", "retry waits", "warn"),
  COMPLETED: look("✓", "+", "done", "good"),
  FAILED: look("x", "x", "failed", "bad"),
};

/** A call that was under way when its engine ended. */
export const interruptedLook: Look = look("■", "#", "interrupted", "warn");

export const breakerLook: Record<BreakerState, Look> = {
  closed: look("✓", "+", "ok", "good"),
  open: look("x", "x", "open", "bad"),
  half_open: look("!", "!", "half-open", "warn"),
};

export const checkLook: Record<CheckResult["result"], Look> = {
  pass: look("✓", "+", "pass", "good"),
  fail: look("x", "x", "fail", "bad"),
  known: look("!", "!", "known", "warn"),
  flaky: look("~", "~", "flaky", "warn"),
};

export const severityLook: Record<Severity, Look> = {
  blocker: look("■", "#", "blocker", "bad"),
  major: look("▲", "^", "major", "warn"),
  minor: look("•", "o", "minor", "text"),
  nit: look("·", ".", "nit", "muted"),
};

export const findingLook: Record<Finding["state"], Look> = {
  open: look("○", "o", "open", "warn"),
  closed: look("✓", "+", "closed", "good"),
  waived: look("~", "~", "waived", "muted"),
};

export const riskLook: Record<Risk, Look> = {
  low: look("·", ".", "low", "muted"),
  medium: look("•", "o", "medium", "text"),
  high: look("▲", "^", "high", "warn"),
};

export const runLook: Record<RunRow["state"], Look> = {
  running: look("●", "o", "running", "busy"),
  waiting: look("?", "?", "waiting", "ask"),
  stopped: look("■", "#", "stopped", "warn"),
  ended: look("✓", "+", "ended", "good"),
};

/** What a question is for, as the end of "asks for ...". */
export const askedFor: Record<QuestionKind, string> = {
  plan: "a yes to its plan",
  review: "a look at its review",
  merge: "a yes to its merge",
  approval: "a permission",
  budget: "more budget",
  conflict: "help with a conflict",
  backlog: "a word on its changed text",
  gate: "help with its checks",
  other: "a decision",
};

/** The same in one word, for rows. */
export const questionWord: Record<QuestionKind, string> = {
  plan: "plan",
  review: "review",
  merge: "merge",
  approval: "permission",
  budget: "budget",
  conflict: "conflict",
  backlog: "backlog",
  gate: "checks",
  other: "decision",
};

/** The turning sign of what works now, by the shared animation clock. */
export const busyGlyphs: readonly string[] = ["◐", "◓", "◑", "◒"];
const busyAscii: readonly string[] = ["*", "+", "*", "x"];

/** Signs of ours that a terminal may show wide or not at all, one for one. */
const asciiSigns: Readonly<Record<string, string>> = {
  "…": "~",
  "│": "|",
  "─": "-",
  "╭": "+",
  "╮": "+",
  "╰": "+",
  "╯": "+",
  "┊": ":",
  "≥": ">",
  "⏎": "<",
  "↑": "^",
  "↓": "v",
  "←": "<",
  "→": ">",
  "█": "#",
  "░": ".",
  "▁": "_",
  "▂": "_",
  "▃": "-",
  "▄": "-",
  "▅": "=",
  "▆": "=",
  "▇": "#",
  "▕": "|",
  "▏": "|",
  "▼": "v",
  "▲": "^",
  "▸": ">",
  "›": ">",
  "‖": "=",
  ...Object.fromEntries(busyGlyphs.map((glyph, index) => [glyph, busyAscii[index] ?? "*"])),
  ...Object.fromEntries(
    [taskLook, derivedLook, stepLook, breakerLook, checkLook, severityLook, findingLook, riskLook, runLook]
      .flatMap((looks): readonly Look[] => Object.values(looks))
      .map(({ glyph, ascii }) => [glyph, ascii]),
  ),
};
const anySign = new RegExp(
  `[${Object.keys(asciiSigns)
    .filter((sign) => sign > "\x7f")
    .join("")}]`,
  "g",
);

/** The text with our own signs in ASCII, column for column. Text of others keeps its letters. */
export const toAscii = (text: string): string => text.replace(anySign, (sign) => asciiSigns[sign] ?? "?");
