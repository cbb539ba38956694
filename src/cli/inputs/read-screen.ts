import { existsSync, statSync } from "node:fs";
import { join } from "node:path";

import { locateSettings } from "../../backlog/locate-settings.ts";
import { usualScreen, type OwnTheme, type ScreenSettings } from "../../domain/screen-settings.ts";
import { detectCapabilities } from "../../terminal/capabilities.ts";
import type { ThemeChoice } from "../../view/text/theme.ts";
import { BadFiles, CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import { Paths } from "../wiring/paths.ts";
import { readText, shownPath } from "./read-text.ts";

export interface ScreenLook {
  readonly theme: ThemeChoice;
  readonly keys: ScreenSettings["keys"];
  readonly mouse: boolean;
}

export interface ReadScreen {
  readonly screen: ScreenSettings;
  /** A name or the person's own; null: by the background. */
  readonly theme: string | OwnTheme | null;
}

/** How the screen is drawn and used: what the person says goes before what the terminal says of itself. */
export async function screenLook(program: Program): Promise<ScreenLook> {
  const { screen, theme } = await readScreen(program);
  const { depth, glyphs, scheme } = detectCapabilities({ ...program.surroundings, wanted: "full" });
  return {
    theme: {
      scheme,
      depth: screen.colors === "auto" ? depth : screen.colors,
      glyphs: screen.glyphs === "auto" ? glyphs : screen.glyphs,
      motion: screen.motion,
      theme,
    },
    keys: screen.keys,
    mouse: screen.mouse,
  };
}

/** What the person's own file says of the screen, with their theme. BadFiles for what cannot be. */
export async function readScreen(program: Program): Promise<ReadScreen> {
  const { configHome, home } = new Paths(program.env);
  const { user } = locateSettings({ tasksFile: null, repositoryTop: null, xdgConfigHome: configHome, home });
  if (user === null || !existsSync(user)) return { screen: usualScreen, theme: null };
  const text = readText(user);
  // Most files say nothing of it, and then the list of keys need not be there.
  if (!/^\s*["']?screen["']?\s*:|[{,]\s*["']?screen["']?\s*:/m.test(text)) return { screen: usualScreen, theme: null };
  const [{ parseScreen }, { keyCommands }, { themeNames }] = await Promise.all([
    import("../../backlog/screen-settings.ts"),
    import("../../view/keys/keys.ts"),
    import("../../view/text/theme-tones.ts"),
  ]);
  const file = { file: shownPath(program.cwd, user), folder: join(user, ".."), text };
  const { screen, problems } = parseScreen(file, { commands: keyCommands, themes: themeNames });
  if (problems.length > 0) throw new BadFiles(problems);
  return { screen, theme: await themeOf(program, screen.theme, home) };
}

/** A theme by its name, or read from the person's file. */
async function themeOf(program: Program, theme: string | null, home: string | null): Promise<string | OwnTheme | null> {
  if (theme === null || !theme.includes("/")) return theme;
  const path = theme.startsWith("~/") ? join(home ?? "", theme.slice(2)) : theme;
  // One that never ends, as a device or a pipe, would never be read.
  const seen = statSync(path, { throwIfNoEntry: false });
  if (seen?.isFile() !== true)
    throw new CommandError(`screen.theme: ${seen === undefined ? "there is no file" : "that is no file:"} ${path}`);
  const { parseTheme } = await import("../../backlog/theme-file.ts");
  const parsed = parseTheme(shownPath(program.cwd, path), readText(path));
  if (parsed.theme === null) throw new BadFiles(parsed.problems);
  return parsed.theme;
}
