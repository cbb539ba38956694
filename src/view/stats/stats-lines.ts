import { totalTokens } from "../../domain/money.ts";
import { withoutParts } from "../../domain/parts.ts";
import type { TaskRow } from "../../domain/rows.ts";
import { taskStates } from "../../domain/task.ts";
import { scrollable, type Scrollable } from "../layout/scrollable.ts";
import type { ActivitySnapshot, ModelFacts, RunSnapshot } from "../screen/screen-source.ts";
import { bar, counted, dollars, money, tokens } from "../text/amounts.ts";
import { duration, instant } from "../text/durations.ts";
import { doneBetween } from "../text/forecast.ts";
import { boldSpan, cutLine, empty, fitLine, gap, span, type Line } from "../text/line.ts";
import { memoizeLast } from "../text/memoize-last.ts";
import { taskStyle } from "../text/state-styles.ts";
import { pad } from "../text/width.ts";
import { burnOf } from "./burn.ts";
import { burnChart, ganttLegend, ganttLine, ganttNames, ganttTimes } from "./charts.ts";
import { proofCounts } from "../tasks/task-list.ts";
import { byModel, firstPass, type AttemptFigures } from "./figures.ts";
import { ganttRow, tasksInOrder } from "./gantt.ts";

/** What the view of the figures is made of. */
export interface StatsFacts {
  readonly run: RunSnapshot;
  readonly rows: readonly TaskRow[];
  readonly models: readonly ModelFacts[];
  /** Nothing works, and nothing will before a person does something. */
  readonly stands: boolean;
  /** Null: it is being read. */
  readonly activity: ActivitySnapshot | null;
}

const sideBySideFrom = 110;

/** How the run goes: money over time, tasks, models, and what happened when. Of the tasks only those in sight are drawn. */
export function statsContent(facts: StatsFacts, size: { readonly width: number; readonly height: number }): Scrollable {
  const { width } = size;
  const { run, activity } = facts;
  if (run.run === null) return scrollable([[span("No run yet: figures appear as one goes on.", "muted")]]);
  if (activity === null) return scrollable([[span("reading …", "muted")]]);
  const known = { ...facts, activity };
  const isWide = width >= sideBySideFrom;
  const half = isWide ? Math.floor((width - 3) / 2) : width;
  const money = burnBlock(known, half, size.height >= 30 ? 8 : 5);
  const tasks = taskBlock(known, isWide ? width - half - 3 : width);
  const first = isWide ? beside(money, tasks, half) : [...money, empty, ...tasks];
  const gantt = ganttBlock(known, width);
  const head = [...first, empty, ...modelBlock(known, width), empty, ...gantt.head].map((line) => cutLine(line, width));
  return {
    count: head.length + gantt.count,
    line: (index) => head[index] ?? cutLine(gantt.line(index - head.length), width),
  };
}

type Known = StatsFacts & { readonly activity: ActivitySnapshot };

const heading = (text: string, note = ""): Line => [
  boldSpan(text, "title"),
  span(note === "" ? "" : `  ${note}`, "muted"),
];

function beside(left: readonly Line[], right: readonly Line[], columns: number): readonly Line[] {
  return Array.from({ length: Math.max(left.length, right.length) }, (_, index): Line => [
    ...fitLine(left[index] ?? empty, columns),
    gap(3),
    ...(right[index] ?? empty),
  ]);
}

/** When the figures are of: those of a run that is over are of its end. */
const nowOf = ({ run, activity }: Known): number => run.run?.endedAt ?? activity.at;

function burnBlock(facts: Known, columns: number, rows: number): readonly Line[] {
  const { run, activity, models } = facts;
  const now = nowOf(facts);
  const from = run.run?.startedAt ?? now;
  const metered = new Set(models.filter(({ billing }) => billing === "metered").map(({ name }) => name));
  const attempts = activity.attempts.filter(({ model }) => run.capMicros === null || metered.has(model));
  const burn = burnOf(
    {
      attempts,
      from,
      now,
      doneAt: run.doneAt === undefined || run.doneAt.to <= now ? null : run.doneAt.to,
      totalMicros: run.cost.micros ?? 0,
      capMicros: run.capMicros,
    },
    Math.max(10, columns - 9),
  );
  const cap = run.capMicros;
  const hasCap = cap !== null && cap > 0;
  const share = hasCap ? ` of ${dollars(cap)}, ${Math.round(((run.cost.micros ?? 0) / cap) * 100)} %` : "";
  const words = [
    `${money(run.cost)}${share} in ${duration(now - from)}`,
    ...(hasCap ? [] : ["no budget is set for a run"]),
    ...(burn.projectedMicros === null ? [] : [`${dollars(Math.round(burn.projectedMicros))} when done, at this pace`]),
  ];
  const over: readonly Line[] =
    burn.capAt === null
      ? []
      : [[span(`! the budget is used up about ${instant(burn.capAt, now)}, before all is done`, "warn")]];
  const isEmpty = cap === null && burn.projectedMicros === null && (run.cost.micros ?? 0) === 0;
  const chart = isEmpty ? [] : burnChart(burn, { columns, rows });
  return [heading("Spent"), ...chart, [span(words.join("; "))], ...over];
}

