import { clamp } from "../layout/list-window.ts";
import { draftOf, keepDraft, keepMarks, marksOf } from "../screen/kept.ts";
import { keyContext, focusedQuestion, viewPlace, type World } from "../screen/screen-model.ts";
import type { Draft } from "../screen/screen-source.ts";
import type { ScreenCommand } from "../screen/screen-command.ts";
import {
  cancelled,
  changeRequestText,
  closed,
  filtered,
  opened,
  sending,
  put,
  stay,
  topOverlay,
  type Choice,
  type Overlay,
  type Step,
  type UiState,
} from "../screen/ui-state.ts";
import { fuzzyScore } from "../tasks/task-filter.ts";
import { edited, editOf, inserted, vertical, type TextEdit, type TextMove } from "../text/text-edit.ts";
import type { CommandId, OverlayCommand, ViewCommand } from "./commands.ts";
import { askTold } from "./handlers-asks.ts";
import { acceptPrompt, landingTold, reportTold } from "./handlers-actions.ts";
import { answer, openNextQuestion } from "./handlers-decisions.ts";
import { sought } from "./handlers-diff.ts";
import { ownPager, scrollDialog, scrollHelp, type OverlayHandler } from "./handlers-scroll.ts";
import { viewHandlers } from "./handlers-views.ts";
import { choose } from "./menus.ts";
import { paletteCommands } from "./palette.ts";

/** Text columns of the editor: the whole width without its border. */
export const editorColumns = (columns: number): number => Math.max(10, columns - 4);

const isText = (overlay: Overlay): overlay is Extract<Overlay, { readonly edit: TextEdit }> => "edit" in overlay;

/** The overlay with another text, and what follows from it: a live filter, a kept draft, a list from its start. */
function withEdit(ui: UiState, world: World, overlay: Overlay, edit: TextEdit): Step {
  if (!isText(overlay)) return stay(ui);
  if (overlay.kind === "palette" || overlay.kind === "picker") {
    const first = overlay.kind === "palette" && edit.text.trim() === "" ? -1 : 0;
    return stay(put(ui, { ...overlay, edit, index: edit.text === overlay.edit.text ? overlay.index : first }));
  }
  if (overlay.kind === "help") return stay(put(ui, { ...overlay, edit, top: 0 }));
  const next = put(ui, { ...overlay, edit });
  if (edit.text === overlay.edit.text) return stay(next);
  if (overlay.kind === "filter") {
    const narrowed = filtered(next, overlay.of, edit.text);
    return stay(overlay.of === "diff" ? sought(narrowed, world) : narrowed);
  }
  if (overlay.kind !== "changes") return stay(next);
  return keepDraft(next, overlay.question, { ...draftOf(ui, world, overlay.question), text: edit.text });
}

/** Typed or pasted text for what has the keys; null: nothing there takes text. */
export function typed(ui: UiState, world: World, text: string): Step | null {
  const overlay = topOverlay(ui);
  if (overlay === null || !isText(overlay) || (overlay.kind === "help" && !overlay.typing)) return null;
  return withEdit(ui, world, overlay, inserted(overlay.edit, text, overlay.kind === "changes"));
}

const text =
  (move: TextMove): OverlayHandler =>
  (ui, world, overlay) =>
    isText(overlay) ? withEdit(ui, world, overlay, edited(overlay.edit, move)) : stay(ui);

const line =
  (direction: 1 | -1): OverlayHandler =>
  (ui, world, overlay) =>
    isText(overlay)
      ? withEdit(ui, world, overlay, vertical(overlay.edit, direction, editorColumns(world.size.columns)))
      : stay(ui);

/** Needs words or comments; then the next question opens. The draft is kept: a request that is taken back is as it was. */
const sendChanges: OverlayHandler = (ui, world, overlay) => {
  if (overlay.kind !== "changes") return stay(ui);
  const draft: Draft = { ...draftOf(ui, world, overlay.question), text: overlay.edit.text };
  const request = changeRequestText(draft);
  const open = focusedQuestion(ui, world);
  if (request === "") return stay({ ...ui, hint: "say what should change, or press esc" });
  if (open?.question.id !== overlay.question)
    return stay({ ...closed(ui), hint: "the question was answered elsewhere; your draft is kept" });
  return sending(openNextQuestion(closed(ui), world, overlay.question), answer(open, "request_changes", request));
};

