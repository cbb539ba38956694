import { ChildProcess, spawn } from "node:child_process";

import type { Starter } from "./watch-command.ts";

/** Starts a program by the system's own means, as the leader of a process group. No library is loaded for it, and little is held in memory. */
export const plainStart: Starter = (name, args, { cwd, env, input }) => {
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