function taskBlock(facts: Known, columns: number): readonly Line[] {
  const { run, activity, stands } = facts;
  const rows = withoutParts(facts.rows);
  const now = nowOf(facts);
  const { proven, partly, unproven } = proofCounts(rows);
  const states = taskStates
    .map((state) => ({ state, count: rows.filter((row) => row.state === state).length }))
    .filter(({ count }) => count > 0);
  const label = (name: string, ...value: Line): Line => [span(name.padEnd(13), "muted"), ...value];
  const barColumns = Math.max(6, Math.min(24, columns - 24));
  const pass = firstPass(activity);
  const retried = activity.attempts.filter(({ attempt }) => attempt > 1).length;
  const used = rows.reduce((sum, { usage }) => sum + totalTokens(usage), 0);
  return [
    heading("Tasks", counted(rows.length, "task")),
    ...states.map(({ state, count }): Line =>
      label(
        `${taskStyle[state].glyph} ${taskStyle[state].word}`,
        span(`${bar(count / rows.length, barColumns)} `, taskStyle[state].tone),
        span(String(count)),
      ),
    ),
    ...(proven + unproven === 0
      ? []
      : [
          label(
            "done",
            span(`${proven} proven`, "good"),
            span(partly === 0 ? "" : ` (${partly} partly)`, "warn"),
            span(`, ${unproven} unproven`, unproven > 0 ? "warn" : "muted"),
          ),
        ]),
    label("done at", span(doneText(run, now, stands))),
    ...(pass === null
      ? []
      : [
          label(
            "first pass",
            span(`${Math.round((pass.passed / pass.reviewed) * 100)} %`),
            span(`  ${pass.passed} of ${pass.reviewed} reviews passed without rework`, "muted"),
          ),
        ]),
    label(
      "retries",
      span(`${retried} of ${counted(activity.attempts.length, "call")}${activity.cut ? ", the newest" : ""}`),
    ),
    label("tokens", span(tokens(used))),
  ];
}

function doneText({ run, doneAt }: RunSnapshot, now: number, stands: boolean): string {
  if (run?.endedAt != null) return `over since ${instant(run.endedAt, now)}`;
  if (doneAt === undefined || doneAt.to <= now) return "nobody can say yet";
  const [from, to] = doneBetween(doneAt, now);
  const left = [Math.max(0, doneAt.from - now), doneAt.to - now].map((ms) => duration(ms));
  if (stands) return `not before you let it go on; then it takes ${left.join(" to ")}`;
  return from === to ? `about ${to}, in ${left[1] ?? ""}` : `between ${from} and ${to}, in ${left.join(" to ")}`;
}

const modelHead: Line = [
  span(
    ["MODEL".padEnd(13), "CALLS".padStart(6), "FAILED".padStart(7), "RETRY".padStart(6), "P50".padStart(8)].join(""),
    "muted",
  ),
  span(["P95".padStart(8), "TOK/S".padStart(7), "COST".padStart(9)].join(""), "muted"),
];

function modelBlock({ activity, models, run }: Known, columns: number): readonly Line[] {
  const figures = new Map([...byModel(activity)].map(([name, one]) => [name, one.figures]));
  const most = Math.max(1, ...[...figures.values()].map(({ costMicros }) => costMicros));
  const named = models.map(({ name }) => name).filter((name) => figures.has(name));
  const others = [...figures.keys()].filter((name) => !named.includes(name));
  const room = columns - 66;
  const barColumns = run.cost.micros === 0 || room < 8 ? 0 : Math.min(24, room);
  return [
    heading("Models", activity.cut ? `of the newest ${activity.attempts.length} calls` : ""),
    modelHead,
    ...[...named, ...others].map((name): Line => {
      const one = figures.get(name);
      if (one === undefined) return empty;
      return [
        ...modelCells(name, one),
        ...(barColumns === 0 ? [] : [span(`  ${bar(one.costMicros / most, barColumns)}`, "busy")]),
      ];
    }),
  ];
}

function modelCells(name: string, one: AttemptFigures): Line {
  const ms = (value: number | null): string => (value === null ? "-" : duration(value)).padStart(8);
  return [
    span(pad(name, 13), "accent"),
    span(String(one.attempts).padStart(6)),
    span(String(one.failed).padStart(7), one.failed > 0 ? "warn" : "muted"),
    span(String(one.retried).padStart(6), one.retried > 0 ? "warn" : "muted"),
    span(ms(one.p50Ms)),
    span(ms(one.p95Ms)),
    span((one.tokensPerS === null ? "-" : one.tokensPerS.toFixed(one.tokensPerS < 10 ? 1 : 0)).padStart(7)),
    span(dollars(one.costMicros).padStart(9)),
  ];
}

const tasksOf = memoizeLast(tasksInOrder);

function ganttBlock(facts: Known, columns: number): Scrollable & { readonly head: readonly Line[] } {
  const { activity } = facts;
  const [first] = activity.attempts;
  if (first === undefined)
    return { head: [heading("What happened when"), [span("nothing yet", "muted")]], ...scrollable([]) };
  const to = nowOf(facts);
  const from = activity.cut ? first.startedAt : Math.min(first.startedAt, facts.run.run?.startedAt ?? first.startedAt);
  const cells = Math.max(10, columns - ganttNames - ganttTimes);
  const tasks = tasksOf(activity);
  const [begin, end] = [instant(from, to), instant(to, to)];
  const note = `${counted(tasks.length, "task")}, ${duration(to - from)}${activity.cut ? ", its end" : ""}`;
  return {
    head: [
      heading("What happened when", note),
      ganttLegend,
      [gap(ganttNames), span(begin, "muted"), gap(cells - begin.length - end.length), span(end, "muted")],
    ],
    count: tasks.length,
    line: (index) => {
      const task = tasks[index];
      return task === undefined ? empty : ganttLine(ganttRow(task, { from, to }, cells));
    },
  };
}
