import { brand } from "../domain/brand.ts";
import { detectCapabilities, type Capabilities } from "../terminal/capabilities.ts";
import { launch } from "../terminal/launcher.ts";
import { door } from "./background-engine.ts";
import type { Program } from "./program.ts";

/** What the terminal of this process can show. */
export function capabilitiesOf(program: Program): Capabilities {
  const { columns, rows } = process.stdout;
  return detectCapabilities({
    env: program.env,
    stdinIsTerminal: process.stdin.isTTY,
    stdoutIsTerminal: program.out.isTerminal,
    size: columns === undefined || rows === undefined ? null : { columns, rows },
    wanted: "auto",
  });
}

/** Shows the screen in a process of its own, and leaves the terminal as it was whatever becomes of it. The answer is its exit code. */
export async function showScreen(program: Program, view: "review" | null): Promise<number> {
  return await launch({
    argv: [door, "screen", ...(view === null ? [] : [`--view=${view}`])],
    env: program.env,
    cwd: program.cwd,
    silentText: "the screen does not answer; ctrl+c again ends it, the run goes on",
    onDeath: ({ signal, exitCode, silent }) => {
      const how = silent
        ? "did not answer and was ended"
        : signal === null
          ? `ended with exit code ${exitCode}`
          : `was ended by ${signal}`;
      return `the screen ${how}; the run goes on without it: ${brand.bin} watch`;
    },
  });
}
