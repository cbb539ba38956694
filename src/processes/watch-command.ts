import type { ChildProcess } from "node:child_process";

import { assert } from "../domain/assert.ts";
import type { ProcessRecord } from "../engine/ports/adapter.ts";
import { CapturedOutput, type Keep } from "./captured-output.ts";
import { endGroup, signalGroup, type SignalStep } from "./group.ts";
import { processStartTime } from "./identity.ts";
import { findProgram, spawnFailure, unfit, type StartFailure } from "./program.ts";

export interface Command {
  /** Run without a shell; argv[0] is searched on the PATH of `env`, with a slash it is a path from `cwd`. */
  readonly argv: readonly string[];
  readonly cwd: string;
  /** The whole environment; see buildEnvironment. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Written to its standard input, which is empty otherwise. */
  readonly input?: string | Uint8Array;
  /** Of stdout and of stderr each; more is read and dropped. Default 32 MiB. */
  readonly maxBytes?: number;
  /** Default `start`. */
  readonly keep?: Keep;
  readonly signal?: AbortSignal;
  /** Told who it is as soon as it runs. */
  readonly onSpawn?: (record: ProcessRecord) => void;
  /** Its standard input gets one line when this is over, whatever comes of it, and nothing else. Asked for after `onSpawn`. */
  readonly goesOnAfter?: () => Promise<unknown>;
}

export interface CommandResult {
  /** Null when a signal ended it, or it never ran. A command ended by timeout may have one too. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  readonly aborted: boolean;
  readonly truncated: boolean;
  /** Why it could not begin; null: it ran. */
  readonly failure: StartFailure | null;
}

/** Starts the program of a command as the leader of a process group. `cause`: why it could not. */
export type Starter = (
  name: string,
  args: readonly string[],
  command: Command,
) => { readonly child: ChildProcess; readonly cause: Promise<unknown> };

const defaultMaxBytes = 32 * 1024 * 1024;
const signalSteps: readonly SignalStep[] = [
  { signal: "SIGTERM", waitMs: 1_000 },
  { signal: "SIGKILL", waitMs: 2_000 },
];
/** How long a child of the command may keep its output open after the command itself has exited. */
const lingerMs = 1_000;
/** What a timer of Node's can hold. */
export const longestTimerMs = 2 ** 31 - 1;

/** Runs a command that `start` begins, and returns what it said; see `runCommand`. */
export async function watchCommand(command: Command, start: Starter): Promise<CommandResult> {
  const { argv, keep = "start", maxBytes = defaultMaxBytes } = command;
  const [name, ...args] = argv;
  assert(name !== undefined && name !== "", "argv names a program");
  const stdout = new CapturedOutput(maxBytes, keep);
  const stderr = new CapturedOutput(maxBytes, keep);
  const told = (end: Pick<CommandResult, "code" | "signal" | "timedOut" | "aborted" | "failure">): CommandResult => ({
    ...end,
    stdout: stdout.text(),
    stderr: stderr.text(),
    truncated: stdout.truncated || stderr.truncated,
  });
  const nothing = { code: null, signal: null, timedOut: false, aborted: false, failure: null };
  if (command.signal?.aborted === true) return told({ ...nothing, aborted: true });
  const fault = unfit(argv, command.env);
  if (fault !== null) return told({ ...nothing, failure: fault });

  const { child, cause } = start(name, args, command);
  const { pid } = child;
  if (pid === undefined) {
    const why = await cause;
    const found = await findProgram(name, command.cwd, command.env["PATH"]);
    return told({ ...nothing, failure: found.ok ? spawnFailure(name, why) : found.failure });
  }
  command.onSpawn?.({ pid, startTime: processStartTime(pid) ?? "" });
  if (command.goesOnAfter !== undefined) {
    child.stdin?.on("error", () => undefined);
    const go = (): void => void child.stdin?.end("\n");
    void command.goesOnAfter().then(go, go);
  }
  child.stdout?.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => stderr.push(chunk));
  const ended = await waitFor(child, pid, command);
  signalGroup(pid, "SIGKILL");
  return told({ ...nothing, ...ended });
}

type End = Pick<CommandResult, "code" | "signal" | "timedOut" | "aborted">;

function waitFor(child: ChildProcess, pid: number, command: Command): Promise<End> {
  return new Promise((resolve) => {
    let exit: Pick<End, "code" | "signal"> | null = null;
    let closed = false;
    let ending: { readonly why: "timeout" | "abort"; readonly done: boolean } | null = null;
    let linger: NodeJS.Timeout | undefined;

    const finish = (): void => {
      clearTimeout(timer);
      clearTimeout(linger);
      command.signal?.removeEventListener("abort", onAbort);
      child.stdout?.destroy();
      child.stderr?.destroy();
      const { code, signal } = exit ?? { code: null, signal: null };
      resolve({ code, signal, timedOut: ending?.why === "timeout", aborted: ending?.why === "abort" });
    };
    /** The output closes soon after the last who holds it is gone; who left the group may hold it for ever. */
    const settle = (): void => {
      if (ending?.done === false) return;
      if (closed) finish();
      else linger ??= setTimeout(finish, lingerMs);
    };
    const end = async (why: "timeout" | "abort"): Promise<void> => {
      if (ending !== null || exit !== null) return;
      ending = { why, done: false };
      await endGroup({ pid, startTime: processStartTime(pid) ?? "" }, { signalSteps });
      ending = { why, done: true };
      settle();
    };
    const onAbort = (): void => void end("abort");
    const timer = setTimeout(() => void end("timeout"), Math.min(command.timeoutMs, longestTimerMs));
    command.signal?.addEventListener("abort", onAbort, { once: true });

    child.on("exit", (code, signal) => {
      exit = { code, signal };
      settle();
    });
    child.on("close", () => {
      closed = true;
      settle();
    });
  });
}
