import type { z } from "zod";

import type { ActionSpec } from "./action.ts";
import { decideActions } from "./decide.ts";
import { keepActions } from "./keep.ts";
import { lookActions } from "./look.ts";
import { modelActions } from "./models.ts";
import { watchActions } from "./watch.ts";
import { workActions } from "./work.ts";

/**
 * Everything a person or a program can do or ask, once. Commands, help, manual, completions, the screen's list of commands and
 * each later door are made from it.
 */
export const actionTable = {
  ...workActions,
  ...watchActions,
  ...decideActions,
  ...lookActions,
  ...modelActions,
  ...keepActions,
} satisfies Record<string, ActionSpec>;

export type ActionName = keyof typeof actionTable;

/** What an action is told, checked. */
export type InputOf<N extends ActionName> = z.output<(typeof actionTable)[N]["input"]>;
