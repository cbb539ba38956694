import { watchCommand, type Command, type CommandResult, type Starter } from "./watch-command.ts";

/**
 * Runs a short command and returns what it said. Never rejects for the command's faults. It has its own process group,
 * of which nothing is left running: ended whole on timeout and abort, and its leftovers when it has exited. Dies with
 * this program if that exits, not if that is killed.
 */
export async function runCommand(command: Command): Promise<CommandResult> {
  // Loaded when it is needed: many commands start nothing but git.
  const { execa } = await import("execa");
  const start: Starter = (name, args, { cwd, env, input, goesOnAfter }) => {
    const started = execa(name, args, {
      cwd,
      env,
      extendEnv: false,
      ...(input === undefined
        ? { stdin: goesOnAfter === undefined ? ("ignore" as const) : ("pipe" as const) }
        : { input }),
      buffer: false,
      encoding: "buffer",
      killDescendants: true,
      reject: false,
    });
    return { child: started.nodeChildProcess, cause: started.then(({ cause }) => cause) };
  };
  return await watchCommand(command, start);
}
