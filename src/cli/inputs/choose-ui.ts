import type { UiMode } from "../../domain/screen-settings.ts";
import { detectCapabilities, type Surroundings } from "../../terminal/capabilities.ts";
import { CommandError } from "../program/command-error.ts";
import type { Program } from "../program/program.ts";
import type { Displays } from "../program/typed-input.ts";
import { readScreen } from "./read-screen.ts";

/** How a command that may show a screen talks to whoever called it. */
export type Ui = "screen" | "plain" | "accessible";

const wantedOf = (mode: UiMode): Surroundings["wanted"] => (mode === "accessible" ? "linear" : mode);

/** By the command line, then the person's own settings, then what the terminal can. CommandError, BadFiles. */
export async function chooseUi(program: Program, displays: Partial<Displays>): Promise<Ui> {
  const { json = false, plain = false, ui = null } = displays;
  if (ui !== null && (json || (plain && ui !== "plain")))
    throw new CommandError(`--ui ${ui} does not go with --${json ? "json" : "plain"}`);
  if (json || plain) return "plain";
  const { surroundings } = program;
  const own = surroundings.stdoutIsTerminal && ui !== "plain" ? (await readScreen(program)).screen.ui : "auto";
  const { mode, why } = detectCapabilities({ ...surroundings, wanted: wantedOf(ui ?? own) });
  if (ui === "full" && mode !== "screen") throw new CommandError(`the screen cannot be shown (--ui full): ${why}`);
  return mode === "linear" ? "accessible" : mode;
}
