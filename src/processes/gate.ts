import { mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { constants } from "node:os";
import { join } from "node:path";

import { errorCode } from "./identity.ts";

/**
 * How a gated process ended. A shell reports a death by signal n as 128 + n, so a program that exits with such a code
 * by itself is called signalled too. `never_started`: the gate closed before the command ran, nothing of it happened.
 * `vanished`: it ran and is gone, and nobody wrote down how (the gate was killed, the machine stopped).
 */
export type ExitStatus =
  | { readonly kind: "exited"; readonly code: number }
  | { readonly kind: "signalled"; readonly signal: NodeJS.Signals }
  | { readonly kind: "never_started" }
  | { readonly kind: "vanished" };

/** What a gate leaves in its folder. */
export const gateFiles = {
  stdout: "stdout",
  stderr: "stderr",
  started: "started",
  exit: "exit",
  /** Named pipes of a program that is talked to: its standard input, and what ends that. */
  input: "input",
  release: "release",
  /** What was said to it. */
  said: "said",
} as const;

/** In place of the file of the standard input: the program is talked to. */
export const talkedTo = "talk";

/**
 * `sh -c gateScript <folder> <file of the standard input> <path of the program> <arguments…>`. Waits for a newline on its standard input; at its end
 * instead (the parent died) nothing runs. A path, because a bare name could be a builtin of the shell. Handlers, not
 * ignored signals: they keep the gate alive to write the code when its group is signalled, and are the default again in
 * the command. The redirections stand in a subshell, else dash writes its own words ("Killed") into the command's
 * standard error. Both files begin with the gate's pid, so what an earlier gate left is not mistaken for ours.
 *
 * With `talk` the standard input is a named pipe that a child of the gate keeps open until somebody opens `release` for
 * writing: it has no end when the engine that writes to it dies, so another one can go on talking.
 */
export const gateScript = `
exec >>"$0/${gateFiles.stdout}" 3>>"$0/${gateFiles.stderr}" 2>/dev/null
IFS= read -r gate_byte || exit 125
gate_input=$1
shift
trap : HUP INT QUIT TERM USR1 USR2
if [ "$gate_input" = ${talkedTo} ]; then
  gate_input=$0/${gateFiles.input}
  command -p mkfifo -m 600 "$gate_input" "$0/${gateFiles.release}" || exit 125
  (: <"$0/${gateFiles.release}") >"$gate_input" 3>&- &
fi
echo "$$" >"$0/${gateFiles.started}" || exit 125
(exec "$@" <"$gate_input" 2>&3 3>&-)
gate_code=$?
echo "$$ $gate_code" >"$0/${gateFiles.exit}.tmp" && command -p mv -f "$0/${gateFiles.exit}.tmp" "$0/${gateFiles.exit}"
exit "$gate_code"
`;

/**
 * Whether the gate with this pid let its command run, and the code it wrote down; null: none. What cannot be read counts
 * as started: nobody may conclude from it that nothing happened.
 */
export async function readGate(folder: string, pid: number): Promise<{ started: boolean; code: number | null }> {
  const code = /^(\d+) (\d{1,3})\n$/.exec((await readText(join(folder, gateFiles.exit))) ?? "");
  if (code !== null && Number(code[1]) === pid) return { started: true, code: Number(code[2]) };
  const started = await readText(join(folder, gateFiles.started));
  return { started: started === null || started === `${pid}\n`, code: null };
}

/** "" when there is no such file, null when it cannot be read. */
async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    return errorCode(error) === "ENOENT" ? "" : null;
  }
}

const signalNames = new Map(Object.entries(constants.signals).map(([name, number]) => [number, name]));

const isSignal = (name: string | undefined): name is NodeJS.Signals => name !== undefined && name in constants.signals;

/** A shell's `$?` as a status. */
export function statusOfCode(code: number): ExitStatus {
  const signal = signalNames.get(code - 128);
  return isSignal(signal) ? { kind: "signalled", signal } : { kind: "exited", code };
}

/** Moves what an earlier start left in the folder to `earlier-<n>` in it: kept, and never read as part of this one. */
export async function setAside(folder: string): Promise<void> {
  const names = await readdir(folder);
  const known: readonly string[] = [...Object.values(gateFiles), `${gateFiles.exit}.tmp`];
  const left = names.filter((name) => known.includes(name));
  if (left.length === 0) return;
  const taken = names.map((name) => Number(/^earlier-(\d+)$/.exec(name)?.[1] ?? 0));
  const place = join(folder, `earlier-${Math.max(0, ...taken) + 1}`);
  await mkdir(place, { mode: 0o700 });
  const pipes: readonly string[] = [gateFiles.input, gateFiles.release];
  for (const name of left) {
    // A pipe that nobody opens any more only makes whoever reads the folder wait.
    if (pipes.includes(name)) await rm(join(folder, name));
    else await rename(join(folder, name), join(place, name));
  }
}
