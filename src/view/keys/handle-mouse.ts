import type { TaskId } from "../../domain/ids.ts";
import { askLayout } from "../ask/ask-layout.ts";
import { answersSize, askPage, lower } from "../ask/ask-page.ts";
import { anchored } from "../layout/scrollable.ts";
import { frameOf, inside, tooSmall, type Rect } from "../layout/layout.ts";
import { paletteLayout } from "../layout/view-layouts.ts";
import { movedPlace } from "../review/diff-place.ts";
import { sectionTitle } from "../review/review-queue.ts";
import { confirmPage } from "../screen/confirm-page.ts";
import { shownFiles, withPlace, type DiffPage } from "../screen/diff-page.ts";
import { tabCounts, tabsLine } from "../screen/header-lines.ts";
import { detailPage, modelsPage, queueTop, reviewPage, tasksPage, type ReviewPage } from "../screen/pages.ts";
import { keyContext, placeOf, viewPlace, type World } from "../screen/screen-model.ts";
import { detailTabsLine, sectionsLine, wordAt } from "../screen/tab-lines.ts";
import { stay, topOverlay, type Overlay, type Step, type UiState } from "../screen/ui-state.ts";
import { tabTitle } from "../tasks/task-detail.ts";
import { sortAt, taskColumns } from "../tasks/task-row.ts";
import { handleKey } from "./handle-key.ts";
import { chooseAsk } from "./handlers-asks.ts";
import { shownDiff, toLine } from "./handlers-diff.ts";
import { turnedResult } from "./handlers-output.ts";
import { pickerChoices } from "./handlers-overlays.ts";
import { choose } from "./menus.ts";
import type { MouseReport } from "./mouse-report.ts";
import { move } from "./move.ts";
import { footerPlaces, paletteCommands } from "./palette.ts";

/** What wheel and clicks do: nothing that no key does. A click selects, a click on what is selected opens. */

/** Rows of a notch of the wheel. */
const notchRows = 3;

type Point = Pick<MouseReport, "x" | "y">;

const within = ({ x, y }: Point, at: Rect): boolean =>
  x >= at.x && x < at.x + at.width && y >= at.y && y < at.y + at.height;

const pressed = (ui: UiState, world: World, name: string): Step => handleKey(ui, world, { name, text: "" });

export function handleMouse(ui: UiState, world: World, report: MouseReport): Step {
  if (tooSmall(world.size) || !ui.mouse) return stay(ui);
  const calm: UiState = ui.armed || ui.hint !== null ? { ...ui, armed: false, hint: null } : ui;
  const overlay = topOverlay(calm);
  const { tabs, footer } = frameOf(world.size);
  if (report.kind === "press" && report.y === footer.y) return onFooter(calm, world, report);
  if (overlay !== null)
    return report.kind === "wheel" ? turned(calm, world, report) : onOverlay(calm, world, overlay, report);
  if (report.kind === "wheel") return stay(scrolled(calm, world, report));
  return report.y === tabs.y ? onTabs(calm, world, report) : onView(calm, world, report);
}

/** A command of the footer, as by its key. */
function onFooter(ui: UiState, world: World, { x }: Point): Step {
  const { footer } = frameOf(world.size);
  const places = footerPlaces(keyContext(ui, world, placeOf(ui)), footer.width);
  const key = places.find(({ from, to }) => x >= from && x < to)?.command.keys[0];
  return key === undefined ? stay(ui) : pressed(ui, world, key);
}

/** The wheel over what lies over the view. */
function turned(ui: UiState, world: World, { by }: MouseReport): Step {
  let step = stay(ui);
  for (let row = 0; row < notchRows; row += 1) step = pressed(step.ui, world, by > 0 ? "down" : "up");
  return step;
}

function onOverlay(ui: UiState, world: World, overlay: Overlay, at: Point): Step {
  if (overlay.kind === "confirm") {
    const index = confirmPage(world.size, overlay).buttons.findIndex((button) => within(at, button));
    return index < 0 ? stay(ui) : pressed(withTop(ui, { ...overlay, index }), world, "enter");
  }
  if (overlay.kind !== "palette" && overlay.kind !== "picker") return stay(ui);
  const count =
    overlay.kind === "picker"
      ? pickerChoices(overlay).length
      : paletteCommands(keyContext(ui, world, viewPlace(ui)), overlay.edit.text, ui.recent).length;
  const { rows, top } = paletteLayout(world.size, count, overlay.index);
  const index = top + at.y - rows.y;
  if (!within(at, rows) || index >= count) return stay(ui);
  return index === overlay.index ? pressed(ui, world, "enter") : stay(withTop(ui, { ...overlay, index }));
}

const withTop = (ui: UiState, overlay: Overlay): UiState => ({
  ...ui,
  overlays: [...ui.overlays.slice(0, -1), overlay],
});

