import { keyContext, placeOf, type World } from "../screen/screen-model.ts";
import { cancelled, sending, stay, topOverlay, type Step, type UiState } from "../screen/ui-state.ts";
import type { CommandId, OverlayCommand, ViewCommand } from "./commands.ts";
import { overlayHandlers, typed } from "./handlers-overlays.ts";
import { viewHandlers } from "./handlers-views.ts";
import { commandFor, keysOf, withoutCommand, type KeyPress } from "./keys.ts";

const isViewCommand = (id: CommandId): id is ViewCommand => Object.hasOwn(viewHandlers, id);
const isOverlayCommand = (id: CommandId): id is OverlayCommand => Object.hasOwn(overlayHandlers, id);

/** From a key to the next state: the whole behaviour of the screen, without a screen. */
export function handleKey(ui: UiState, world: World, key: KeyPress): Step {
  const context = keyContext(ui, world, placeOf(ui));
  const whole = key.name === null ? null : commandFor(key.name, context);
  if (whole === "interrupt") return interrupt(ui);
  const calm: UiState = ui.armed || ui.hint !== null ? { ...ui, armed: false, hint: null } : ui;
  if (whole !== null) return perform(calm, world, whole);
  const taken = key.text === "" ? null : typed(calm, world, key.text);
  if (taken !== null) return taken;
  if (key.name === null) return stay(calm);
  const keys = keysOf(key.name);
  const [only] = keys;
  if (keys.length > 1 || only === undefined) return pressAll(calm, world, keys);
  return stay({ ...calm, hint: withoutCommand(only, context) });
}

/** Keys that came in one read. */
function pressAll(ui: UiState, world: World, keys: readonly string[]): Step {
  let step = stay(ui);
  for (const name of keys) {
    const next = handleKey(step.ui, world, { name, text: name });
    step = { ui: next.ui, send: [...step.send, ...next.send] };
  }
  return step;
}

function perform(ui: UiState, world: World, id: CommandId): Step {
  const overlay = topOverlay(ui);
  if (isOverlayCommand(id)) return overlay === null ? stay(ui) : overlayHandlers[id](ui, world, overlay);
  return isViewCommand(id) ? viewHandlers[id](ui, world) : stay(ui);
}

/** Once: closes what lies on top, or says what a second one does. Twice: leaves, and the engine works on. */
function interrupt(ui: UiState): Step {
  if (topOverlay(ui) !== null) return stay(cancelled(ui));
  if (ui.armed) return sending(ui, { kind: "leave", run: "keep" });
  return stay({ ...ui, armed: true, hint: "press ctrl+c again to leave; the run goes on without this screen" });
}

/** Text that was pasted as such. */
export const paste = (ui: UiState, world: World, text: string): Step =>
  typed(ui, world, text) ?? stay({ ...ui, hint: "nothing here takes pasted text" });
