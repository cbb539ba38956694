import { isAlive } from "../processes/identity.ts";
import { signalGroup } from "../processes/group.ts";
import type { RepositoryGround } from "./ground.ts";

/** Kills what the calls of this repository run, without a word: for a person who does not want to wait. What they wrote stays. */
export async function killChildren({ ledger, repository }: RepositoryGround): Promise<void> {
  for (const { pid, startTime } of await ledger.account.running(repository.id)) {
    if (pid !== null && startTime !== null && isAlive({ pid, startTime })) signalGroup(pid, "SIGKILL");
  }
}
