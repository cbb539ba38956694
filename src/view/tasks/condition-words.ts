import type { ConditionResult } from "../../actions/results/condition.ts";
import type { Condition } from "../../domain/conditions.ts";
import type { TaskId } from "../../domain/ids.ts";
import { counted } from "../text/amounts.ts";
import { clean } from "../text/clean.ts";
import { countdown, instant, withInstants } from "../text/durations.ts";
import type { StateStyle, Tone } from "../text/state-styles.ts";
import { causeWord } from "./task-wait.ts";

/** What a condition is, in a sentence without its end; wherever one is told, it is told by these words. */
export function conditionText(condition: Condition, now: number): string {
  switch (condition.kind) {
    case "no_run":
      return "nothing ran here yet";
    case "engine_died":
      return "the engine died, so nothing goes on";
    case "stopped":
      return "the run is stopped";
    case "ended":
      return `the run has ended, ${condition.tasks} to come`;
    case "stopping":
      return "the run is stopping, so nothing starts";
    case "paused":
      return `paused by you, ${condition.tasks} to come`;
    case "asked_for_all":
      return `${condition.task} asks you about ${causeWord[condition.cause]}${andWait(condition.tasks)}`;
    case "budget":
      return condition.task === null
        ? `budget: ${condition.tasks === 1 ? "1 waits" : `${condition.tasks} wait`} for what other calls have reserved`
        : `budget of this ${condition.scope ?? "run"} reached: ${condition.task} asks you for more${andWait(condition.tasks)}`;
    case "awaiting_limit":
      return `${waitForYou(condition.waiting)} (limit ${condition.limit}), so none starts`;
    case "held":
      return `${who(condition)} held ${untilWords(condition.untilMs, now)}${because(condition.reason, now)}`;
    case "resting":
      return `${whoWait(condition)} while models rest${left(condition.untilMs, now)}${because(condition.reason, now)}`;
    case "retrying":
      return `${whoWait(condition)} for the next try${left(condition.untilMs, now)}${because(condition.reason, now)}`;
    case "blocked":
      return `${condition.tasks} blocked by ${names(condition.by)}, ${blockedWhy(condition)}`;
    case "wave":
      return `an earlier wave is not finished, so ${starts(condition.tasks)}`;
    case "area":
      return `area ${condition.area} is taken (limit ${condition.limit}), so ${starts(condition.tasks)}`;
    case "asked":
      return waitForYou(condition.tasks);
    case "parts":
      return condition.tasks === 1
        ? `${condition.task} waits for its parts`
        : `${condition.tasks} wait for their parts`;
    case "next":
      return condition.task === null ? "what is left is written down" : `${condition.task} goes on in a moment`;
  }
}

/** For programs. */
export const conditionJson = (condition: Condition, now: number): ConditionResult => ({
  kind: condition.kind,
  text: clean(conditionText(condition, now)),
  ...("tasks" in condition ? { tasks: condition.tasks } : {}),
});

const waitForYou = (tasks: number): string => `${counted(tasks, "task waits", "tasks wait")} for you`;
const andWait = (tasks: number): string =>
  tasks === 0 ? "" : `, and ${tasks === 1 ? "1 waits" : `${tasks} wait`} for that`;
const starts = (tasks: number): string => (tasks === 1 ? "1 does not start" : `${tasks} do not start`);
const who = ({ all, tasks }: { readonly all: boolean; readonly tasks: number }): string =>
  all ? "all" : String(tasks);
const whoWait = (kept: { readonly all: boolean; readonly tasks: number }): string =>
  `${who(kept)} ${!kept.all && kept.tasks === 1 ? "waits" : "wait"}`;
const untilWords = (untilMs: number | null, now: number): string =>
  untilMs === null ? "until you release it" : `until ${instant(untilMs, now)}`;
const left = (untilMs: number | null, now: number): string =>
  untilMs === null || untilMs <= now ? "" : `, ${countdown(untilMs - now)}`;
const because = (reason: string, now: number): string => (reason === "" ? "" : `: ${withInstants(reason, now)}`);

const mostNamed = 3;

function names(ids: readonly TaskId[]): string {
  const shown = ids.length > mostNamed ? ids.slice(0, mostNamed) : ids.slice(0, -1);
  const last = ids.length > mostNamed ? `${ids.length - mostNamed} more` : (ids.at(-1) ?? "");
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}

function blockedWhy({ by, why }: Extract<Condition, { kind: "blocked" }>): string {
  const one = by.length === 1;
  if (why === "asks") return `which ${one ? "waits" : "wait"} for you`;
  return why === "failed" ? "which failed" : `whose ${one ? "merge was" : "merges were"} undone`;
}

const style = (glyph: string, ascii: string, word: string, tone: Tone): StateStyle => ({
  glyph,
  ascii,
  word,
  tone,
  busy: false,
});

const waits = style("?", "?", "waits for you", "ask");

/** The same in one or two words, for where the run's state stands. */
export function conditionStyle(condition: Condition): StateStyle {
  switch (condition.kind) {
    case "no_run":
      return style("·", ".", "no run yet", "muted");
    case "engine_died":
      return style("x", "x", "engine died", "bad");
    case "stopped":
      return style("■", "#", "stopped", "warn");
    case "ended":
      return style("■", "#", "ended", "muted");
    case "stopping":
      return style("■", "#", "stopping", "warn");
    case "paused":
      return style("‖", "=", "paused", "warn");
    case "budget":
      return condition.task === null ? style("‖", "=", "budget", "warn") : waits;
    case "asked_for_all":
    case "awaiting_limit":
    case "asked":
      return waits;
    case "held":
      return style("‖", "=", "held", "warn");
    case "resting":
      return style("‖", "=", "models rest", "warn");
    case "retrying":
      return style("‖", "=", "tries again", "warn");
    case "blocked":
      return condition.why === "asks" ? waits : style("x", "x", "blocked", "warn");
    case "wave":
      return style("‖", "=", "wave waits", "warn");
    case "area":
      return style("‖", "=", "area taken", "warn");
    case "parts":
      return style("‖", "=", "in parts", "muted");
    case "next":
      return condition.task === null ? style("·", ".", "ending", "muted") : style("·", ".", "starting", "muted");
  }
}
