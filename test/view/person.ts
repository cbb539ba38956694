import { tasksPage } from "../../src/view/screen/pages.ts";
import { handleKey } from "../../src/view/keys/handle-key.ts";
import type { ScreenCommand } from "../../src/view/screen/screen-command.ts";
import { selectedEntry, type World } from "../../src/view/screen/screen-model.ts";
import { initialUi, topOverlay, type UiState } from "../../src/view/screen/ui-state.ts";
import { storySource, type FixedSource } from "./story.ts";

const named = new Set([
  "enter",
  "esc",
  "up",
  "down",
  "left",
  "right",
  "tab",
  "shift+tab",
  "space",
  "backspace",
  "delete",
  "home",
  "end",
  "pagedown",
  "pageup",
]);

/** A person at the keys of a screen without a screen. */
export class Person {
  ui: UiState;
  sent: ScreenCommand[] = [];
  readonly world: World;

  constructor(source: FixedSource, ui: Partial<UiState> = {}, size = { columns: 140, rows: 45 }) {
    this.ui = { ...initialUi, ...ui };
    this.world = { size, source, motion: false };
  }

  press(...keys: readonly string[]): this {
    for (const name of keys) {
      const isText = !named.has(name) && !name.includes("+");
      const step = handleKey(this.ui, this.world, { name, text: name === "space" ? " " : isText ? name : "" });
      this.ui = step.ui;
      this.sent.push(...step.send);
    }
    return this;
  }

  type(text: string): this {
    return this.press(...text.split("").map((letter) => (letter === " " ? "space" : letter)));
  }

  get selected(): string | null {
    return selectedEntry(this.ui, tasksPage(this.ui, this.world).list)?.row.id ?? null;
  }

  get overlay(): string | null {
    return topOverlay(this.ui)?.kind ?? null;
  }
}

export const person = (ui: Partial<UiState> = {}, source = storySource()): Person => new Person(source, ui);
export const inReview = (source = storySource()): Person => new Person(source, { view: "review" });
