import { PassThrough } from "node:stream";

import { createProgram } from "../../src/cli/program/program.ts";
import { systemClock } from "../../src/processes/clock.ts";

/** The program as where no terminal is: nothing is asked, what it says goes nowhere. */
export function silentProgram(at: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string } = {}) {
  const sink = { write: () => true };
  return createProgram({
    env: at.env ?? {},
    cwd: at.cwd ?? "/",
    stdout: sink,
    stderr: sink,
    stdinIsTerminal: false,
    hasTerminal: () => false,
    clock: systemClock,
    random: Math.random,
    closed: () => false,
    onSignal: () => () => undefined,
    ask: () => Promise.resolve(null),
    input: () => new PassThrough(),
    exit: () => undefined,
  });
}
