import type { ModelName } from "../../domain/ids.ts";
import type { Json } from "../../domain/json.ts";
import { totalTokens } from "../../domain/money.ts";
import { obstacleWords, type StartObstacle } from "../../domain/start-obstacle.ts";
import { proofWords, type Proof } from "../../domain/proof.ts";
import type { Action, Question } from "../../domain/question.ts";
import type { StepRow } from "../../domain/rows.ts";
import type { OwnKeys } from "../keys/command-spec.ts";
import { keyOf } from "../keys/keys.ts";
import { answerCommand, answerWord } from "../review/answer-words.ts";
import { checkMarks, openFindings } from "../review/evidence.ts";
import { tailLines } from "../models/model-panels.ts";
import { requestText } from "../review/review-queue.ts";
import type { LiveSnapshot, OpenQuestion, TaskFacts } from "../screen/screen-source.ts";
import type { DetailTab } from "../screen/ui-state.ts";
import { costWord, counted, money, tokens } from "../text/amounts.ts";
import { clean } from "../text/clean.ts";
import { age, duration } from "../text/durations.ts";
import { empty, fitParts, gap, span, boldSpan, revealedSpan, type Line } from "../text/line.ts";
import type { Tone } from "../../domain/screen-settings.ts";
import {
  busyGlyphs,
  interruptedStyle,
  questionPhrase,
  riskStyle,
  severityStyle,
  stepLook,
} from "../text/state-styles.ts";
import { wrap } from "../text/width.ts";
import { creditParts, creditShort } from "./credit-lines.ts";
import { currentStyle, type TaskEntry } from "./task-entry.ts";
import { stageLines, stagesHeading } from "./roadmap-lines.ts";
import { stageOfMany } from "./roadmap-words.ts";
import { madeLines } from "./reasons.ts";
import { partLines } from "./part-lines.ts";
import { reasonOf, statusSpans, type RowMoment } from "./task-row.ts";

export const tabTitle: Record<DetailTab, string> = {
  overview: "Overview",
  output: "Output",
  log: "Log",
  plan: "Plan",
  diff: "Diff",
  findings: "Findings",
  checks: "Checks",
  calls: "Calls",
};

/** Whether a model was called for it. */
export const hasOutput = (facts: TaskFacts | null): boolean => (facts?.calls.length ?? 0) > 0;

/** The tabs of a task; the overview is one of them only where it does not stand beside. */
export function detailTabs(facts: TaskFacts | null, hasSide: boolean, hasDiff: boolean): readonly DetailTab[] {
  const tabs: DetailTab[] = hasSide ? ["log"] : ["overview", "log"];
  if (hasOutput(facts)) tabs.push("output");
  if (facts?.plan != null || facts?.roadmap !== undefined) tabs.push("plan");
  if (hasDiff) tabs.push("diff");
  if ((facts?.findings.length ?? 0) > 0) tabs.push("findings");
  if ((facts?.checks.length ?? 0) > 0) tabs.push("checks");
  if (hasOutput(facts)) tabs.push("calls");
  return tabs;
}

/** `a approve  x reject`, as many as fit. */
export const actionKeys = (
  actions: readonly Action[],
  columns: number,
  asked: Pick<Question, "kind" | "actions" | "reason"> | null = null,
  keys?: OwnKeys,
): Line =>
  fitParts(
    actions.map((action): Line => [
      boldSpan(keyOf(answerCommand[action], keys), "accent"),
      span(` ${answerWord(action, asked)}`),
    ]),
    columns,
  );

/** Steps of the plan with their signs; the one under way turns, as long as an engine is there. */
function stepLines(steps: readonly StepRow[], { row, active }: TaskEntry, moment: RowMoment): readonly Line[] {
  return steps
    .toSorted((a, b) => a.index - b.index)
    .map((step) => {
      const look = stepLook(step.state, row.state);
      const isCut = look.busy && moment.interrupted === true;
      const style = isCut ? { ...interruptedStyle, word: "was running" } : look;
      const turns = style.busy && active && moment.motion;
      const glyph = turns ? (busyGlyphs[moment.frame % busyGlyphs.length] ?? style.glyph) : style.glyph;
      const isPlain = step.state === "PENDING" || step.state === "COMPLETED" || step.state === "APPROVED";
      const more = isPlain ? "" : `  ${style.word}${step.rounds > 1 ? ` round ${step.rounds}` : ""}`;
      return [
        span(`${glyph} `, style.tone),
        span(`${step.id} `, "muted"),
        span(step.title, step.state === "PENDING" ? "muted" : "text"),
        span(more, style.tone),
      ];
    });
}

