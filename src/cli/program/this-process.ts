import { constants, existsSync, readFileSync, readlinkSync } from "node:fs";
import { basename } from "node:path";
import { createInterface } from "node:readline/promises";

import { brand, tokenName } from "../../domain/brand.ts";
import { systemClock } from "../../processes/clock.ts";
import { guardSignals } from "../../processes/guard-signals.ts";
import { ownPid } from "../../processes/identity.ts";
import { readProcess } from "../../processes/process-table.ts";
import { createProgram, type CommandAt, type Program, type SignalName } from "./program.ts";

/** The program as it was started from a shell, in the folder `cwd`. */
export function thisProcess(cwd: string): Program {
  const closed = new Set<unknown>();
  // Its reader has gone, or it is a file on a full disk: nothing more is written there, and the work goes on.
  process.stderr.on("error", () => closed.add(process.stderr));
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (closed.has(process.stdout)) return;
    closed.add(process.stdout);
    if (error.code === "EPIPE") return;
    program.err.line(
      `${brand.bin}: standard output cannot be written, what is missing there is lost: ${error.message}`,
    );
    // Nobody shall take a part for the whole.
    process.once("exit", () => (process.exitCode ||= 2));
  });
  const env = { ...process.env };
  Reflect.deleteProperty(process.env, tokenName);
  const program = createProgram({
    env,
    cwd,
    stdout: process.stdout,
    stderr: process.stderr,
    stdinIsTerminal: process.stdin.isTTY,
    hasTerminal: () =>
      readProcess(ownPid())?.terminal != null || (process.connected && readProcess(process.ppid)?.terminal != null),
    clock: systemClock,
    random: Math.random,
    closed: (sink) => closed.has(sink),
    onSignal: takeSignals,
    ask: askPerson,
    input: () => process.stdin,
    exit: (code) => process.exit(code),
  });
  return program;
}

const stuckWords = `${brand.bin}: the engine does not answer; it is killed, with all it ran. What was committed is kept: ${brand.bin} run goes on.`;

function takeSignals(listener: (signal: SignalName) => void, ifStuck?: CommandAt): () => void {
  const names: readonly SignalName[] = ["SIGINT", "SIGTERM", ...(isHangUpMeant() ? (["SIGHUP"] as const) : [])];
  const argv = [process.execPath, process.argv[1] ?? "", ...(ifStuck?.argv ?? [])];
  const unguard = ifStuck && guardSignals(names, stuckWords, { ...ifStuck, argv });
  if (isWithNohup()) process.on("SIGHUP", ignore);
  for (const name of names) process.on(name, listener);
  return () => {
    for (const name of names) process.off(name, listener);
    unguard?.();
  };
}

const ignore = (): void => undefined;

/** Who was started with nohup goes on without its terminal. Only Linux tells all; elsewhere a closed terminal ends it as a kill does. */
const isHangUpMeant = (): boolean => existsSync("/proc/self/fdinfo/0") && !isWithNohup();

/** Node.js forgets which signals were ignored. nohup leaves a standard input that can only be written, and most shells its name. */
function isWithNohup(): boolean {
  if (basename(process.env["_"] ?? "") === "nohup") return true;
  try {
    const [, flags = "0"] = /^flags:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/fdinfo/0", "utf8")) ?? [];
    const isOnlyWritten = (Number.parseInt(flags, 8) & (constants.O_WRONLY | constants.O_RDWR)) === constants.O_WRONLY;
    return isOnlyWritten && readlinkSync("/proc/self/fd/0") === "/dev/null";
  } catch {
    return false;
  }
}

/** Lines that came through a pipe together with one that was asked for. */
const typedAhead: string[] = [];

/** How long a terminal may take to hand over what was typed before. */
const dropMs = 30;

/** What was typed on a terminal before a question stood there answers nothing. */
async function dropTyped(): Promise<void> {
  const { stdin, stderr } = process;
  let isDropped = typedAhead.splice(0).length > 0;
  const drop = (): void => void (isDropped = true);
  stdin.on("data", drop);
  await systemClock.wait(dropMs);
  stdin.off("data", drop).pause();
  if (isDropped) stderr.write("What was typed before this question is left out.\n");
}

/** One line, typed as the terminal itself lets one type: no cursor is moved and nothing is drawn anew. */
async function askPerson(question: string, signal?: AbortSignal): Promise<string | null> {
  const { stdin, stdout } = process;
  if (stdin.isTTY && !stdin.readableEnded) await dropTyped();
  const ahead = typedAhead.shift();
  if (ahead !== undefined || stdin.readableEnded) {
    stdout.write(`${question}\n`);
    return ahead ?? null;
  }
  const reader = createInterface({ input: stdin, output: stdout, terminal: false });
  reader.on("line", (line) => typedAhead.push(line));
  try {
    return await Promise.race([
      signal === undefined ? reader.question(question) : reader.question(question, { signal }),
      new Promise<null>((resolve) => reader.once("close", () => resolve(null))),
    ]);
  } catch (error) {
    if (error instanceof Error && error.name === "AbortError") return null;
    throw error;
  } finally {
    reader.close();
  }
}
