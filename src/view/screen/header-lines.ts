import { brand } from "../../domain/brand.ts";
import type { Condition } from "../../domain/conditions.ts";
import { withoutParts } from "../../domain/parts.ts";
import { isHeld, undoMs } from "../../domain/question.ts";
import type { TaskRow } from "../../domain/rows.ts";
import type { OwnKeys } from "../keys/command-spec.ts";
import { keyOf } from "../keys/keys.ts";
import { decidedWord } from "../review/review-queue.ts";
import { actionKeys } from "../tasks/task-detail.ts";
import type { TaskCounts } from "../tasks/task-list.ts";
import { counted } from "../text/amounts.ts";
import { age, countdown, instant } from "../text/durations.ts";
import { empty, fitLine, gap, lineWidth, span, boldSpan, spread, type Line } from "../text/line.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import { questionPhrase } from "../text/state-styles.ts";
import { isStopped, openQuestions, type World } from "./screen-model.ts";
import type { ModelFacts, Notice, OpenQuestion, RunSnapshot } from "./screen-source.ts";
import type { ViewName } from "./ui-state.ts";
import { conditionsLine } from "./why-line.ts";

/** The lines that every view has: where and how the run is, the views, and the one thing that needs a person. */

export interface TabCounts {
  readonly tasks: number;
  readonly models: number;
  readonly review: number;
}

const wholeTasks = memoizeLast((rows: readonly TaskRow[]): number => withoutParts(rows).length);

/** Parts count with what they are parts of, as in the line above. */
export const tabCounts = (source: World["source"]): TabCounts => ({
  tasks: wholeTasks(source.getSnapshot("tasks", "").rows),
  models: source.getSnapshot("models", "").models.length,
  review: openQuestions(source.getSnapshot("review", "")).length,
});

const tabs: readonly (readonly [ViewName, string])[] = [
  ["tasks", "Tasks"],
  ["models", "Models"],
  ["review", "Review"],
  ["ask", "Ask"],
  ["stats", "Stats"],
  ["log", "Log"],
];

export function tabsLine(view: ViewName, counts: TabCounts, run: RunSnapshot, columns: number, keys?: OwnKeys): Line {
  const right: Line =
    run.permissions === null
      ? empty
      : [span("permissions ", "muted"), span(run.permissions, run.permissions === "full" ? "warn" : "text"), gap(1)];
  const forms = [
    tabNames(view, counts, "apart", keys),
    tabNames(view, counts, "close", keys),
    tabNames(view, { review: counts.review }, "close", keys),
  ];
  const whole = forms.find((left) => lineWidth(left) + lineWidth(right) < columns);
  const left = whole ?? forms.find((line) => lineWidth(line) <= columns) ?? empty;
  return fitLine(spread(left, right, columns), columns);
}

/** The views with their keys, in brackets or close together. */
function tabNames(
  view: ViewName,
  counts: Partial<TabCounts>,
  form: "apart" | "close",
  keys: OwnKeys | undefined,
): Line {
  return tabs.flatMap(([name, title]) => {
    const key = keyOf(`view.${name}`, keys);
    const count = name === "tasks" || name === "models" || name === "review" ? (counts[name] ?? null) : null;
    const needs = name === "review" && count !== null && count > 0;
    const said = count === null || (name === "review" && count === 0) ? "" : ` ${count}`;
    const text = `${form === "apart" ? `[${key}]` : key} ${title}${said}${needs ? "!" : ""}`;
    const shown = name === view ? boldSpan(` ${text} `, "selected") : span(` ${text} `, needs ? "ask" : "muted");
    return form === "apart" ? [gap(1), shown] : [shown];
  });
}

/** What the line above the footer is made of, the most urgent first. */
export interface AttentionFacts {
  readonly hint: string | null;
  readonly run: RunSnapshot;
  readonly undo: OpenQuestion | null;
  /** How many decisions went out together with it. */
  readonly undoes: number;
  readonly notice: Notice | null;
  /** The question of the task at hand. */
  readonly question: OpenQuestion | null;
  readonly open: readonly OpenQuestion[];
  readonly counts: TaskCounts;
  /** Merged and not yet landed, where nothing else is to be done. */
  readonly unlanded: number;
  readonly models: readonly ModelFacts[];
  /** What stands in the way of the run; empty where it is told elsewhere, or something works. */
  readonly why: readonly Condition[];
  /** Something works on a task. */
  readonly working: boolean;
  readonly now: number;
  /** The person's own. */
  readonly keys?: OwnKeys | undefined;
}

/** Errors stay for 15 s, other news for 4 s. */
export const currentNotice = (notices: readonly Notice[], now: number): Notice | null =>
  notices.findLast(({ at, level }) => now - at < (level === "error" ? 15_000 : 4_000)) ?? null;

export function attentionLine(facts: AttentionFacts, columns: number): Line {
  return fitLine([gap(1), ...said(facts, columns - 2)], columns);
}

