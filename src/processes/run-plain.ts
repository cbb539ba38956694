import type { ProcessRecord } from "../engine/ports/adapter.ts";
import { signalGroup } from "./group.ts";
import { plainStart } from "./plain-start.ts";
import { watchCommand, type Command, type CommandResult } from "./watch-command.ts";

/** Processes of commands that run, the leaders of their groups. */
const running = new Set<number>();
process.on("exit", () => {
  for (const pid of running) signalGroup(pid, "SIGKILL");
});

/** As `runCommand`, without a library to load; what a signal takes this program from may end after it. */
export async function runPlain(command: Omit<Command, "onSpawn">): Promise<CommandResult> {
  let leader: number | null = null;
  const onSpawn = ({ pid }: ProcessRecord): void => {
    leader = pid;
    running.add(pid);
  };
  try {
    return await watchCommand({ ...command, onSpawn }, plainStart);
  } finally {
    if (leader !== null) running.delete(leader);
  }
}
