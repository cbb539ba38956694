import { ChildProcess, fork } from "node:child_process";

import { Bug } from "../domain/assert.ts";
import { spawnHelperFile } from "./entry-files.ts";
import { signalGroup } from "./group.ts";
import { runPlain } from "./run-plain.ts";
import { longestTimerMs, type Command, type CommandResult } from "./watch-command.ts";

/** A command of which only the end is told. */
export type AsideCommand = Omit<Command, "onSpawn">;

/** What the helper is told. A command of an id, or that what runs under the id is not wanted any more. */
export type ToHelper =
  | { readonly id: number; readonly command: Omit<AsideCommand, "signal"> }
  | { readonly id: number; readonly command: null };

/** What the helper says: first, once, that it takes commands; then of each which process it is, and how it ended. */
export type FromHelper =
  | { readonly id: null }
  | { readonly id: number; readonly pid: number }
  | { readonly id: number; readonly result: CommandResult }
  | { readonly id: number; readonly error: string };

/** Commands that a program starts itself before it has a helper: what runs but a moment needs none. */
const ownStarts = 12;

/** How much later than the helper its starter gives a command up. */
const graceMs = 30_000;

/** What becomes of commands when the helper is gone: each may have been done, in part or not at all. */
const cutOff: CommandResult = {
  code: null,
  signal: "SIGKILL",
  stdout: "",
  stderr: "",
  timedOut: false,
  aborted: false,
  truncated: false,
  failure: null,
};

class SpawnHelper {
  readonly #child: ChildProcess;
  readonly #pending = new Map<number, PromiseWithResolvers<CommandResult>>();
  /** Processes of commands, the leaders of their groups. */
  readonly #started = new Map<number, number>();
  #lastId = 0;
  /** `failed`: it has ended before it took a command. */
  state: "starting" | "ready" | "gone" | "failed" = "starting";

  constructor() {
    this.#child = forkHelper();
    if (this.#child.pid === undefined) this.state = "failed";
    this.#child.on("message", (message: FromHelper) => this.#take(message));
    this.#child.on("disconnect", () => this.#end());
    this.#child.on("error", () => this.#end());
    this.#child.unref();
    this.#child.channel?.unref();
  }

  async run({ signal, ...command }: AsideCommand): Promise<CommandResult> {
    if (signal?.aborted === true) return { ...cutOff, signal: null, aborted: true };
    this.#lastId += 1;
    const id = this.#lastId;
    const pending = Promise.withResolvers<CommandResult>();
    this.#pending.set(id, pending);
    const abort = (): void => this.#send({ id, command: null });
    signal?.addEventListener("abort", abort, { once: true });
    this.#child.channel?.ref();
    this.#send({ id, command });
    // The helper keeps the time limit, unless it is stopped itself.
    const stuck = setTimeout(() => this.#end(), Math.min(command.timeoutMs + graceMs, longestTimerMs));
    stuck.unref();
    try {
      return await pending.promise;
    } finally {
      signal?.removeEventListener("abort", abort);
      clearTimeout(stuck);
      this.#pending.delete(id);
      this.#started.delete(id);
      if (this.#pending.size === 0) this.#child.channel?.unref();
    }
  }

  #send(message: ToHelper): void {
    if (this.#child.connected) this.#child.send(message, (error) => void (error !== null && this.#end()));
    else this.#end();
  }

  #take(message: FromHelper): void {
    if (message.id === null) {
      this.state = "ready";
      return;
    }
    if ("pid" in message) {
      this.#started.set(message.id, message.pid);
      return;
    }
    const pending = this.#pending.get(message.id);
    if ("error" in message) pending?.reject(new Bug(`the helper that starts commands: ${message.error}`));
    else pending?.resolve(message.result);
  }

  #end(): void {
    if (this.state === "starting") this.state = "failed";
    if (this.state === "ready") this.state = "gone";
    // It may be stopped and not gone; its commands would go on beside whoever tries again.
    this.#child.kill("SIGKILL");
    for (const pid of this.#started.values()) signalGroup(pid, "SIGKILL");
    this.#started.clear();
    for (const { resolve } of this.#pending.values()) resolve(cutOff);
  }
}

function forkHelper(): ChildProcess {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  try {
    return fork(spawnHelperFile, [], {
      cwd: "/",
      env: {
        ...(PATH === undefined ? {} : { PATH }),
        ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
      },
      // Small, see runCommandAside.
      execArgv: ["--single-threaded", "--max-semi-space-size=1"],
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      serialization: "advanced",
      // Keys and signals of our terminal are not for it: it ends when we are gone.
      detached: true,
    });
  } catch {
    // So the system refuses a start for want of memory, say.
    return new ChildProcess();
  }
}

/** So many helpers that end before they take a command are enough to do without. */
const mostFailures = 3;

let started = 0;
let failures = 0;
let helper: SpawnHelper | null = null;

/** Null: there is none that takes commands now. */
function readyHelper(): SpawnHelper | null {
  if (helper?.state === "failed") failures += 1;
  if (helper?.state === "failed" || helper?.state === "gone") helper = null;
  if (failures >= mostFailures) return null;
  helper ??= new SpawnHelper();
  return helper.state === "ready" ? helper : null;
}

/**
 * Runs a short command as `runPlain` does, for programs that start hundreds. To start a process the system copies the page
 * tables of the one that starts it, while that one stands still: 5 ms for a Node process of 50 MB, 30 ms for one of 300 MB.
 * From the thirteenth command on a small process of our own starts them, for which nothing here waits. If it is killed,
 * what it ran counts as killed, and the next command gets a new one.
 */
export async function runCommandAside(command: AsideCommand): Promise<CommandResult> {
  started += 1;
  if (started <= ownStarts) return runPlain(command);
  return (await readyHelper()?.run(command)) ?? runPlain(command);
}
