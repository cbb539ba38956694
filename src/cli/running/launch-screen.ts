import { brand, envName } from "../../domain/brand.ts";
import { door } from "../../processes/entry-files.ts";
import { detectCapabilities } from "../../terminal/capabilities.ts";
import { launch, type Death } from "../../terminal/launcher.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** Names the launcher that a command runs behind, so that the screen it shows is drawn in its own process. */
const launcherName = envName("LAUNCHER");

/** Runs a command of this program in a process of its own that may draw a screen. The answer is its exit code. */
export const launchScreen = (argv: readonly string[], env: Environment, cwd?: string): Promise<number> =>
  launch({
    argv: [door, ...argv],
    env,
    ...(cwd === undefined ? {} : { cwd }),
    silentText: "the screen does not answer; ctrl+c again ends it, the run goes on",
    onDeath: (death) => `the screen ${howItDied(death)}; the run goes on without it: ${brand.bin} watch`,
  });

/**
 * For a command that shows the screen: this process stays its launcher, which loads nothing else, and another does all the rest. Null:
 * there is no terminal for it, or this is that other one.
 */
export async function launchFirst(argv: readonly string[], env: Environment): Promise<number | null> {
  if (isLaunched(env)) return null;
  const { stdin, stdout } = process;
  const { mode } = detectCapabilities({
    env,
    stdinIsTerminal: stdin.isTTY,
    stdoutIsTerminal: stdout.isTTY,
    size: stdout.isTTY ? { columns: stdout.columns, rows: stdout.rows } : null,
    wanted: "auto",
  });
  return mode === "screen" ? await launchScreen(argv, { ...env, [launcherName]: String(process.pid) }) : null;
}

/** Whether a launcher waits for the screen of this process. */
export const isLaunched = (env: Environment): boolean =>
  process.send !== undefined && env[launcherName] === String(process.ppid);

export function howItDied({ signal, exitCode, silent }: Death): string {
  if (silent) return "did not answer and was ended";
  return signal === null ? `ended with exit code ${exitCode}` : `was ended by ${signal}`;
}
