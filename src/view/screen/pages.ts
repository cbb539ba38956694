import type { Condition } from "../../domain/conditions.ts";
import type { TaskId } from "../../domain/ids.ts";
import { inside, tasksLayout, type Placed, type Rect, type TasksLayout } from "../layout/layout.ts";
import { windowAt, type ListWindow } from "../layout/list-window.ts";
import { scrollable, type Growing, type Scrollable } from "../layout/scrollable.ts";
import {
  detailLayout,
  logLayout,
  modelsLayout,
  questionRows,
  requestRows,
  reviewLayout,
  type DetailLayout,
  type ModelsLayout,
  type ReviewLayout,
} from "../layout/view-layouts.ts";
import { eventRows, logRows, type LogRows } from "../log/log-lines.ts";
import { outputPage, type OutputPage } from "../output/output-page.ts";
import { diffNote } from "../review/diff-rows.ts";
import { questionHeadLines } from "../review/question-lines.ts";
import { checkLines, findingLines } from "../review/evidence.ts";
import { factLines, requestText, reviewSections } from "../review/review-queue.ts";
import { speaks } from "../models/model-panels.ts";
import { callLines } from "../tasks/call-lines.ts";
import { planContent } from "./plan-page.ts";
import { descriptionLines } from "../tasks/plan-lines.ts";
import { detailTabs } from "../tasks/task-detail.ts";
import type { TaskEntry } from "../tasks/task-entry.ts";
import { allEntries, type TaskList } from "../tasks/task-list.ts";
import type { RowMoment } from "../tasks/task-row.ts";
import { span, type Line } from "../text/line.ts";
import { diffPage, leastSplitColumns, type DiffPage } from "./diff-page.ts";
import { draftOf, marksOf } from "./kept.ts";
import { endCard } from "./end-page.ts";
import { overview } from "./overview.ts";
import { whyNow } from "./run-facts.ts";
import {
  askedAlike,
  causeGroups,
  conditionsIn,
  indexOfModel,
  listOf,
  openQuestions,
  reviewQuestion,
  reviewSection,
  selectedEntry,
  sortedModels,
  waitingAnswers,
  type World,
} from "./screen-model.ts";
import type { DiffSnapshot, LineComment, ModelFacts, OpenQuestion } from "./screen-source.ts";
import type { DetailTab, ReviewSection, UiState } from "./ui-state.ts";

/** What stands on each view, where, and what of it is in the window: drawing and keys read the same pages. */

export function momentOf({ source, motion, keys }: World): RowMoment {
  const { now, frame } = source.getSnapshot("clock", "");
  return { now, frame, motion, keys, interrupted: source.getSnapshot("run", "").engine !== "alive" };
}

export interface TasksPage {
  readonly layout: TasksLayout;
  /** Why nothing moves; empty: something does. */
  readonly why: readonly Condition[];
  /** What came of the run; empty: it goes on, or that was read. */
  readonly end: readonly Line[];
  readonly list: TaskList;
  readonly selected: TaskEntry | null;
  /** Of the rows, without the heading. */
  readonly rows: Rect;
  readonly window: ListWindow;
  readonly marks: readonly TaskId[];
}

export function tasksPage(ui: UiState, world: World): TasksPage {
  const { models } = world.source.getSnapshot("models", "");
  const why = whyNow(world);
  const moment = momentOf(world);
  const { working } = conditionsIn(world);
  const end = endCard(ui, world);
  const layout = tasksLayout(world.size, {
    endLines: end.length,
    models: models.length,
    speaking: models.map((model) => speaks(model, moment, working)),
    why: why.length > 0 && end.length === 0,
    zoom: ui.tasks.zoom,
    focus: ui.tasks.focus,
  });
  const list = listOf(ui, world);
  const content = inside(layout.list);
  const rows = { ...content, y: content.y + 1, height: Math.max(0, content.height - 1) };
  const window = windowAt(ui.tasks.cursor, list.entries.length, rows.height, (id) => list.indexOf.get(id));
  return { layout, why, end, list, selected: selectedEntry(ui, list), rows, window, marks: marksOf(ui, world) };
}

