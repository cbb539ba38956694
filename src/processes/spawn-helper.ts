import type { ChildProcess } from "node:child_process";
import { extname, join } from "node:path";
import { execaNode } from "execa";

import { Bug } from "../domain/assert.ts";
import { runCommand } from "./run-command.ts";
import type { Command, CommandResult } from "./watch-command.ts";

/** A command of which only the end is told. */
export type AsideCommand = Omit<Command, "onSpawn">;

/** What the helper is told. A command of an id, or that what runs under the id is not wanted any more. */
export type ToHelper =
  | { readonly id: number; readonly command: Omit<AsideCommand, "signal"> }
  | { readonly id: number; readonly command: null };

/** What the helper says: first, once, that it takes commands; then of each how it ended. */
export type FromHelper =
  | { readonly id: null }
  | { readonly id: number; readonly result: CommandResult }
  | { readonly id: number; readonly error: string };

/** Commands that a program starts itself before it has a helper: what runs but a moment needs none. */
const ownStarts = 12;
const helperFile = join(import.meta.dirname, `spawn-helper-main${extname(import.meta.filename)}`);

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
  #lastId = 0;
  isReady = false;
  isGone = false;

  constructor() {
    const { PATH, NODE_COMPILE_CACHE } = process.env;
    const child = execaNode(helperFile, [], {
      cwd: "/",
      env: {
        ...(PATH === undefined ? {} : { PATH }),
        ...(NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE }),
      },
      extendEnv: false,
      // Small, see runCommandAside.
      nodeOptions: ["--single-threaded", "--max-semi-space-size=1"],
      stdin: "ignore",
      stdout: "ignore",
      stderr: "ignore",
      ipc: true,
      serialization: "advanced",
      // Keys and signals of our terminal are not for it: it ends when we are gone.
      detached: true,
      cleanup: false,
      buffer: false,
      reject: false,
    });
    this.#child = child.nodeChildProcess;
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
    try {
      return await pending.promise;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#pending.delete(id);
      if (this.#pending.size === 0) this.#child.channel?.unref();
    }
  }

  #send(message: ToHelper): void {
    if (this.#child.connected) this.#child.send(message, (error) => void (error !== null && this.#end()));
    else this.#end();
  }

  #take(message: FromHelper): void {
    if (message.id === null) {
      this.isReady = true;
      return;
    }
    const pending = this.#pending.get(message.id);
    if ("error" in message) pending?.reject(new Bug(`the helper that starts commands: ${message.error}`));
    else pending?.resolve(message.result);
  }

  #end(): void {
    this.isReady = false;
    this.isGone = true;
    for (const { resolve } of this.#pending.values()) resolve(cutOff);
  }
}

let started = 0;
let helper: SpawnHelper | null = null;

/**
 * Runs a short command as `runCommand` does, for programs that start hundreds. To start a process the system copies the page
 * tables of the one that starts it, while that one stands still: 5 ms for a Node process of 50 MB, 30 ms for one of 300 MB.
 * From the thirteenth command on a small process of our own starts them, for which nothing here waits. If it is killed,
 * what it ran counts as killed, and the next command gets a new one.
 */
export async function runCommandAside(command: AsideCommand): Promise<CommandResult> {
  started += 1;
  if (started <= ownStarts) return runCommand(command);
  if (helper === null || helper.isGone) helper = new SpawnHelper();
  return helper.isReady ? helper.run(command) : runCommand(command);
}