function said(facts: AttentionFacts, columns: number): Line {
  const { now, undo, notice } = facts;
  if (facts.hint !== null) return [span(facts.hint, "warn")];
  if (facts.run.engine === "died")
    return [
      boldSpan(`x the engine died: press ${keyOf("run.resume_engine", facts.keys)} to start it again`, "bad"),
      span(`  ${facts.run.engineSaid ?? "what was committed is kept; an answer waits for it"}`, "muted"),
    ];
  if (undo?.answer != null) return undoLine(undo, facts.undoes, now, facts.keys);
  if (notice !== null)
    return [
      span(notice.level === "error" ? "x " : "✓ ", notice.level === "error" ? "bad" : "good"),
      span(notice.text, notice.level === "error" ? "bad" : "text"),
    ];
  if (!isStopped(facts.run)) return waiting(facts, columns);
  const goOn: Line = [
    boldSpan(`■ ${facts.run.run?.state ?? ""}: press ${keyOf("run.resume_engine", facts.keys)} to go on`, "warn"),
    gap(3),
  ];
  return [...goOn, ...waiting(facts, columns - lineWidth(goOn))];
}

/** Who waits for a person; nobody: what else is to be known. */
function waiting(facts: AttentionFacts, columns: number): Line {
  const { now, question, open } = facts;
  if (question !== null) {
    // Without an engine the key to restart is the one to go on.
    const actions = isStopped(facts.run)
      ? question.question.actions.filter((action) => action !== "restart")
      : question.question.actions;
    const asks: Line = [
      boldSpan(`? ${question.question.task}`, "ask"),
      span(` asks for ${questionPhrase[question.question.kind]}`),
    ];
    return spread(asks, actionKeys(actions, columns - lineWidth(asks) - 2, question.question, facts.keys), columns);
  }
  const oldest = open[0];
  if (oldest !== undefined) {
    return [
      boldSpan(`? ${counted(open.length, "task")} ${open.length === 1 ? "needs" : "need"} you`, "ask"),
      span(`  the oldest for ${age(now - oldest.question.askedAt)}`),
      span(`   press ${keyOf("view.review", facts.keys)}`, "accent"),
    ];
  }
  return calm(facts, columns);
}

/** What was decided and until when it can be taken back. */
function undoLine({ question, answer }: OpenQuestion, together: number, now: number, keys: OwnKeys | undefined): Line {
  if (answer === null) return empty;
  const left = Math.max(1, Math.ceil(Math.min(undoMs, answer.effectiveAt - now) / 1000));
  return [
    span("✓ ", "good"),
    span(`${decidedWord[answer.action]} `),
    boldSpan(together > 1 ? counted(together, "task") : question.task),
    span(`  ${keyOf("undo", keys)}`, "accent"),
    span(` to undo, ${left} s`, "muted"),
  ];
}

const allDone = ({ unproven = 0 }: TaskCounts): Line =>
  unproven === 0
    ? [span("✓ all done", "good")]
    : [span("✓ all done", "good"), span(`, ${unproven} of them proven by no check`, "warn")];

/** Nobody is needed: what stands in the way, or that all is well. */
function calm({ counts, models, now, run, unlanded, why, working, keys }: AttentionFacts, columns: number): Line {
  if (why.length > 0) return conditionsLine(why, now, columns);
  const parts: Line[] = [];
  if (counts.failed > 0) parts.push([span(`x ${counts.failed} failed`, "bad")]);
  if (counts.reverted !== undefined) parts.push([span(`~ ${counts.reverted} reverted`, "warn")]);
  const isAllDone = counts.total > 0 && counts.done === counts.total;
  for (const model of isAllDone ? [] : models) {
    const hold = model.holds.find((one) => isHeld(one, now));
    if (hold !== undefined)
      parts.push([
        span(
          `‖ ${model.name} held${hold.untilMs === null ? " until you release it" : ` until ${instant(hold.untilMs, now)} (${countdown(hold.untilMs - now)})`}`,
          "warn",
        ),
      ]);
  }
  if (isAllDone) parts.push(allDone(counts));
  else if (parts.length === 0 && working)
    parts.push([
      span(`✓ nothing needs you; ${counts.running} under way, ${counts.queued + counts.blocked} to come`, "muted"),
    ]);
  else if (
    parts.length === 0 &&
    run.run !== null &&
    run.engine === "absent" &&
    !isStopped(run) &&
    counts.total > counts.done
  )
    parts.push([
      span(`the run has ended, ${counts.total - counts.done} to come: `, "muted"),
      span(`${brand.bin} run`),
      span(" in a shell begins the next", "muted"),
    ]);
  if (unlanded > 0 && !run.scripted)
    parts.push([span(keyOf("run.land", keys), "accent"), span(` lands ${unlanded} on your branch`, "muted")]);
  return parts.flatMap((part, index) => (index === 0 ? part : [gap(3), ...part]));
}