/** The few lines under a task's title: state, who, cost, time. */
function statusLines(entry: TaskEntry, moment: RowMoment, columns: number): readonly Line[] {
  const { row } = entry;
  const first: Line[] = [statusSpans(entry, moment)];
  first.push(...creditParts(entry));
  if (row.risk !== "low") first.push([span(`${riskStyle[row.risk].glyph} ${row.risk} risk`, riskStyle[row.risk].tone)]);
  if (row.spec.area !== null) first.push([span(row.spec.area, "muted")]);
  const second: Line[] = [];
  if (row.startedAt !== null) {
    second.push(
      [span(money(row.cost))],
      [span(`${tokens(totalTokens(row.usage))} tok`, "muted")],
      [span(counted(row.attempts, "try", "tries"), "muted")],
    );
    const endedAt = row.endedAt ?? (moment.interrupted === true ? null : moment.now);
    if (endedAt !== null) second.push([span(duration(endedAt - row.startedAt), "muted")]);
  }
  return second.length === 0 ? [fitParts(first, columns)] : [fitParts(first, columns), fitParts(second, columns)];
}

const heading = (name: string): Line => [span(name, "muted")];

/** What is known of it beside its rows. */
export interface OverviewMore {
  /** What keeps it from being started. */
  readonly obstacle: StartObstacle | null;
  /** Who works on it now, and the end of what that says. */
  readonly says: { readonly model: ModelName; readonly live: LiveSnapshot } | null;
  /** Where it is shown there is room for so many lines. */
  readonly rows: number;
}

const noMore: OverviewMore = { obstacle: null, says: null, rows: 0 };
/** Of what a model says, where there is no more room. */
const leastSaid = 4;

/** What the preview beside the list and the overview of a task say: the question first, then where it stands, then the evidence. */
export function overviewLines(
  entry: TaskEntry,
  facts: TaskFacts | null,
  open: OpenQuestion | null,
  moment: RowMoment,
  columns: number,
  more: OverviewMore = noMore,
): readonly Line[] {
  const { row } = entry;
  const lines: Line[] = [
    ...wrap(clean(row.spec.goal), columns, 3).map((part): Line => [boldSpan(part, "title")]),
    ...statusLines(entry, moment, columns),
  ];
  const why = reasonOf(entry, moment.now) ?? (more.obstacle === null ? null : obstacleWords(more.obstacle));
  if (why !== null)
    lines.push(...wrap(clean(why), columns, 4).map((part): Line => [span(part, currentStyle(entry, moment.now).tone)]));
  if (open !== null) lines.push(...questionBlock(open, columns, moment.keys));
  if (facts?.task.id === row.id)
    lines.push(
      ...requestText(facts.request, moment.now, { columns, rows: 4 }).map((part): Line => [span(part, "muted")]),
    );
  if (facts === null || facts.task.id !== row.id) return lines;
  for (const made of madeLines(facts))
    lines.push(...wrap(clean(made), columns, 2).map((part): Line => [span(part, "muted")]));
  if (facts.roadmap !== undefined)
    lines.push(
      empty,
      stagesHeading(stageOfMany(row)),
      ...stageLines(facts, facts.roadmap, (steps) => stepLines(steps, entry, moment), entry.active, moment),
    );
  else if (facts.steps.length > 0) lines.push(empty, heading("Steps"), ...stepLines(facts.steps, entry, moment));
  lines.push(...partLines(facts));
  const found = openFindings(facts.findings);
  if (found.length > 0) {
    lines.push(empty, heading(`Open findings ${found.length}`));
    for (const finding of found.slice(0, 4)) {
      const style = severityStyle[finding.severity];
      lines.push([
        span(`${style.glyph} ${finding.id} `, style.tone),
        span(
          finding.file === null ? "" : `${finding.file}${finding.line === null ? "" : `:${finding.line}`} `,
          "accent",
        ),
        revealedSpan(finding.text),
      ]);
    }
  }
  if (facts.checks.length > 0) lines.push(empty, [span("Checks  ", "muted"), ...checkMarks(facts.checks)]);
  lines.push(...placeLines(entry, facts));
  if (more.says !== null && moment.interrupted !== true && (more.says.live.text !== "" || more.says.live.tool !== null))
    lines.push(
      empty,
      [span(more.says.model, "accent"), span(" says", "muted")],
      ...tailLines(more.says.live, columns, Math.max(leastSaid, more.rows - lines.length - 2)),
    );
  if (row.spec.details !== null)
    lines.push(
      empty,
      ...wrap(clean(row.spec.details, { lines: true }), columns, 40).map((part): Line => [span(part, "muted")]),
    );
  return lines;
}

