import { spawn } from "node:child_process";
import { writeSync } from "node:fs";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The person's shell in a folder, until they leave it. It is their own program with their own settings: nothing of the folder is run by
 * us. Rejects where it cannot be started.
 */
export async function openShell(folder: string, said: readonly string[], env: Environment): Promise<void> {
  // The stream itself is watched, for text that would be written past the screen.
  writeSync(1, `${said.join("\n")}\n`);
  const shell = env["SHELL"] === undefined || env["SHELL"] === "" ? "sh" : env["SHELL"];
  await new Promise<void>((resolve, reject) => {
    const child = spawn(shell, [], { stdio: "inherit", cwd: folder, env });
    child.on("error", (error) => reject(new Error(`the shell ${shell} could not be started: ${error.message}`)));
    child.on("exit", () => resolve());
  });
}

/** What only passes a text on would leave nothing to read. */
const noPager = /^\s*(?:|cat|cat\s.*)$/;
const notStarted: ReadonlySet<number | null> = new Set([126, 127]);

/** Shows a text in $PAGER, or in less. False: there is none that could. */
export function openPager(text: string, env: Environment): Promise<boolean> {
  const own = env["PAGER"];
  const pager = own === undefined || own.trim() === "" ? "less -R -+F" : own;
  if (noPager.test(pager)) return Promise.resolve(false);
  return new Promise((resolve) => {
    const child = spawn("sh", ["-c", pager], { stdio: ["pipe", "inherit", "inherit"], env });
    child.on("error", () => resolve(false));
    child.on("exit", (code) => resolve(!notStarted.has(code)));
    // It was left before it had read all.
    child.stdin.on("error", () => undefined);
    child.stdin.end(text);
  });
}
