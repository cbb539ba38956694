/** The process that starts commands for another, see spawn-helper.ts. When that one is gone it ends what runs, and then itself. */
import { plainStart } from "./plain-start.ts";
import type { FromHelper, ToHelper } from "./spawn-helper.ts";
import { watchCommand } from "./watch-command.ts";

const running = new Map<number, AbortController>();

const say = (message: FromHelper): void => {
  // Nobody is there to hear it any more.
  if (process.connected) process.send?.(message, undefined, {}, () => undefined);
};

async function run(id: number, command: NonNullable<ToHelper["command"]>): Promise<void> {
  const abort = new AbortController();
  running.set(id, abort);
  const onSpawn = ({ pid }: { readonly pid: number }): void => say({ id, pid });
  try {
    say({ id, result: await watchCommand({ ...command, signal: abort.signal, onSpawn }, plainStart) });
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
