import type { TaskId } from "../../domain/ids.ts";
import { door } from "../../processes/entry-files.ts";
import { launch } from "../../terminal/launcher.ts";
import type { AskInputs } from "../inputs/ask-inputs.ts";
import type { Program } from "../program/program.ts";
import type { RepositoryContext } from "../wiring/command-context.ts";
import { howItDied, isLaunched, launchScreen } from "./launch-screen.ts";

/**
 * Shows the screen in a process of its own, or in this one where a launcher waits for it, and leaves the terminal as it was whatever
 * becomes of it. The answer is its exit code.
 */
export async function showScreen(
  context: RepositoryContext,
  view: "review" | null,
  task: TaskId | null = null,
): Promise<number> {
  const { env, cwd } = context.program;
  if (isLaunched(env)) {
    const { drawScreen } = await import("../commands/screen.ts");
    return await drawScreen(context, { ...(view === null ? {} : { view }), ...(task === null ? {} : { task }) });
  }
  const where = [...(view === null ? [] : [`--view=${view}`]), ...(task === null ? [] : [`--task=${task}`])];
  return await launchScreen(["screen", ...where], env, cwd);
}

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
