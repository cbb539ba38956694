import { isTerminal } from "../../domain/task.ts";
import type { OwnKeys } from "../keys/command-spec.ts";
import { money } from "../text/amounts.ts";
import { age, instant, shortCountdown } from "../text/durations.ts";
import { cutLine, fitLine, gap, lineWidth, span, boldSpan, selectLine, type Line, type Span } from "../text/line.ts";
import { busyGlyphs, interruptedStyle, type Tone } from "../text/state-styles.ts";
import { pad } from "../text/width.ts";
import { doneWords, reviewerOf, workerOf } from "./credits.ts";
import { indentOf, decidedOf, currentStyle, waitNow, type TaskEntry } from "./task-entry.ts";
import type { TaskList, TaskListChoice, TaskSort } from "./task-list.ts";
import { stageOfMany } from "./roadmap-words.ts";
import { waitText } from "./task-wait.ts";

type TaskOrder = Pick<TaskListChoice, "sort" | "reverse">;

/** The columns of the task list at one width; 0: the column is left out. */
export interface TaskColumns {
  readonly id: number;
  readonly status: number;
  readonly title: number;
  readonly model: number;
  readonly reviewer: number;
  readonly age: number;
  readonly cost: number;
}

const widestTitle = 120;
const narrowestTitle = 26;
/** With less the title needs the room of a column for the reviewer, who then shares that of the model. */
const roomyTitle = 60;

/** Columns by width. What is least missed goes first: age, cost, model. */
export function taskColumns(width: number, list: Pick<TaskList, "idColumns">): TaskColumns {
  const id = Math.min(list.idColumns, width < 100 ? 12 : 20);
  const status = 13;
  const cursor = 2;
  const optional = { model: width < 80 ? 9 : 14, cost: 7, age: 4, reviewer: 14 };
  let left = width - cursor - id - 1 - status - 1;
  const taken = { model: 0, cost: 0, age: 0, reviewer: 0 };
  for (const name of ["model", "cost", "age", "reviewer"] as const) {
    if (left - optional[name] - 1 < (name === "reviewer" ? roomyTitle : narrowestTitle)) break;
    taken[name] = optional[name];
    left -= optional[name] + 1;
  }
  return { id, status, title: Math.max(4, Math.min(left, widestTitle)), ...taken };
}

interface Head {
  readonly text: string;
  readonly columns: number;
  readonly align: "left" | "right";
  /** The order that a click on it gives. */
  readonly sort: TaskSort;
}

const headsOf = (columns: TaskColumns): readonly Head[] => {
  const head = (text: string, size: number, sort: TaskSort, align: Head["align"] = "left"): Head => ({
    text,
    columns: size,
    align,
    sort,
  });
  const model = columns.reviewer > 0 ? "MODEL" : columns.model < 14 ? "MODEL/REV" : "MODEL/REVIEWER";
  return [
    head("ID", columns.id, "id"),
    head("STATUS", columns.status, "needs"),
    head("TITLE", columns.title, "title"),
    head(model, columns.model, "model"),
    head("REVIEWED BY", columns.reviewer, "model"),
    head("AGE", columns.age, "age", "right"),
    head("COST", columns.cost, "cost", "right"),
  ].filter(({ columns: size }) => size > 0);
};

/** The heading; the column that the list is sorted by has a mark: ▲ the least first, ▼ the most. */
export function taskHeading(columns: TaskColumns, width: number, order: TaskOrder | null = null): Line {
  const heads = headsOf(columns);
  // Who needs a person is no column: the title says that order.
  const sorted = heads.find(({ sort }) => sort === order?.sort && sort !== "needs");
  const isDown = order !== null && (order.sort === "cost" || order.sort === "age") !== order.reverse;
  const text = heads
    .map((head) =>
      head === sorted
        ? pad(`${head.text.slice(0, head.columns - 1)}${isDown ? "▼" : "▲"}`, head.columns, head.align)
        : pad(head.text, head.columns, head.align),
    )
    .join(" ");
  return fitLine([span(`  ${text}`, "muted")], width);
}

/** The order that the heading offers at a column of its line; null: none. */
export function sortAt(columns: TaskColumns, x: number): TaskSort | null {
  let left = 2;
  for (const { columns: size, sort } of headsOf(columns)) {
    if (x >= left && x < left + size) return sort;
    left += size + 1;
  }
  return null;
}

export interface RowMoment {
  readonly now: number;
  readonly frame: number;
  readonly motion: boolean;
  /** No engine is there: what seems to be at work was cut off. */
  readonly interrupted?: boolean;
  /** Keys of the person's own. */
  readonly keys?: OwnKeys | undefined;
}