/** The preview of the selected task, for a panel of that size. */
export function previewContent(ui: UiState, world: World, at: Pick<Rect, "width" | "height">): Scrollable {
  const entry = selectedEntry(ui, listOf(ui, world));
  return entry === null ? scrollable([]) : scrollable(overview(entry, world, momentOf(world), at));
}

export const eventsContent = ({ source }: World, columns: number): Growing =>
  eventRows(source.getSnapshot("events", ""), columns);

export interface ModelsPage {
  readonly layout: ModelsLayout;
  readonly models: readonly ModelFacts[];
  readonly rows: Rect;
  readonly window: ListWindow;
}

export function modelsPage(ui: UiState, world: World): ModelsPage {
  const models = sortedModels(world.source.getSnapshot("models", ""));
  const layout = modelsLayout(world.size, models.length);
  const content = inside(layout.list);
  const rows = { ...content, y: content.y + 1, height: Math.max(0, content.height - 1) };
  return {
    layout,
    models,
    rows,
    window: windowAt(ui.models.cursor, models.length, rows.height, (name) => indexOfModel(models, name)),
  };
}

export function logPage(ui: UiState, world: World): { readonly at: Placed; readonly content: LogRows } {
  const at = logLayout(world.size);
  return {
    at,
    content: logRows(
      world.source.getSnapshot("events", ""),
      { warnings: ui.log.warnings, withTask: true, filter: ui.log.filter },
      inside(at).width,
    ),
  };
}

export interface ReviewPage {
  readonly layout: ReviewLayout;
  /** One for each cause. */
  readonly open: readonly OpenQuestion[];
  /** How many tasks one of them stands for. */
  readonly alike: (one: OpenQuestion) => number;
  readonly question: OpenQuestion;
  readonly index: number;
  /** What was asked for in the round before; stands over the text. */
  readonly request: readonly string[];
  /** What happened, what it means, why it asks, what proves it, the task's own words, and what each answer leads to. */
  readonly head: readonly Line[];
  readonly sections: readonly ReviewSection[];
  readonly section: ReviewSection;
  readonly comments: readonly LineComment[];
  readonly marks: readonly TaskId[];
  /** Null where the section is no diff. */
  readonly diff: DiffPage | null;
  readonly content: Scrollable;
  readonly main: Rect;
}

/** The first visible one of the queue, which keeps the open question in sight. */
export const queueTop = ({ index, open }: Pick<ReviewPage, "index" | "open">, rows: number): number =>
  Math.max(0, Math.min(index - Math.floor(rows / 2), open.length - rows));

/** Null: nothing waits for a person. */
export function reviewPage(ui: UiState, world: World): ReviewPage | null {
  const question = reviewQuestion(ui, world);
  if (question === null) return null;
  const { source, size } = world;
  const asked = openQuestions(source.getSnapshot("review", ""));
  const open = causeGroups(asked).flatMap(([first]) => first ?? []);
  const alike = askedAlike(asked, question.question.id);
  const task = question.question.task;
  const facts = source.getSnapshot("task", task);
  const snapshot = source.getSnapshot("diff", task);
  const request = requestText(facts?.request ?? null, momentOf(world).now, {
    columns: size.columns - 4,
    rows: requestRows(size),
  });
  const head = questionHeadLines(question, facts, {
    also: alike.flatMap((one) => (one === question ? [] : [one.question.task])),
    columns: size.columns - 4,
    rows: Math.max(1, questionRows(size) - request.length),
    ...(world.keys === undefined ? {} : { keys: world.keys }),
  });
  const section = reviewSection(ui, world);
  const beside = section === "diff" && ui.diff.split && size.columns >= leastSplitColumns;
  const questionLines = request.length + head.length;
  const comments = draftOf(ui, world, question.question.id).comments;
  const hasSide = section === "diff" || comments.length > 0;
  const layout = reviewLayout(size, { questionLines, queued: open.length, beside, hasSide });
  const main = inside(layout.main);
  const lines = (): Scrollable => {
    if (section === "plan") {
      const place = size.columns >= leastSplitColumns ? "beside" : "above";
      return scrollable(planContent(facts, world, main.width, place));
    }
    if (section === "findings") return scrollable(findingLines(facts?.findings ?? [], main.width));
    if (section === "checks") return scrollable(checkLines(facts?.checks ?? [], main.width));
    return scrollable(factLines(question, facts, momentOf(world).now, main.width, world.keys));
  };
  const diff = section === "diff" ? diffPage(ui, world, task, main) : null;
  return {
    layout,
    open,
    alike: (one) => askedAlike(asked, one.question.id).length,
    question,
    request,
    head,
    section,
    comments,
    marks: marksOf(ui, world),
    diff,
    main,
    index: Math.max(
      0,
      open.findIndex((one) => alike.includes(one)),
    ),
    sections: reviewSections(question.question, facts, snapshot).shown,
    content: section === "diff" ? note(snapshot) : lines(),
  };
}

