/** The process that starts commands for another, see spawn-helper.ts. When that one is gone it ends what runs, and then itself. */
import { ChildProcess, spawn } from "node:child_process";

import type { FromHelper, ToHelper } from "./spawn-helper.ts";
import { watchCommand, type Starter } from "./watch-command.ts";

const running = new Map<number, AbortController>();

const say = (message: FromHelper): void => {
  // Nobody is there to hear it any more.
  if (process.connected) process.send?.(message, undefined, {}, () => undefined);
};

/** Without a library: what this process holds in memory is what each start costs. */
const start: Starter = (name, args, { cwd, env, input }) => {
  try {
    const stdin = input === undefined ? "ignore" : "pipe";
    const child = spawn(name, args, { cwd, env, detached: true, stdio: [stdin, "pipe", "pipe"] });
    const cause = Promise.withResolvers<unknown>();
    child.once("error", cause.resolve);
    // Who does not read its input to the end has not asked for it.
    child.stdin?.on("error", () => undefined).end(input);
    return { child, cause: cause.promise };
  } catch (error) {
    // So the system refuses a start for want of memory, say.
    return { child: new ChildProcess(), cause: Promise.resolve(error) };
  }
};

async function run(id: number, command: NonNullable<ToHelper["command"]>): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  const onSpawn = ({ pid }: { readonly pid: number }): void => say({ id, pid });
  try {
    say({ id, result: await watchCommand({ ...command, signal: abort.signal, onSpawn }, start) });
  } catch (error) {
    say({ id, error: error instanceof Error ? error.message : String(error) });
  } finally {
    running.delete(id);
  }
}

process.on("message", (message: ToHelper) => {
  if (message.command === null) running.get(message.id)?.abort();
  else void run(message.id, message.command);
});
process.on("disconnect", () => {
  for (const abort of running.values()) abort.abort();
});
say({ id: null });
