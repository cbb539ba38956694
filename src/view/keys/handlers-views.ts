import type { TaskId } from "../../domain/ids.ts";
import type { TasksFocus } from "../layout/layout.ts";
import { firstToLookAt } from "../screen/end-page.ts";
import type { Movement } from "../layout/list-window.ts";
import { keepMarks } from "../screen/kept.ts";
import { detailPage, reviewPage, tasksPage } from "../screen/pages.ts";
import { listOf, reviewQuestion, focusedTask, type World, isEndShown } from "../screen/screen-model.ts";
import {
  closed,
  filtered,
  opened,
  sending,
  stay,
  topOverlay,
  type Step,
  type UiState,
  type ViewName,
} from "../screen/ui-state.ts";
import { editOf } from "../text/text-edit.ts";
import { changeStages } from "./handlers-stages.ts";
import type { ViewCommand } from "./commands.ts";
import {
  abort,
  again,
  approve,
  decide,
  reject,
  requestChanges,
  restart,
  retry,
  retryWith,
  rewind,
  undo,
} from "./handlers-decisions.ts";
import { answerMarked, mark, markKind, markRange } from "./handlers-batch.ts";
import { actionHandlers } from "./handlers-actions.ts";
import { askHandlers, backFromAsk } from "./handlers-asks.ts";
import { outputHandlers } from "./handlers-output.ts";
import { diffHandlers, shownDiff, type Handler } from "./handlers-diff.ts";
import { copyMenu } from "./copy-menu.ts";
import { choose, mouseSwitch, sortMenu } from "./menus.ts";
import { page } from "./handlers-pager.ts";
import { quit, stop } from "./handlers-run.ts";
import { move } from "./move.ts";

/** The neighbour of `now` in a list that goes round. */
function around<T>(list: readonly T[], now: T, by: 1 | -1): T {
  const at = list.indexOf(now);
  return list[(at + by + list.length) % list.length] ?? now;
}

const view =
  (name: ViewName): Handler =>
  (ui) =>
    stay({ ...ui, view: name, detail: null });
const moving =
  (movement: Movement): Handler =>
  (ui, world) =>
    stay(move(ui, world, movement));

const openTask = (ui: UiState, task: string | null): Step =>
  task === null ? stay(ui) : stay({ ...ui, detail: { task, tab: null, top: 0, anchor: null } });

const ofTask =
  (then: (ui: UiState, task: TaskId) => Step): Handler =>
  (ui, world) => {
    const task = focusedTask(ui, world);
    return task === null ? stay(ui) : then(ui, task);
  };

const focusBy =
  (by: 1 | -1): Handler =>
  (ui, world) => {
    const { layout } = tasksPage({ ...ui, tasks: { ...ui.tasks, zoom: false } }, world);
    const there: readonly TasksFocus[] = (["list", "preview", "events"] as const).filter(
      (name) => name === "list" || layout[name] !== null,
    );
    return stay({ ...ui, tasks: { ...ui.tasks, focus: around(there, ui.tasks.focus, by) } });
  };

const section =
  (by: 1 | -1): Handler =>
  (ui, world) => {
    const page = reviewPage(ui, world);
    return page === null
      ? stay(ui)
      : stay({ ...ui, review: { ...ui.review, section: around(page.sections, page.section, by), top: 0 } });
  };

const question =
  (by: 1 | -1): Handler =>
  (ui, world) => {
    const page = reviewPage(ui, world);
    const next = page?.open[page.index + by];
    return next === undefined
      ? stay(ui)
      : stay({ ...ui, review: { question: next.question.id, section: null, top: 0 } });
  };

const tab =
  (by: 1 | -1): Handler =>
  (ui, world) => {
    if (ui.detail === null) return stay(ui);
    const page = detailPage(ui, world, ui.detail.task);
    return stay({ ...ui, detail: { ...ui.detail, tab: around(page.tabs, page.tab, by), top: 0, anchor: null } });
  };

/** The task beside the opened one, in the order of the list; the list's cursor goes along. */
const neighbour =
  (by: 1 | -1): Handler =>
  (ui, world) => {
    if (ui.detail === null) return stay(ui);
    const list = listOf(ui, world);
    const at = (list.indexOf.get(ui.detail.task) ?? -by) + by;
    const next = list.entries[at];
    if (next === undefined) return stay(ui);
    const cursor = { ...ui.tasks.cursor, id: next.row.id, index: at };
    return stay({
      ...ui,
      tasks: { ...ui.tasks, cursor },
      detail: { ...ui.detail, task: next.row.id, top: 0, anchor: null },
    });
  };

/** Closes what lies on top, then the opened task, then the filter of the log, goes to the tasks, then zoom and filter there. */
function back(ui: UiState, world: World): Step {
  if (topOverlay(ui) !== null) return stay(closed(ui));
  if (ui.diff.find !== "" && shownDiff(ui, world) !== null) return stay(filtered(ui, "diff", ""));
  if (ui.detail !== null) return stay({ ...ui, detail: null });
  if (ui.view === "log" && ui.log.filter !== "") return stay(filtered(ui, "log", ""));
  const fromAsk = ui.view === "ask" ? backFromAsk(ui, world) : null;
  if (fromAsk !== null) return fromAsk;
  if (ui.view !== "tasks") return stay({ ...ui, view: "tasks" });
  if (ui.tasks.zoom) return stay({ ...ui, tasks: { ...ui.tasks, zoom: false } });
  if (ui.tasks.filter !== "") return stay({ ...ui, tasks: { ...ui.tasks, filter: "" } });
  if (!isEndShown(ui, world)) return stay(ui);
  return stay({ ...ui, tasks: { ...ui.tasks, endClosed: world.source.getSnapshot("run", "").run?.id ?? null } });
}

