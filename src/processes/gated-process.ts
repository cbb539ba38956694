import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { assert } from "../domain/assert.ts";
import type { ProcessRecord } from "../engine/ports/adapter.ts";
import type { Clock } from "../engine/ports/clock.ts";
import { systemClock } from "./clock.ts";
import { gateFiles, gateScript, readGate, setAside, statusOfCode, talkedTo, type ExitStatus } from "./gate.ts";
import { lookFor, processStartTime } from "./identity.ts";
import { findProgram, spawnFailure, unfit, type StartFailure } from "./program.ts";
import { markScript } from "./work-mark.ts";

export interface GatedStart {
  /** Run as it stands, without a shell; argv[0] is searched on the PATH of `env`, with a slash it is a path from `cwd`. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment. Names that are no identifiers of a shell may get lost in the gate. */
  readonly env: Readonly<Record<string, string>>;
  /** A file to read as standard input; `talked to`: a `InputChannel` over the folder; without it there is none. */
  readonly input?: { readonly file: string } | "talked to";
  /** What is started in place of the program, whose path is argv[0] by then; absent: the program itself. */
  readonly wrap?: (argv: readonly string[]) => Promise<readonly string[]>;
  /** Exists. Gets `stdout` and `stderr`; what an earlier start left in it is moved into `earlier-<n>`. */
  readonly folder: string;
  /** Commits the child's identity. The command runs nothing before it resolves, and never when it rejects. */
  readonly onSpawn: (record: ProcessRecord) => Promise<void>;
}

/** A process that outlives this program. Its pid is also its process group and its session. */
export interface GatedProcess {
  readonly record: ProcessRecord;
  /**
   * Resolves when the command has ended; never rejects for its faults. Children it left behind may still run and
   * write: end the group before the output is taken as complete.
   */
  readonly exit: Promise<ExitStatus>;
}

export type GatedOutcome =
  | { readonly ok: true; readonly process: GatedProcess }
  | { readonly ok: false; readonly failure: StartFailure };

/**
 * Starts a command whose output goes to files and whose exit code is left in a file, so that a killed engine loses
 * neither it nor what it says. Rejects only with the error of `onSpawn`, after the gate has closed, or when the folder
 * cannot be written.
 */
export async function startGated(start: GatedStart): Promise<GatedOutcome> {
  const [name, ...args] = start.argv;
  assert(name !== undefined && name !== "", "argv names a program");
  const fault = unfit(start.argv, start.env);
  if (fault !== null) return { ok: false, failure: fault };
  const program = await findProgram(name, start.cwd, start.env["PATH"]);
  if (!program.ok) return program;
  await setAside(start.folder);
  for (const output of [gateFiles.stdout, gateFiles.stderr]) {
    await writeFile(join(start.folder, output), "", { flag: "ax", mode: 0o600 });
  }
  const { input = { file: "/dev/null" } } = start;
  const source = input === "talked to" ? talkedTo : input.file;
  const command = [program.path, ...args];
  const started = (await start.wrap?.(command)) ?? command;
  const { execa } = await import("execa");
  const gate = execa(
    "/bin/sh",
    ["-c", `${markScript(systemClock.now())}\n${gateScript}`, start.folder, source, ...started],
    {
      cwd: start.cwd,
      env: start.env,
      extendEnv: false,
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
      cleanup: false,
      buffer: false,
      reject: false,
    },
  );
  const { pid } = gate;
  if (pid === undefined) return { ok: false, failure: spawnFailure(name, (await gate).cause) };

  // Even a gate that has died already is there until this program's next turn.
  const record = { pid, startTime: processStartTime(pid) ?? "" };
  const exit = gate.then(async ({ exitCode, signal }) => howItEnded(start.folder, pid, exitCode, signal));
  // A gate that is already dead breaks the pipe; its end says so.
  gate.stdin.on("error", () => {});
  try {
    await start.onSpawn(record);
  } catch (error) {
    gate.stdin.end();
    await exit;
    throw error;
  }
  gate.stdin.end("\n");
  return { ok: true, process: { record, exit } };
}

async function howItEnded(
  folder: string,
  pid: number,
  gateCode: number | undefined,
  gateSignal: NodeJS.Signals | undefined,
): Promise<ExitStatus> {
  const { started, code } = await readGate(folder, pid);
  if (!started) return { kind: "never_started" };
  if (gateSignal !== undefined && code === null) return { kind: "signalled", signal: gateSignal };
  const known = code ?? gateCode;
  return known === undefined ? { kind: "vanished" } : statusOfCode(known);
}

/** How often an adopted process is looked at. */
const adoptedPollMs = 150;

/**
 * Takes over a process that an engine before this one started. Resolves at once where its code is in the folder; else
 * when the process is gone.
 */
export function adopt(record: ProcessRecord, folder: string, clock: Clock = systemClock): GatedProcess {
  return { record, exit: awaitAdopted(record, folder, clock) };
}

async function awaitAdopted(record: ProcessRecord, folder: string, clock: Clock): Promise<ExitStatus> {
  for (;;) {
    // Looked at before the file is read: a process that is gone by then has written what it was going to write.
    const gone = lookFor(record) === "dead";
    const { started, code } = await readGate(folder, record.pid);
    if (code !== null) return statusOfCode(code);
    if (gone) return started ? { kind: "vanished" } : { kind: "never_started" };
    await clock.wait(adoptedPollMs);
  }
}
