import type { CommandSpec } from "./command-spec.ts";
import { diffCommands } from "./diff-commands.ts";
import { overlayCommands } from "./overlay-commands.ts";
import { viewCommands } from "./view-commands.ts";

/**
 * The one registry of what a person can do. Keys, footer, help, palette and docs are made from it; nothing else knows a key.
 * A command is offered where its scope is active and its `when` holds.
 */
export const commands = { ...diffCommands, ...viewCommands, ...overlayCommands } satisfies Record<string, CommandSpec>;

export type CommandId = keyof typeof commands;
export type ViewCommand = keyof typeof viewCommands | keyof typeof diffCommands;
export type OverlayCommand = keyof typeof overlayCommands;