/** What nothing proves, or else what was done first, with its diff. */
function openFirst(ui: UiState, world: World): Step {
  const task = firstToLookAt(ui, world)?.row.id;
  return task === undefined ? stay(ui) : stay({ ...ui, detail: { task, tab: "diff", top: 0, anchor: null } });
}

/** Stops following where the window is, or follows the end again. */
function follow(ui: UiState, world: World): Step {
  return ui.log.anchor === null ? stay(move(ui, world, "up")) : stay({ ...ui, log: { ...ui.log, anchor: null } });
}

const filter =
  (of: "tasks" | "log"): Handler =>
  (ui) =>
    stay(opened(ui, { kind: "filter", of, edit: editOf(ui[of].filter), before: ui[of].filter }));

export const viewHandlers: Record<ViewCommand, Handler> = {
  ...actionHandlers,
  ...outputHandlers,
  ...askHandlers,
  ...diffHandlers,
  "marks.answer": answerMarked,
  "marks.kind": markKind,
  "marks.clear": (ui) => keepMarks(ui, []),
  "review.mark": mark,
  "tasks.mark": mark,
  "tasks.mark_range": markRange,
  "decide.approve": approve,
  "decide.always": (ui, world) => decide(ui, world, "allow_always"),
  "decide.reject": reject,
  "decide.changes": requestChanges,
  "decide.keep": (ui, world) => decide(ui, world, "keep"),
  "decide.restart": restart,
  "decide.done": (ui, world) => decide(ui, world, "done"),
  "decide.take_over": (ui, world) => decide(ui, world, "take_over"),
  "task.retry": retry,
  "task.retry_with": retryWith,
  "task.abort": abort,
  "task.rewind": rewind,
  "task.stages": changeStages,
  "task.note": ofTask((ui, task) => stay(opened(ui, { kind: "note", task, edit: editOf("") }))),
  "task.raise": ofTask((ui, task) => sending(ui, { kind: "prioritize", task, by: 1 })),
  "task.lower": ofTask((ui, task) => sending(ui, { kind: "prioritize", task, by: -1 })),
  "task.edit": ofTask((ui, task) => sending(ui, { kind: "edit_task", task })),
  "task.page": page,
  "task.shell": ofTask((ui, task) => sending(ui, { kind: "shell", task })),
  "task.again": again,
  "review.next_section": section(1),
  "review.last_section": section(-1),
  "review.next": question(1),
  "review.last": question(-1),
  "review.open": (ui, world) => openTask(ui, reviewQuestion(ui, world)?.question.task ?? null),
  "detail.next_tab": tab(1),
  "detail.last_tab": tab(-1),
  "detail.next": neighbour(1),
  "detail.last": neighbour(-1),
  "log.follow": follow,
  "log.warnings": (ui) => stay({ ...ui, log: { ...ui.log, anchor: null, warnings: !ui.log.warnings } }),
  "log.filter": filter("log"),
  "log.clear": (ui) => stay(filtered(ui, "log", "")),
  "list.down": moving("down"),
  "list.up": moving("up"),
  "list.page_down": moving("page_down"),
  "list.page_up": moving("page_up"),
  "list.half_down": moving("half_down"),
  "list.half_up": moving("half_up"),
  "list.top": moving("top"),
  "list.bottom": moving("bottom"),
  "tasks.open": (ui, world) => openTask(ui, focusedTask(ui, world)),
  "tasks.add": (ui) => stay(opened(ui, { kind: "add", edit: editOf("") })),
  "tasks.filter": filter("tasks"),
  "tasks.clear": choose((tasks) => ({ ...tasks, filter: "" })),
  "tasks.sort": sortMenu,
  "tasks.reverse": choose((tasks) => ({ ...tasks, reverse: !tasks.reverse })),
  "tasks.focus": focusBy(1),
  "tasks.focus_back": focusBy(-1),
  "tasks.zoom": (ui) => stay({ ...ui, tasks: { ...ui.tasks, zoom: !ui.tasks.zoom } }),
  undo,
  "run.resume_engine": (ui) => sending(ui, { kind: "start_engine" }),
  "view.tasks": view("tasks"),
  "view.models": view("models"),
  "view.review": view("review"),
  "view.ask": view("ask"),
  "view.stats": view("stats"),
  "view.log": view("log"),
  palette: (ui) => stay(opened(ui, { kind: "palette", edit: editOf(""), index: -1 })),
  help: (ui) => stay(opened(ui, { kind: "help", top: 0, edit: editOf(""), typing: false })),
  back,
  "end.open": openFirst,
  "run.pause": (ui) => sending(ui, { kind: "give", command: { kind: "pause" } }),
  "run.resume": (ui) => sending(ui, { kind: "give", command: { kind: "resume" } }),
  "run.stop": stop(false),
  "run.stop_now": stop(true),
  quit,
  copy: copyMenu,
  mouse: mouseSwitch,
  interrupt: stay,
  suspend: (ui) => sending(ui, { kind: "suspend" }),
  repaint: (ui) => sending(ui, { kind: "repaint" }),
};
