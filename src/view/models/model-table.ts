import { isHeld } from "../../domain/question.ts";
import { failureText } from "../../domain/failure-words.ts";
import { roleWord } from "../log/event-lines.ts";
import type { ActivitySnapshot, LiveSnapshot, ModelFacts } from "../screen/screen-source.ts";
import type { RowMoment } from "../tasks/task-row.ts";
import { bar, counted, money, tokens } from "../text/amounts.ts";
import { countdown, duration, instant } from "../text/durations.ts";
import { empty, fitLine, gap, span, boldSpan, selectLine, type Line } from "../text/line.ts";
import { breakerStyle } from "../text/state-styles.ts";
import { pad } from "../text/width.ts";
import {
  activityLines,
  activityOf,
  figureText,
  rateText,
  recentCallLines,
  windowCell,
  type ModelActivity,
} from "./model-activity.ts";
import { costText, healthLine, modelHealth, tailLines, tokenText } from "./model-panels.ts";

/** The Models view: a table of all models, and all that is known of the selected one. */
interface ModelColumn {
  readonly head: string;
  readonly width: number;
  /** Columns of the screen from which on it is shown. */
  readonly from: number;
  readonly right: boolean;
  readonly cell: (model: ModelFacts, moment: RowMoment, done: ModelActivity) => Line;
}

const breakerCell = (model: ModelFacts): Line => {
  const style = breakerStyle[model.breaker?.state ?? "closed"];
  return [span(`${style.glyph} ${style.word}`, style.tone)];
};

const modelColumns: readonly ModelColumn[] = [
  { head: "MODEL", width: 12, from: 0, right: false, cell: ({ name }) => [span(name, "title")] },
  { head: "STATE", width: 17, from: 0, right: false, cell: (model, moment) => healthLine(modelHealth(model, moment)) },
  { head: "BREAKER", width: 11, from: 76, right: false, cell: breakerCell },
  {
    head: "BILLING",
    width: 12,
    from: 80,
    right: false,
    cell: ({ billing }) => [span(billing, billing === "metered" ? "text" : "muted")],
  },
  { head: "ADAPTER", width: 18, from: 146, right: false, cell: ({ adapter }) => [span(adapter, "muted")] },
  {
    head: "CALLS",
    width: 5,
    from: 0,
    right: true,
    cell: ({ totals }) => [span(totals === null ? "-" : String(totals.calls))],
  },
  {
    head: "FAILED",
    width: 6,
    from: 70,
    right: true,
    cell: ({ totals }) => [
      span(totals === null ? "-" : String(totals.failures), (totals?.failures ?? 0) > 0 ? "warn" : "muted"),
    ],
  },
  {
    head: "LIMIT",
    width: 11,
    from: 100,
    right: false,
    cell: (_, { now }, done) => windowCell(done, now),
  },
  {
    head: "P50",
    width: 7,
    from: 116,
    right: true,
    cell: (_, __, { figures }) => [span(figureText(figures.p50Ms))],
  },
  {
    head: "P95",
    width: 7,
    from: 124,
    right: true,
    cell: (_, __, { figures }) => [span(figureText(figures.p95Ms))],
  },
  { head: "TOK/S", width: 6, from: 132, right: true, cell: (_, __, { figures }) => [span(rateText(figures))] },
  { head: "TOKENS", width: 8, from: 90, right: true, cell: (model) => [span(tokenText(model))] },
  { head: "COST", width: 8, from: 0, right: true, cell: (model) => [span(costText(model))] },
  {
    head: "LAST ERROR",
    width: 40,
    from: 190,
    right: false,
    cell: (_, __, { figures: { lastFailed } }) => [
      span(lastFailed?.failure == null ? (lastFailed?.outcome ?? "") : failureText(lastFailed.failure), "warn"),
    ],
  },
];

const shownColumns = (columns: number): readonly ModelColumn[] => modelColumns.filter(({ from }) => columns >= from);

export const modelHeading = (columns: number): Line =>
  fitLine(
    [
      span("  "),
      span(
        shownColumns(columns)
          .map(({ head, width, right }) => pad(head, width, right ? "right" : "left"))
          .join(" "),
        "muted",
      ),
    ],
    columns,
  );

export function modelRow(
  model: ModelFacts,
  moment: RowMoment,
  columns: number,
  selected: boolean,
  activity: ActivitySnapshot | null = null,
): Line {
  const done = activityOf(activity, model);
  const cells = shownColumns(columns).flatMap(({ width, right, cell }): Line => [
    ...fitLine(cell(model, moment, done), width, right ? "right" : "left"),
    gap(1),
  ]);
  const line = fitLine([span(selected ? "> " : "  "), ...cells], columns);
  return selected ? selectLine(line) : line;
}

/** All that is known of one model. */
export function modelDetail(
  model: ModelFacts,
  live: LiveSnapshot,
  moment: RowMoment,
  columns: number,
  rows: number,
  activity: ActivitySnapshot | null = null,
): readonly Line[] {
  const label = (name: string, ...value: Line): Line => [span(name.padEnd(12), "muted"), ...value];
  const inUse = moment.interrupted === true ? 0 : model.running.length;
  const lines: Line[] = [
    label("model", span(model.model ?? "the adapter's own choice"), span(`  ${model.adapter}`, "muted")),
    label("account", span(model.account), span(`  ${model.billing}`, "muted")),
    label(
      "slots",
      span(`${inUse}${model.parallel === null ? "" : ` of ${model.parallel}`} in use`),
      span(model.parallel === null ? "" : `  ${bar(inUse / model.parallel, 10)}`, "busy"),
    ),
  ];
  for (const hold of model.holds.filter((one) => isHeld(one, moment.now))) {
    const until =
      hold.untilMs === null
        ? "until you release it"
        : `until ${instant(hold.untilMs, moment.now)}, ${countdown(hold.untilMs - moment.now)} left`;
    lines.push(
      label(
        "hold",
        span(`${hold.scope} ${hold.target}: ${hold.reason}, ${until}`, "warn"),
        span(hold.resumes > 0 ? `  resumed ${counted(hold.resumes, "time")}` : "", "muted"),
      ),
    );
  }
  if (model.totals !== null) {
    const { totals } = model;
    const mean = totals.calls === 0 ? "-" : duration(totals.durationMs / totals.calls);
    lines.push(
      label(
        "this run",
        span(
          `${counted(totals.calls, "call")}, ${totals.failures} failed, ${mean} a call, in ${tokens(totals.usage.input)} (cached ${tokens(totals.usage.cacheRead)}), out ${tokens(totals.usage.output)}, ${money(totals.cost)}`,
        ),
      ),
    );
  }
  for (const { call, attempt } of model.running) {
    lines.push(
      label(
        moment.interrupted === true ? "interrupted" : "at work",
        boldSpan(call.task),
        span(
          `  ${roleWord[call.role]}${call.step === null ? "" : ` ${call.step}`}, round ${call.round}, try ${attempt.attempt}${moment.interrupted === true ? "" : `, ${duration(moment.now - attempt.startedAt)}`}`,
        ),
      ),
    );
    if (attempt.failure !== null) lines.push(label("", span(failureText(attempt.failure), "warn")));
  }
  const done = activityOf(activity, model);
  lines.push(...activityLines(done, moment.now, columns), empty);
  const left = rows - lines.length;
  const isSaying = model.running.length > 0;
  const calls = recentCallLines(done, moment, columns, isSaying ? Math.ceil(left / 2) : left);
  lines.push(...calls);
  if (isSaying && left - calls.length > 0) lines.push(...tailLines(live, columns, left - calls.length));
  return lines.slice(0, rows);
}
