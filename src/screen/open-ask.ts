import { createElement } from "react";

import { AskScreen } from "../../components/ask/AskScreen.tsx";
import type { ModelName } from "../domain/ids.ts";
import type { AskCommand } from "../view/ask/handle-ask-key.ts";
import { chooseTheme, type ThemeChoice } from "../view/text/theme.ts";
import type { AskStore } from "./ask-store.ts";
import { mountScreen, type ScreenExit, type MountedScreen } from "./mount.ts";
import type { ScreenTerminal } from "./screen-terminal.ts";

export interface AskScreenParts {
  readonly store: AskStore;
  readonly terminal: ScreenTerminal;
  /** See MountParts. */
  readonly stockInk: boolean;
  readonly theme: ThemeChoice;
  /** Keeps a vote; the answer is what is said of it. */
  readonly vote: (model: ModelName) => Promise<string>;
}

const longestStray = 300;

/** Shows an ask until the screen is left, and says how that came about. */
export async function openAsk({ store, terminal, stockInk, theme, vote }: AskScreenParts): Promise<ScreenExit> {
  const screen: { mounted: MountedScreen | null } = { mounted: null };
  const send = (command: AskCommand): void => {
    switch (command.kind) {
      case "leave":
        return screen.mounted?.leave();
      case "say":
        return store.say(command.text);
      case "vote":
        return void vote(command.model).then(
          (said) => store.say(said),
          (error: unknown) => store.say(error instanceof Error ? error.message : String(error)),
        );
    }
  };
  const chosen = chooseTheme(theme);
  try {
    screen.mounted = mountScreen({
      terminal,
      stockInk,
      app: (size) => createElement(AskScreen, { source: store, send, size, theme: chosen }),
      onInput: () => undefined,
      mouse: false,
      onMouse: () => undefined,
      onStray: (text) => {
        const said = text.trim().slice(0, longestStray);
        if (said !== "") store.say(said);
      },
    });
    return await screen.mounted.left;
  } finally {
    store.close();
  }
}
