import type { Finding } from "../../domain/answers.ts";
import type { BreakerState, CheckResult } from "../../domain/events.ts";
import type { QuestionKind } from "../../domain/question.ts";
import type { RunRow } from "../../domain/rows.ts";
import type { StageState } from "../../domain/roadmap.ts";
import type { Tone as ToneName } from "../../domain/screen-settings.ts";
import type { Severity } from "../../domain/settings.ts";
import type { Derived, Risk, StepState, TaskState } from "../../domain/task.ts";
import type { TaskWait } from "../tasks/task-wait.ts";

/** What a colour means. Themes give each its values; a meaning never stands by colour alone. */
export type Tone = ToneName;

/** How a state is shown: sign and word say it all, the tone only helps. */
export interface StateStyle {
  readonly glyph: string;
  readonly ascii: string;
  readonly word: string;
  readonly tone: Tone;
  /** Something works on it now: its sign may turn. */
  readonly busy: boolean;
}

const style = (glyph: string, ascii: string, word: string, tone: Tone, busy = false): StateStyle => ({
  glyph,
  ascii,
  word,
  tone,
  busy,
});

export const taskStyle: Record<TaskState, StateStyle> = {
  NEW: style("·", ".", "queued", "muted"),
  PLANNING: style("◐", "*", "planning", "busy", true),
  PLAN_REVIEW: style("◐", "*", "plan check", "busy", true),
  PLAN_APPROVED: style("◐", "*", "planned", "busy", true),
  PLAN_REJECTED: style("◐", "*", "replanning", "busy", true),
  IMPLEMENTING: style("◐", "*", "coding", "busy", true),
  CODE_REVIEW: style("◐", "*", "review", "busy", true),
  QUALITY_GATE: style("◐", "*", "checks", "busy", true),
  AWAITING_HUMAN: style("?", "?", "needs you", "ask"),
  DONE: style("✓", "+", "done", "good"),
  FAILED: style("x", "x", "failed", "bad"),
};

export const derivedStyle: Record<Derived, StateStyle> = {
  blocked: style("·", ".", "blocked", "muted"),
  held: style("‖", "=", "held", "warn"),
  paused: style("‖", "=", "paused", "warn"),
  stale: style("~", "~", "changed", "warn"),
};

/** What a task waits for by itself. */
export const waitStyle: Record<TaskWait["kind"], StateStyle> = {
  hold: derivedStyle.held,
  breaker: style("‖", "=", "rests", "warn"),
  budget: style("‖", "=", "budget", "warn"),
  retry: style("‖", "=", "retry", "warn"),
  question: style("‖", "=", "waits", "warn"),
  parts: style("‖", "=", "in parts", "muted"),
};

/** Done, and its merge was undone. */
export const revertedStyle: StateStyle = style("~", "~", "reverted", "warn");

/** A person decided, and the engine has not taken it up yet. */
export const decidedStyle: StateStyle = style("✓", "+", "decided", "good");

export const stepStyle: Record<StepState, StateStyle> = {
  PENDING: style("·", ".", "pending", "muted"),
  IMPLEMENTING: style("◐", "*", "coding", "busy", true),
  CODE_REVIEW: style("◐", "*", "review", "busy", true),
  CHANGES_REQUESTED: style("!", "!", "changes", "warn"),
  APPROVED: style("✓", "+", "approved", "good"),
  RETRY_WAIT: style("‖", "=", "retry waits", "warn"),
  COMPLETED: style("✓", "+", "done", "good"),
  FAILED: style("x", "x", "failed", "bad"),
};

export const stageStyle: Record<StageState, StateStyle> = {
  PENDING: style("·", ".", "pending", "muted"),
  ACTIVE: style("◐", "*", "under way", "busy", true),
  DONE: style("✓", "+", "done", "good"),
  SKIPPED: style("~", "~", "skipped", "muted"),
};

const overSteps: ReadonlySet<StepState> = new Set(["PENDING", "APPROVED", "COMPLETED"]);

/** How a step of a task stands: of one that is given up nothing goes on. */
export const stepLook = (state: StepState, task: TaskState): StateStyle =>
  task === "FAILED" && !overSteps.has(state) ? stepStyle.FAILED : stepStyle[state];

/** A call that was under way when its engine ended. */
export const interruptedStyle: StateStyle = style("■", "#", "stopped", "warn");

export const breakerStyle: Record<BreakerState, StateStyle> = {
  closed: style("✓", "+", "ok", "good"),
  open: style("‖", "=", "resting", "warn"),
  half_open: style("!", "!", "probing", "warn"),
};

export const checkStyle: Record<CheckResult["result"], StateStyle> = {
  pass: style("✓", "+", "pass", "good"),
  fail: style("x", "x", "fail", "bad"),
  known: style("!", "!", "known", "warn"),
  flaky: style("~", "~", "flaky", "warn"),
  environment: style("!", "!", "environment", "warn"),
};

export const severityStyle: Record<Severity, StateStyle> = {
  blocker: style("■", "#", "blocker", "bad"),
  major: style("▲", "^", "major", "warn"),
  minor: style("•", "o", "minor", "text"),
  nit: style("·", ".", "nit", "muted"),
};

export const findingStyle: Record<Finding["state"], StateStyle> = {
  open: style("○", "o", "open", "warn"),
  closed: style("✓", "+", "closed", "good"),
  waived: style("~", "~", "waived", "muted"),
};

export const riskStyle: Record<Risk, StateStyle> = {
  low: style("·", ".", "low", "muted"),
  medium: style("•", "o", "medium", "text"),
  high: style("▲", "^", "high", "warn"),
};

export const runStyle: Record<RunRow["state"], StateStyle> = {
  running: style("●", "o", "running", "busy"),
  waiting: style("?", "?", "waiting", "ask"),
  stopped: style("■", "#", "stopped", "warn"),
  ended: style("✓", "+", "ended", "good"),
};

/** What a question is for, as the end of "asks for ...". */
export const questionPhrase: Record<QuestionKind, string> = {
  plan: "a yes to its plan",
  review: "a look at its review",
  merge: "a yes to its merge",
  approval: "a permission",
  budget: "more budget",
  conflict: "help with a conflict",
  backlog: "a word on its changed text",
  gate: "help with its checks",
  base: "a word on its base",
  setup: "help with its set-up",
  parts: "a word on its parts",
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
  base: "base",
  setup: "set-up",
  parts: "parts",
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
  "┼": "+",
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
  // What stands for a control character where it is made visible.
  ...Object.fromEntries(Array.from({ length: 34 }, (_, code) => [String.fromCodePoint(0x2400 + code), "?"])),
  ...Object.fromEntries(busyGlyphs.map((glyph, index) => [glyph, busyAscii[index] ?? "*"])),
  ...Object.fromEntries(
    [taskStyle, derivedStyle, stepStyle, breakerStyle, checkStyle, severityStyle, findingStyle, riskStyle, runStyle]
      .flatMap((looks): readonly StateStyle[] => Object.values(looks))
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