/** Scrolls what is under the pointer: the rows move, and the cursor stays where it is on the screen. */
function scrolled(ui: UiState, world: World, { by, x, y }: MouseReport): UiState {
  const movement = by > 0 ? "down" : "up";
  const beside = scrolledBeside(ui, world, { x, y }, by);
  if (beside !== null) return beside;
  const diff = shownDiff(ui, world);
  if (diff !== null) {
    let place = diff.place;
    for (let row = 0; row < notchRows; row += 1) place = movedPlace(diff.body, place, movement, diff.main.height);
    return withPlace(ui, diff, { ...place, row: diff.selected });
  }
  if (ui.detail === null && ui.view === "tasks") {
    const { layout, list, window } = tasksPage(ui, world);
    const under = (["preview", "events"] as const).find((name) => {
      const panel = layout[name];
      return panel !== null && within({ x, y }, panel);
    });
    if (under !== undefined) {
      const focused = { ...ui, tasks: { ...ui.tasks, focus: under } };
      const moved = byNotch(focused, world, movement);
      return { ...moved, tasks: { ...moved.tasks, focus: ui.tasks.focus } };
    }
    const index = Math.max(0, Math.min(list.entries.length - 1, window.selected + by * notchRows));
    const id = list.entries[index]?.row.id ?? null;
    return { ...ui, tasks: { ...ui.tasks, cursor: { id, index, row: window.selected - window.top }, previewTop: 0 } };
  }
  return byNotch(ui, world, movement);
}

function byNotch(ui: UiState, world: World, movement: "up" | "down"): UiState {
  let moved = ui;
  for (let row = 0; row < notchRows; row += 1) moved = move(moved, world, movement);
  return moved;
}

function onTabs(ui: UiState, world: World, { x }: Point): Step {
  const { tabs } = frameOf(world.size);
  if (ui.detail !== null) {
    const page = detailPage(ui, world, ui.detail.task);
    const word = wordAt(detailTabsLine(page, tabs.width), x);
    const tab = page.tabs.find((name) => tabTitle[name] === word);
    return tab === undefined ? stay(ui) : stay({ ...ui, detail: { ...ui.detail, tab, top: 0, anchor: null } });
  }
  const { source } = world;
  const word = wordAt(tabsLine(ui.view, tabCounts(source), source.getSnapshot("run", ""), tabs.width, world.keys), x);
  const view = (["tasks", "models", "review", "ask", "stats", "log"] as const).find((name) =>
    word.toLowerCase().split(" ").includes(name),
  );
  return view === undefined ? stay(ui) : stay({ ...ui, view });
}

function onView(ui: UiState, world: World, at: Point): Step {
  const diff = shownDiff(ui, world);
  if (diff !== null && within(at, diff.main)) {
    const row = at.y - diff.main.y;
    const there = diff.rows[row];
    return there === undefined ? stay(ui) : stay(withPlace(ui, diff, { ...there, row }));
  }
  if (ui.detail !== null) return onOutput(ui, world, ui.detail.task, at);
  if (ui.view === "ask") return onAsk(ui, world, at);
  if (ui.view === "tasks") return onTasks(ui, world, at);
  if (ui.view === "review") return onReview(ui, world, at);
  if (ui.view !== "models") return stay(ui);
  const { models, rows, window } = modelsPage(ui, world);
  const index = window.top + at.y - rows.y;
  const model = models[index];
  if (!within(at, rows) || model === undefined) return stay(ui);
  return stay({ ...ui, models: { cursor: { id: model.name, index, row: at.y - rows.y } } });
}

function onTasks(ui: UiState, world: World, at: Point): Step {
  const { layout, list, rows, window } = tasksPage(ui, world);
  if (within(at, { ...rows, y: rows.y - 1, height: 1 }) && list.entries.length > 0) {
    const sort = sortAt(taskColumns(rows.width, list), at.x - rows.x);
    if (sort === null) return stay(ui);
    return choose((tasks) => ({ ...tasks, sort, reverse: tasks.sort === sort && !tasks.reverse }))(ui, world);
  }
  const index = window.top + at.y - rows.y;
  const entry = list.entries[index];
  if (within(at, rows) && entry !== undefined) {
    const focused: UiState = { ...ui, tasks: { ...ui.tasks, focus: "list" } };
    if (index === window.selected)
      return stay({ ...focused, detail: { task: entry.row.id, tab: null, top: 0, anchor: null } });
    const cursor = { id: entry.row.id, index, row: at.y - rows.y };
    return stay({ ...focused, tasks: { ...focused.tasks, cursor, previewTop: 0 } });
  }
  const focus = (["preview", "events"] as const).find((name) => {
    const panel = layout[name];
    return panel !== null && within(at, panel);
  });
  return focus === undefined ? stay(ui) : stay({ ...ui, tasks: { ...ui.tasks, focus } });
}