function questionBlock(open: OpenQuestion, columns: number, keys: OwnKeys | undefined): readonly Line[] {
  const { question } = open;
  const text = wrap(clean(question.text, { lines: true, reveal: true }).trim(), Math.max(10, columns - 2), 6);
  return [
    empty,
    [boldSpan(`? asks for ${questionPhrase[question.kind]}`, "ask")],
    ...text.map((part): Line => [span("  "), span(part)]),
    ...changeLines(question.evidence["diff"], columns),
    [gap(2), ...actionKeys(question.actions, columns - 2, question, keys)],
  ];
}

const shownOfChange = 8;

/** The beginning of the change that is asked for, so that nobody says yes to what they have not seen; the review has all of it. */
function changeLines(diff: Json | undefined, columns: number): readonly Line[] {
  if (typeof diff !== "string" || diff.trim() === "") return [];
  const all = wrap(clean(diff, { lines: true, reveal: true, max: 2000 }).trimEnd(), Math.max(10, columns - 4));
  const more = all.length > shownOfChange || diff.length > 2000;
  return [
    ...all.slice(0, shownOfChange).map((part): Line => [span("  | ", "muted"), revealedSpan(part)]),
    ...(more ? [[span("  | … the review has all of it", "muted")]] : []),
  ];
}

const proofTone: Record<Proof, Tone> = { checks: "good", partly: "warn", none: "warn" };

/** Needs, branch and worktree: what a person needs to look for themselves. */
function placeLines(entry: TaskEntry, facts: TaskFacts): readonly Line[] {
  const { row, blockedBy } = entry;
  const label = (name: string, value: string): Line => [span(name.padEnd(10), "muted"), span(value)];
  const lines: Line[] = [];
  if (row.spec.parent !== undefined) lines.push(label("part of", row.spec.parent));
  if (row.spec.needs.length > 0)
    lines.push(
      label("needs", row.spec.needs.map((need) => (blockedBy.includes(need) ? need : `${need} ✓`)).join(", ")),
    );
  if (row.branch !== null) lines.push(label("branch", row.branch));
  if (row.worktree !== null)
    lines.push(label("worktree", `${row.worktree}${row.mergeCommit === null ? "" : " (unless removed)"}`));
  if (row.proof !== null)
    lines.push([span("proof".padEnd(10), "muted"), span(proofWords(row.proof), proofTone[row.proof.proof])]);
  if (row.mergeCommit !== null) lines.push(label("merged", row.mergeCommit.slice(0, 12)));
  if (facts.snapshots.length > 0) lines.push(label("snapshots", String(facts.snapshots.length)));
  if (row.startedAt !== null && row.cost.source !== "reported") lines.push(label("cost is", costWord[row.cost.source]));
  return lines.length === 0 ? [] : [empty, ...lines];
}

/** `Tasks > AUTH-3  Move config…` and at the right how it stands. */
export function breadcrumb(entry: TaskEntry, moment: RowMoment): { readonly left: Line; readonly right: Line } {
  const { row } = entry;
  const stage = stageOfMany(row);
  const right: Line[] = [
    statusSpans(entry, moment),
    ...(stage === null ? [] : [[span(stage, "muted")]]),
    creditShort(entry),
  ];
  const endedAt = row.endedAt ?? (moment.interrupted === true ? null : moment.now);
  if (row.startedAt !== null && endedAt !== null) right.push([span(age(endedAt - row.startedAt), "muted")]);
  if (row.startedAt !== null) right.push([span(money(row.cost))]);
  return {
    left: [span(" Tasks > ", "muted"), boldSpan(row.id, "accent"), span(`  ${row.spec.goal}`, "title")],
    right: right.filter(({ length }) => length > 0).flatMap((part, index) => (index === 0 ? part : [gap(2), ...part])),
  };
}