/** One row of the list, exactly `width` wide. */
export function taskRow(
  entry: TaskEntry,
  columns: TaskColumns,
  width: number,
  moment: RowMoment,
  selected: boolean,
  marked = false,
): Line {
  const { row } = entry;
  const tone = currentStyle(entry, moment.now).tone;
  const quiet: Tone = row.state === "DONE" || row.state === "NEW" ? "muted" : "text";
  const parts: Line[] = [
    fitLine(
      [span(indentOf(row), "muted"), row.state === "AWAITING_HUMAN" ? boldSpan(row.id, tone) : span(row.id, quiet)],
      columns.id,
    ),
    fitLine(statusSpans(entry, moment), columns.status),
    fitLine(titleSpans(entry, moment.now, quiet, columns.title), columns.title),
  ];
  if (columns.model > 0) parts.push(fitLine(modelSpans(entry, columns), columns.model));
  if (columns.reviewer > 0) parts.push(fitLine([span(reviewerOf(entry) ?? "-", "muted")], columns.reviewer));
  if (columns.age > 0)
    parts.push(
      fitLine([span(row.startedAt === null ? "-" : age(moment.now - row.movedAt), "muted")], columns.age, "right"),
    );
  if (columns.cost > 0)
    parts.push(fitLine([span(row.startedAt === null ? "-" : money(row.cost), "muted")], columns.cost, "right"));
  const cells: Span[] = [span(selected ? ">" : " "), span(marked ? "•" : " ", "ask")];
  parts.forEach((part, index) => cells.push(...(index === 0 ? part : [gap(1), ...part])));
  const line = fitLine(cells, width);
  return selected ? selectLine(line) : line;
}

/** Who works, and where the reviewer has no column, who reviewed: `opus/gpt`, each with half of the room at least. */
function modelSpans(entry: TaskEntry, columns: TaskColumns): Line {
  const worker: Line = [span(workerOf(entry) ?? "-", "muted")];
  const reviewer = columns.reviewer > 0 ? null : reviewerOf(entry);
  if (reviewer === null) return worker;
  const behind = [span(`/${reviewer}`, "muted")];
  return [...cutLine(worker, columns.model - Math.min(lineWidth(behind), Math.ceil(columns.model / 2))), ...behind];
}

/** Sign and word of a task's state, with its step or the end of its hold. Without an engine nothing turns and no time runs. */
export function statusSpans(entry: TaskEntry, moment: RowMoment): Line {
  const style = currentStyle(entry, moment.now);
  const { row, hold } = entry;
  const isCut = moment.interrupted === true;
  if (style.busy && isCut)
    return [span(`${interruptedStyle.glyph} `, interruptedStyle.tone), span("was running", interruptedStyle.tone)];
  const untilMs = entry.derived === "held" && hold !== null ? hold.untilMs : waitNow(entry, moment.now)?.untilMs;
  const turns = style.busy && entry.active && moment.motion;
  const glyph = turns ? (busyGlyphs[moment.frame % busyGlyphs.length] ?? style.glyph) : style.glyph;
  const more = style.busy && row.step !== null && row.step.count > 1 ? ` ${row.step.index}/${row.step.count}` : "";
  const until = untilMs == null || isCut ? "" : ` ${shortCountdown(untilMs - moment.now)}`;
  return [span(`${glyph} `, style.tone), span(`${style.word}${more}${until}`, style.tone)];
}

/** The goal, and behind it in short why nothing happens; of who waits by himself the goal gives way first. */
function titleSpans(entry: TaskEntry, now: number, tone: Tone, columns: number): Line {
  const why = reasonOf(entry, now);
  const goal: Line = [span(entry.row.spec.goal, tone)];
  const stage = isTerminal(entry.row.state) ? null : stageOfMany(entry.row);
  if (why === null && stage !== null) {
    const behind = span(`  ${stage}`, "muted");
    return [...cutLine(goal, columns - lineWidth([behind])), behind];
  }
  if (why === null) return goal;
  const reason = span(`  ${why}`, "muted");
  const waits = entry.derived === "held" || waitNow(entry, now) !== null;
  const room = Math.max(Math.floor(columns / 3), columns - lineWidth([reason]));
  return [...(waits ? cutLine(goal, room) : goal), reason];
}

/** Why a task stands still, in a few words; null while it does not. */
export function reasonOf(entry: TaskEntry, now: number): string | null {
  const { row, hold } = entry;
  const decided = decidedOf(entry, now);
  if (decided !== null) return `decided: ${decided.action.replaceAll("_", " ")}, at the next run`;
  if (row.state === "FAILED" && row.failure !== null) return `${row.failure.type}: ${row.failure.message}`;
  if (entry.derived === "blocked") return `waits for ${entry.blockedBy.join(", ")}`;
  if (entry.derived === "held" && hold !== null) {
    return hold.untilMs === null
      ? `${hold.reason}, until you release it`
      : `${hold.reason} until ${instant(hold.untilMs, now)}`;
  }
  const wait = waitNow(entry, now);
  if (wait !== null) return waitText(wait, now);
  if (entry.reverted) return "its merge was undone";
  if (row.state === "DONE" && entry.derived === null) return doneWords(row);
  if (entry.derived === "stale") return row.staleDigest === "" ? "gone from the backlog" : "changed in the backlog";
  return null;
}