function onReview(ui: UiState, world: World, at: Point): Step {
  const page = reviewPage(ui, world);
  if (page === null) return stay(ui);
  const { sections, queue, side } = page.layout;
  const files = side === null ? null : inside(side);
  if (files !== null && page.diff !== null && within(at, files)) {
    const { top, rows } = shownFiles(page.diff, files.height);
    return at.y - files.y < rows ? stay(toFile(ui, page.diff, top + at.y - files.y)) : stay(ui);
  }
  if (within(at, sections)) {
    const word = wordAt(sectionsLine(page, sections.width, world.keys), at.x - sections.x);
    const section = page.sections.find((name) => word.split(" ")[0] === sectionTitle[name].split(" ")[0]);
    return section === undefined ? stay(ui) : stay({ ...ui, review: { ...ui.review, section, top: 0 } });
  }
  const rows = queue === null ? null : inside(queue);
  if (rows === null || !within(at, rows)) return stay(ui);
  const index = queueTop(page, rows.height) + at.y - rows.y;
  const open = page.open[index];
  if (open === undefined) return stay(ui);
  const { task } = open.question;
  if (index === page.index) return stay({ ...ui, detail: { task, tab: null, top: 0, anchor: null } });
  return stay(toQuestion(ui, page, index));
}

function toQuestion(ui: UiState, { open }: ReviewPage, index: number): UiState {
  const id = open[index]?.question.id;
  return id === undefined ? ui : { ...ui, review: { question: id, section: null, top: 0 } };
}

function toFile(ui: UiState, page: DiffPage, index: number): UiState {
  const file = page.diff.files[index];
  return file === undefined ? ui : toLine(ui, page, file.at);
}

/** The wheel over a list that stands beside what it is about: its next entry. Null: it is over none. */
function scrolledBeside(ui: UiState, world: World, at: Point, by: 1 | -1): UiState | null {
  if (ui.detail !== null) return null;
  if (ui.view === "ask") {
    const index = answerUnder(ui, world, at);
    if (index === null) return null;
    const { selected } = ui.ask.ui;
    const moved = byNotch(withAnswer(ui, index), world, by > 0 ? "down" : "up");
    return withAnswer(moved, selected);
  }
  const page = ui.view === "review" ? reviewPage(ui, world) : null;
  if (page === null) return null;
  const { queue, side } = page.layout;
  if (queue !== null && within(at, queue)) return toQuestion(ui, page, page.index + by);
  if (side === null || page.diff === null || !within(at, side)) return null;
  return toFile(ui, page.diff, shownFiles(page.diff, side.height).here + by);
}

const withAnswer = (ui: UiState, selected: number): UiState => ({
  ...ui,
  ask: { ...ui.ask, ui: { ...ui.ask.ui, selected } },
});

/** Which of the answers side by side is under the pointer. */
function answerUnder(ui: UiState, { source, size }: World, at: Point): number | null {
  const board = source.getSnapshot("asks", "").shown?.board;
  if (board === undefined) return null;
  const { panels } = askLayout(answersSize(size), board.panels.length, ui.ask.ui);
  return panels.find((panel) => within(at, lower(panel.at)))?.index ?? null;
}

function onAsk(ui: UiState, world: World, at: Point): Step {
  if (world.source.getSnapshot("asks", "").shown !== null) {
    const index = answerUnder(ui, world, at);
    if (index === null) return stay(ui);
    return index === ui.ask.ui.selected ? chooseAsk(ui, world) : stay(withAnswer(ui, index));
  }
  const page = askPage(ui, world);
  const rows = inside(page.at);
  if (!within(at, rows)) return stay(ui);
  // A title above the models, an empty line and one above what was asked.
  const line = page.top + at.y - rows.y;
  const count = page.models.length;
  const index = line <= count ? line - 1 : line - 3;
  if (index < 0 || (line > count && index < count) || index >= count + page.past.length) return stay(ui);
  return index === page.cursor ? chooseAsk(ui, world) : stay({ ...ui, ask: { ...ui.ask, cursor: index } });
}

/** A click on a result of what an agent did unfolds it. */
function onOutput(ui: UiState, world: World, task: TaskId, at: Point): Step {
  const { output, main } = detailPage(ui, world, task);
  if (output === null || !within(at, main)) return stay(ui);
  const { top } = anchored(output.rows, ui.detail?.anchor ?? null, main.height);
  const row = top + at.y - main.y;
  const fold = row < output.rows.count ? output.rows.foldAt(row) : null;
  return fold === null ? stay(ui) : stay(turnedResult(ui, fold));
}
