import { brand, envName } from "../../domain/brand.ts";
import type { TaskId } from "../../domain/ids.ts";
import { door } from "../../processes/entry-files.ts";
import { launch, type Death } from "../../terminal/launcher.ts";
import type { AskInputs } from "../inputs/ask-inputs.ts";
import type { Program } from "../program/program.ts";

/** Whether Ink is to write to the terminal itself: see MountParts. */
export const wantsStockInk = ({ env }: Program): boolean => env[envName("RENDERER")] === "ink";

/** Shows the screen in a process of its own, and leaves the terminal as it was whatever becomes of it. The answer is its exit code. */
export const showScreen = (program: Program, view: "review" | null, task: TaskId | null = null): Promise<number> =>
  launch({
    argv: [door, "screen", ...(view === null ? [] : [`--view=${view}`]), ...(task === null ? [] : [`--task=${task}`])],
    env: program.env,
    cwd: program.cwd,
    silentText: "the screen does not answer; ctrl+c again ends it, the run goes on",
    onDeath: (death) => `the screen ${howItDied(death)}; the run goes on without it: ${brand.bin} watch`,
  });

/** The same for an ask, which lives and ends with its screen. */
export const showAskScreen = (program: Program, { text, models, timeoutMs, synthesize }: AskInputs): Promise<number> =>
  launch({
    argv: [
      door,
      "ask-screen",
      `--prompt=${text}`,
      `--models=${models.join(",")}`,
      ...(timeoutMs === null ? [] : [`--timeout=${timeoutMs}`]),
      ...(synthesize ? ["--synthesize"] : []),
    ],
    env: program.env,
    cwd: program.cwd,
    silentText: "the screen does not answer; ctrl+c again ends it",
    onDeath: (death) => `the screen ${howItDied(death)}, and the ask with it`,
  });

function howItDied({ signal, exitCode, silent }: Death): string {
  if (silent) return "did not answer and was ended";
  return signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
}
