import type { ModelName } from "../../domain/ids.ts";
import type { KeyPress } from "../keys/keys.ts";
import { keysOf } from "../keys/keys.ts";
import { inside, type Size } from "../layout/layout.ts";
import type { AskBoard } from "./ask-state.ts";
import { askLayout, shownLines } from "./ask-layout.ts";

/** What the person at an ask's screen looks at. */
export interface AskUi {
  readonly selected: number;
  /** The selected answer over the whole screen. */
  readonly zoom: boolean;
  /** First line of each answer that is shown; absent: its end while it grows, else its beginning. */
  readonly tops: Readonly<Record<number, number>>;
  /** Somebody wanted to leave while models are at work, and was asked. */
  readonly leaving: boolean;
}

export const initialAskUi: AskUi = { selected: 0, zoom: false, tops: {}, leaving: false };

export type AskCommand =
  | { readonly kind: "vote"; readonly model: ModelName }
  | { readonly kind: "say"; readonly text: string }
  /** What still runs is stopped. */
  | { readonly kind: "leave" };

export interface AskStep {
  readonly ui: AskUi;
  readonly send: readonly AskCommand[];
}

/** What a key does. Nothing is stopped by one key alone but ctrl+c. */
export function handleAskKey(ui: AskUi, board: AskBoard, size: Size, { name }: KeyPress): AskStep {
  return (name === null ? [] : keysOf(name)).reduce<AskStep>(
    (step, key) => {
      const next = pressOne(step.ui, board, size, key);
      return { ui: next.ui, send: [...step.send, ...next.send] };
    },
    { ui, send: [] },
  );
}

function pressOne(before: AskUi, board: AskBoard, size: Size, name: string): AskStep {
  const ui = { ...before, leaving: false };
  const { selected } = ui;
  const last = board.panels.length - 1;
  const select = (index: number): AskStep => stay({ ...ui, selected: (index + last + 1) % (last + 1) });
  switch (name) {
    case "ctrl+c":
      return { ui, send: [{ kind: "leave" }] };
    case "q":
      return leave(before, board);
    case "esc":
      return ui.zoom ? stay({ ...ui, zoom: false }) : leave(before, board);
    case "left":
    case "h":
    case "shift+tab":
      return select(selected - 1);
    case "right":
    case "l":
    case "tab":
      return select(selected + 1);
    case "enter":
      return stay({ ...ui, zoom: !ui.zoom });
    default:
      return /^[1-9]$/.test(name) ? vote(ui, board, Number(name) - 1) : stay(scrolled(ui, board, size, name));
  }
}

const stay = (ui: AskUi): AskStep => ({ ui, send: [] });

function leave(ui: AskUi, board: AskBoard): AskStep {
  if (ui.leaving || board.panels.every(({ durationMs }) => durationMs !== null))
    return { ui, send: [{ kind: "leave" }] };
  return stay({ ...ui, leaving: true });
}

function vote(ui: AskUi, board: AskBoard, index: number): AskStep {
  const panel = board.panels[index];
  if (panel === undefined || panel.model === null) return stay(ui);
  const selected = { ...ui, selected: index };
  if (panel.state === "answered") return { ui: selected, send: [{ kind: "vote", model: panel.model }] };
  return { ui: selected, send: [{ kind: "say", text: `${panel.model} has no answer to vote for` }] };
}

function scrolled(ui: AskUi, board: AskBoard, size: Size, name: string): AskUi {
  const panel = board.panels[ui.selected];
  const place = askLayout(size, board.panels.length, ui).panels.find(({ index }) => index === ui.selected);
  if (panel === undefined || place === undefined) return ui;
  const { width, height } = inside(place.at);
  const { top, rows, most } = shownLines(panel, ui.tops[ui.selected], width, height);
  const steps: Readonly<Record<string, number>> = {
    up: top - 1,
    k: top - 1,
    down: top + 1,
    j: top + 1,
    pageup: top - rows,
    "ctrl+u": top - rows,
    pagedown: top + rows,
    "ctrl+d": top + rows,
    space: top + rows,
    home: 0,
    g: 0,
    end: most,
    G: most,
  };
  const to = steps[name];
  if (to === undefined) return ui;
  const { [ui.selected]: _, ...others } = ui.tops;
  const follows = to >= most && panel.durationMs === null;
  return { ...ui, tops: follows ? others : { ...others, [ui.selected]: Math.min(most, Math.max(0, to)) } };
}
