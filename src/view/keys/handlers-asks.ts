import type { ModelName } from "../../domain/ids.ts";
import { answersSize, askPage } from "../ask/ask-page.ts";
import { handleAskKey, initialAskUi } from "../ask/handle-ask-key.ts";
import type { Movement } from "../layout/list-window.ts";
import type { World } from "../screen/screen-model.ts";
import { opened, sending, stay, topOverlay, type Overlay, type Step, type UiState } from "../screen/ui-state.ts";
import { editOf } from "../text/text-edit.ts";
import type { ViewCommand } from "./commands.ts";
import type { Handler } from "./handlers-diff.ts";

/** What keys do in the view of asks: whom to ask, what was asked, and the answers side by side. */

const shownBoard = ({ source }: World) => source.getSnapshot("asks", "").shown?.board ?? null;

/** A key of the ask's own screen. */
function answersKey(ui: UiState, world: World, name: string): Step {
  const board = shownBoard(world);
  if (board === null) return stay(ui);
  const step = handleAskKey(ui.ask.ui, board, answersSize(world.size), { name, text: "" });
  const next: UiState = { ...ui, ask: { ...ui.ask, ui: step.ui } };
  const [sent] = step.send;
  if (sent?.kind === "vote") return sending(next, { kind: "vote_ask", model: sent.model });
  return stay(sent?.kind === "say" ? { ...next, hint: sent.text } : next);
}

const keyOf: Readonly<Partial<Record<Movement, string>>> = {
  up: "up",
  down: "down",
  page_up: "pageup",
  page_down: "pagedown",
  half_up: "ctrl+u",
  half_down: "ctrl+d",
  top: "home",
  bottom: "end",
};

/** Up and down: in the list, or in the answer that is looked at. */
export function moveAsk(ui: UiState, world: World, movement: Movement): UiState {
  if (shownBoard(world) !== null) return answersKey(ui, world, keyOf[movement] ?? "").ui;
  const { models, past, cursor } = askPage(ui, world);
  const last = Math.max(0, models.length + past.length - 1);
  const steps: Record<Movement, number> = {
    up: cursor - 1,
    down: cursor + 1,
    page_up: cursor - 10,
    page_down: cursor + 10,
    half_up: cursor - 5,
    half_down: cursor + 5,
    top: 0,
    bottom: last,
  };
  return { ...ui, ask: { ...ui.ask, cursor: Math.max(0, Math.min(last, steps[movement])) } };
}

const toggled = (names: readonly ModelName[], name: ModelName): readonly ModelName[] =>
  names.includes(name) ? names.filter((one) => one !== name) : [...names, name];

/** A mark on a model, or the answers of an earlier ask; in the answers, one of them over the whole view. */
export function chooseAsk(ui: UiState, world: World): Step {
  if (shownBoard(world) !== null) return answersKey(ui, world, "enter");
  const { models, past, cursor } = askPage(ui, world);
  const model = models[cursor];
  if (model !== undefined) return stay({ ...ui, ask: { ...ui.ask, turned: toggled(ui.ask.turned, model.name) } });
  const one = past[cursor - models.length];
  if (one === undefined) return stay(ui);
  return sending({ ...ui, ask: { ...ui.ask, ui: initialAskUi } }, { kind: "show_ask", ask: one.id });
}

function write(ui: UiState, world: World): Step {
  if (askPage(ui, world).asked.length === 0) return stay({ ...ui, hint: "mark whom to ask first: space on a model" });
  return stay(opened(ui, { kind: "prompt", of: { what: "ask" }, edit: editOf("") }));
}

const askTitle = "Ask them";

/** Says what it would cost before anything is sent. */
export function questionWritten(ui: UiState, world: World, text: string): Step {
  const models = askPage(ui, world).asked;
  const dialog = {
    kind: "confirm" as const,
    title: askTitle,
    lines: [text, "", "looking what it costs …"],
    buttons: [
      { label: "Not now", send: [] },
      { label: `Ask ${models.join(", ")}`.slice(0, 60), send: [{ kind: "start_ask" as const, text, models }] },
    ],
    index: 0,
    yes: 1,
  };
  return sending(opened(ui, dialog), { kind: "look_ask", text, models });
}

/** What it costs, for the dialog that waits for it. */
export function askTold(ui: UiState, text: string): Step {
  const overlay = topOverlay(ui);
  if (overlay?.kind !== "confirm" || overlay.title !== askTitle) return stay(ui);
  const lines = [...overlay.lines.slice(0, 2), ...text.split("\n")];
  return stay({ ...ui, overlays: [...ui.overlays.slice(0, -1), { ...overlay, lines }] });
}

/** Asks end with the screen. */
export const leaveAsks: Overlay = {
  kind: "confirm",
  title: "Models still answer",
  lines: ["What you asked ends with the screen; what has answered is kept."],
  buttons: [
    { label: "Stay", send: [] },
    { label: "Leave and stop them", send: [{ kind: "leave", run: "keep" }] },
  ],
  index: 0,
  yes: 1,
};

const stop = (ui: UiState): Step =>
  stay(
    opened(ui, {
      kind: "confirm",
      title: "Stop this ask",
      lines: ["What has answered stays; who is still at work is stopped, and what it cost counts."],
      buttons: [
        { label: "Let them answer", send: [] },
        { label: "Stop them", send: [{ kind: "stop_ask" }] },
      ],
      index: 0,
      yes: 1,
    }),
  );

const answers =
  (name: string): Handler =>
  (ui, world) =>
    answersKey(ui, world, name);

export const askHandlers = {
  "ask.choose": chooseAsk,
  "ask.write": write,
  "ask.next": answers("right"),
  "ask.last": answers("left"),
  "ask.vote": (ui, world) => answersKey(ui, world, String(ui.ask.ui.selected + 1)),
  "ask.stop": stop,
} satisfies Partial<Record<ViewCommand, Handler>>;

/** Esc in the answers: from one over the whole view to all, then to the list; the answers go on. Null: there are none. */
export function backFromAsk(ui: UiState, world: World): Step | null {
  if (shownBoard(world) === null) return null;
  if (ui.ask.ui.zoom) return stay({ ...ui, ask: { ...ui.ask, ui: { ...ui.ask.ui, zoom: false } } });
  return sending({ ...ui, ask: { ...ui.ask, ui: initialAskUi } }, { kind: "show_ask", ask: null });
}