const outside: OverlayHandler = (ui, _world, overlay) =>
  overlay.kind === "changes" ? sending(ui, { kind: "edit_outside", text: overlay.edit.text }) : stay(ui);

/** What came back for a command that tells something. */
export function answeredOutside(ui: UiState, world: World, command: ScreenCommand, text: string): Step {
  if (command.kind === "look_ask") return askTold(ui, text);
  if (command.kind === "look_landing") return landingTold(ui, text);
  if (command.kind === "page") return ownPager(ui, command.title, text);
  return command.kind === "report" ? reportTold(ui, text) : writtenOutside(ui, world, text);
}

/** The text that came back from the person's own editor. */
export function writtenOutside(ui: UiState, world: World, written: string): Step {
  const overlay = topOverlay(ui);
  return overlay?.kind === "changes"
    ? withEdit(ui, world, overlay, inserted(editOf(""), written.trimEnd(), true))
    : stay(ui);
}

const acceptLine: OverlayHandler = (ui, world, overlay) => {
  if (overlay.kind === "help") return stay(put(ui, { ...overlay, typing: false }));
  if (overlay.kind === "prompt") return acceptPrompt(ui, world, overlay);
  if (overlay.kind === "filter") return stay(closed(ui));
  if (overlay.kind === "reason") {
    const reason = overlay.edit.text.trim();
    const open = focusedQuestion(ui, world);
    if (open?.question.id !== overlay.question)
      return stay({ ...closed(ui), hint: "the question was answered elsewhere" });
    return sending(
      openNextQuestion(closed(ui), world, overlay.question),
      answer(open, overlay.action, reason === "" ? null : reason),
    );
  }
  if (overlay.kind === "note" || overlay.kind === "add") {
    const said = overlay.edit.text.trim();
    if (said === "") return stay({ ...ui, hint: "say it in words, or press esc" });
    return sending(
      closed(ui),
      overlay.kind === "add" ? { kind: "add_task", goal: said } : { kind: "note_task", task: overlay.task, text: said },
    );
  }
  if (overlay.kind !== "comment") return stay(ui);
  const draft = draftOf(ui, world, overlay.question);
  const { file, line: at, side } = overlay.place;
  const others = draft.comments.filter((each) => each.file !== file || each.line !== at || each.side !== side);
  const words = overlay.edit.text.trim();
  const comments = words === "" ? others : [...others, { ...overlay.place, text: words }];
  return keepDraft(closed(ui), overlay.question, { ...draft, comments });
};

const mostRecent = 5;

/** The choices of a picker that fit what was typed. */
export const pickerChoices = (overlay: Extract<Overlay, { kind: "picker" }>): readonly Choice[] =>
  overlay.choices.filter(
    ({ label, note }) => fuzzyScore(`${label} ${note}`.toLowerCase(), overlay.edit.text.toLowerCase()) !== null,
  );

const chosenCommand = (ui: UiState, world: World, query: string, index: number): CommandId | null =>
  paletteCommands(keyContext(ui, world, viewPlace(ui)), query, ui.recent)[index]?.id ?? null;

const isViewCommand = (id: CommandId): id is ViewCommand => Object.hasOwn(viewHandlers, id);

const accept: OverlayHandler = (ui, world, overlay) => {
  if (overlay.kind === "palette") {
    if (overlay.index < 0) return stay({ ...ui, hint: "type a few letters of a command, or move to one" });
    const id = chosenCommand(ui, world, overlay.edit.text, overlay.index);
    if (id === null || !isViewCommand(id)) return stay(ui);
    const recent = [id, ...ui.recent.filter((other) => other !== id)].slice(0, mostRecent);
    return viewHandlers[id]({ ...closed(ui), recent }, world);
  }
  if (overlay.kind !== "picker") return stay(ui);
  const choice = pickerChoices(overlay)[overlay.index];
  if (choice === undefined) return stay(ui);
  const { sort } = choice;
  if (sort !== undefined) return choose((tasks) => ({ ...tasks, sort, reverse: false }))(closed(ui), world);
  if (choice.asks !== undefined) return stay(opened(closed(ui), { kind: "prompt", of: choice.asks, edit: editOf("") }));
  return pressed(ui, world, choice.send);
};

