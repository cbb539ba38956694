import { isDeadByPid, readIdentity } from "../../processes/identity.ts";
import { CommandError } from "../program/command-error.ts";
import type { Displays } from "../program/typed-input.ts";
import type { RepositoryContext } from "./command-context.ts";
import { createLock } from "./lease-lock.ts";

/** Not a task's id: a command has it that moves a branch which people work on. */
const name = "a landing";

/** One such command at a time in a repository: each goes by what the one before has written down. */
export async function landingAlone<T>(
  { program, ledger, repository }: RepositoryContext,
  { json }: Displays,
  work: () => Promise<T>,
): Promise<T> {
  const owner = await readIdentity();
  const { leases } = ledger;
  const lock = createLock(
    { leases, clock: program.clock, owner, isDead: (other) => isDeadByPid(other, owner) },
    { repository: repository.id, task: name },
    () => {
      if (!json) program.out.line("another landing is under way here: waits for it");
    },
  );
  const left = new AbortController();
  const off = program.onSignal(() => left.abort());
  let begun = false;
  try {
    return await lock(() => {
      begun = true;
      off();
      return work();
    }, left.signal);
  } catch (error) {
    if (!begun && left.signal.aborted) throw new CommandError("interrupted: nothing was moved", 130);
    throw error;
  } finally {
    off();
  }
}