const note = (snapshot: DiffSnapshot): Scrollable => scrollable([[span(diffNote(snapshot) ?? "", "muted")]]);

const below = (at: Placed, rows: number): Placed => ({ ...at, y: at.y + rows, height: at.height - rows });

export interface DetailPage {
  readonly layout: DetailLayout;
  readonly entry: TaskEntry | null;
  readonly tabs: readonly DetailTab[];
  readonly tab: DetailTab;
  readonly main: Rect;
  readonly content: Scrollable;
  /** What was asked for, above a diff that has nothing beside it. */
  readonly asked: readonly Line[];
  /** The tab of the diff. */
  readonly diff: DiffPage | null;
  /** The same in the tabs of the log and of the output, which follow their end. */
  readonly growing: Growing | null;
  /** In the tab of the output. */
  readonly output: OutputPage | null;
  readonly side: Scrollable | null;
}

export function detailPage(ui: UiState, world: World, task: TaskId): DetailPage {
  const { source, size } = world;
  const whole = detailLayout(size);
  const facts = source.getSnapshot("task", task);
  const diff = source.getSnapshot("diff", task);
  const entry =
    allEntries(source.getSnapshot("tasks", ""), source.getSnapshot("run", "").run, waitingAnswers(source)).find(
      ({ row }) => row.id === task,
    ) ?? null;
  const tabs = detailTabs(facts, whole.side !== null, diff.state !== "none");
  const tab = tabs.find((name) => name === ui.detail?.tab) ?? tabs[0] ?? "log";
  const isBare = tab === "diff" && whole.side === null && entry !== null;
  const asked = isBare ? descriptionLines(entry.row.spec, size.columns, size.rows < 20 ? 1 : 3) : [];
  const layout = { ...whole, main: below(whole.main, asked.length) };
  const main = inside(layout.main);
  const output = tab === "output" ? outputPage(ui, world, task, main) : null;
  const growing =
    tab === "log"
      ? logRows(source.getSnapshot("events", task), { warnings: false, withTask: false, filter: "" }, main.width)
      : (output?.content ?? null);
  const lines: Record<Exclude<DetailTab, "log" | "output">, () => Scrollable> = {
    overview: () => scrollable(entry === null ? [] : overview(entry, world, momentOf(world), main)),
    plan: () => scrollable(planContent(facts, world, main.width, layout.side === null ? "above" : "none")),
    diff: () => note(diff),
    findings: () => scrollable(findingLines(facts?.findings ?? [], main.width)),
    checks: () => scrollable(checkLines(facts?.checks ?? [], main.width)),
    calls: () => scrollable(callLines(facts, momentOf(world))),
  };
  return {
    layout,
    entry,
    tabs,
    tab,
    main,
    asked,
    growing,
    diff: tab === "diff" ? diffPage(ui, world, task, main) : null,
    output,
    content: tab === "log" || tab === "output" ? (growing ?? scrollable([])) : lines[tab](),
    side:
      layout.side === null || entry === null
        ? null
        : scrollable(overview(entry, world, momentOf(world), inside(layout.side), tab !== "output")),
  };
}