/** Sends what a button or a choice stands for; answers among it lead on to the next question. */
function pressed(ui: UiState, world: World, send: Step["send"]): Step {
  const answers = send.filter((command) => command.kind === "answer");
  if (answers.length === 0) return sending(closed(ui), ...send);
  const answered = new Set(answers.map(({ task }) => task));
  const marks = marksOf(ui, world);
  const left = marks.filter((task) => !answered.has(task));
  const unmarked = left.length === marks.length ? stay(closed(ui)) : keepMarks(closed(ui), left);
  const next = openNextQuestion(unmarked.ui, world, ...answers.map(({ question }) => question));
  return sending(next, ...send, ...unmarked.send);
}

const chooseBy =
  (by: 1 | -1): OverlayHandler =>
  (ui, world, overlay) => {
    if (overlay.kind !== "palette" && overlay.kind !== "picker") return stay(ui);
    const count =
      overlay.kind === "picker"
        ? pickerChoices(overlay).length
        : paletteCommands(keyContext(ui, world, viewPlace(ui)), overlay.edit.text).length;
    return stay(put(ui, { ...overlay, index: clamp(overlay.index + by, 0, Math.max(0, count - 1)) }));
  };

const button =
  (at: (overlay: Extract<Overlay, { kind: "confirm" }>) => number): OverlayHandler =>
  (ui, world, overlay) =>
    overlay.kind === "confirm" ? pressed(ui, world, overlay.buttons[at(overlay)]?.send ?? []) : stay(ui);

const otherButton =
  (by: 1 | -1): OverlayHandler =>
  (ui, _world, overlay) => {
    if (overlay.kind !== "confirm") return stay(ui);
    const count = overlay.buttons.length;
    return stay(put(ui, { ...overlay, index: (overlay.index + by + count) % count }));
  };

const close: OverlayHandler = (ui, _world, overlay) =>
  overlay.kind === "help" && (overlay.typing || overlay.edit.text !== "")
    ? stay(put(ui, { ...overlay, edit: editOf(""), typing: false, top: 0 }))
    : stay(cancelled(ui));

const find: OverlayHandler = (ui, _world, overlay) =>
  overlay.kind === "help" ? stay(put(ui, { ...overlay, typing: true })) : stay(ui);

export const overlayHandlers: Record<OverlayCommand, OverlayHandler> = {
  "editor.send": sendChanges,
  "editor.newline": (ui, world) => typed(ui, world, "\n") ?? stay(ui),
  "editor.up": line(-1),
  "editor.down": line(1),
  "editor.outside": outside,
  "editor.close": close,
  "line.accept": acceptLine,
  "line.close": close,
  "choices.accept": accept,
  "choices.down": chooseBy(1),
  "choices.up": chooseBy(-1),
  "choices.close": close,
  "text.left": text("left"),
  "text.right": text("right"),
  "text.word_left": text("word_left"),
  "text.word_right": text("word_right"),
  "text.home": text("home"),
  "text.end": text("end"),
  "text.backspace": text("backspace"),
  "text.delete": text("delete"),
  "text.kill_word": text("kill_word"),
  "text.kill_word_after": text("kill_word_after"),
  "text.kill_start": text("kill_start"),
  "text.kill_end": text("kill_end"),
  "text.yank": text("yank"),
  "confirm.yes": button(({ yes }) => yes),
  "confirm.no": close,
  "confirm.next": otherButton(1),
  "confirm.last": otherButton(-1),
  "confirm.page_down": scrollDialog((top, rows) => top + rows),
  "confirm.page_up": scrollDialog((top, rows) => top - rows),
  "confirm.accept": button(({ index }) => index),
  "help.down": scrollHelp((top) => top + 1),
  "help.up": scrollHelp((top) => top - 1),
  "help.page_down": scrollHelp((top, height) => top + height),
  "help.page_up": scrollHelp((top, height) => top - height),
  "help.top": scrollHelp(() => 0),
  "help.bottom": scrollHelp(() => Number.POSITIVE_INFINITY),
  "help.find": find,
  "help.close": close,
};
