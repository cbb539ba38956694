import { createElement } from "react";

import { App } from "../../components/App.tsx";
import type { UiState } from "../view/screen/ui-state.ts";
import type { OwnKeys } from "../view/keys/command-spec.ts";
import { chooseTheme, type ThemeChoice } from "../view/text/theme.ts";
import { watchAttention } from "./attention.ts";
import { ScreenCommands, type CommandParts } from "./commands.ts";
import { MouseFeed } from "./mouse-feed.ts";
import { mountScreen, type ScreenExit, type MountedScreen } from "./mount.ts";
import type { ScreenTerminal } from "./screen-terminal.ts";
import { ScreenAsks, type AskDoor } from "./screen-asks.ts";
import { ScreenStore } from "./store.ts";
import type { StoreParts } from "./store-parts.ts";

export interface ScreenParts
  extends Omit<StoreParts, "motion" | "asks">, Omit<CommandParts, "ledger" | "clock" | "repository" | "asks"> {
  /** Where models are asked; absent: nobody can be. */
  readonly askDoor?: AskDoor;
  readonly terminal: ScreenTerminal;
  /** See MountParts. */
  readonly stockInk: boolean;
  readonly theme: ThemeChoice;
  /** Whether wheel and clicks come to the screen at first. */
  readonly mouse: boolean;
  /** Keys of the person's own. */
  readonly keys: OwnKeys;
  /** Whether a person wants title and bell of the terminal; asked when something waits. */
  readonly wantsBell: () => Promise<boolean>;
  /** Told that a person has seen all up to now: as it opens, and when they press a key. */
  readonly looked: () => void;
  /** Where it opens. */
  readonly initial?: Partial<UiState>;
}

const longestStray = 300;

/**
 * Shows the repository's run until the screen is left, and says how that came about. Then the terminal is as it was found, and what
 * is printed stands on its first screen.
 */
export async function openScreen(parts: ScreenParts): Promise<ScreenExit> {
  const asks = parts.askDoor === undefined ? undefined : new ScreenAsks(parts.askDoor, parts.clock, parts.theme.motion);
  const store = new ScreenStore({ ...parts, motion: parts.theme.motion, ...(asks === undefined ? {} : { asks }) });
  if (asks !== undefined) {
    asks.onChange = () => store.changed("asks");
    store.onNews((events) => {
      if (events.some(({ type }) => type === "ask.ended" || type === "ask.voted")) asks.pastChanged();
    });
  }
  const screen: { mounted: MountedScreen | null } = { mounted: null };
  const { send } = new ScreenCommands({ ...parts, asks }, store, () => screen.mounted);
  const theme = chooseTheme(parts.theme);
  await store.open();
  let ignore = (): void => {};
  const mouse = new MouseFeed();
  try {
    screen.mounted = mountScreen({
      terminal: parts.terminal,
      stockInk: parts.stockInk,
      app: (size) =>
        createElement(App, {
          source: store,
          send,
          size,
          theme,
          keys: parts.keys,
          mouse: mouse.subscribe,
          initial: { mouse: parts.mouse, ...parts.initial },
        }),
      onInput: () => {
        store.touch();
        parts.looked();
      },
      mouse: parts.mouse,
      onMouse: (event) => {
        store.touch();
        parts.looked();
        mouse.tell(event);
      },
      onStray: (text, stream) => {
        const said = text.trim().slice(0, longestStray);
        if (said !== "") store.notify(stream === "stderr" ? "error" : "info", said);
      },
    });
    ignore = watchAttention({
      source: store,
      clock: parts.clock,
      write: (text) => parts.terminal.frames.write(text),
      name: parts.repository.name,
      wanted: parts.wantsBell,
    });
    parts.looked();
    return await screen.mounted.left;
  } finally {
    ignore();
    await asks?.close();
    await store.close();
  }
}
